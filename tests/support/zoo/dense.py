"""Dense layers, embeddings, and what does nothing at inference."""

from keras import layers as k

from support.zoo._case import ZooCase, image, series, vector

CASES = {
    "Dense": vector(k.Dense(5)),
    "Dense relu": vector(k.Dense(5, activation="relu")),
    "Dense softmax": vector(k.Dense(5, activation="softmax")),
    "Dense sigmoid": vector(k.Dense(1, activation="sigmoid")),
    "Dense without bias": vector(k.Dense(5, use_bias=False)),
    "Dense over a series": series(k.Dense(5)),
    "Dense over an image": image(k.Dense(5)),
    "EinsumDense": series(k.EinsumDense("abc,cd->abd", output_shape=(None, 6), bias_axes="d")),
    "SpectralNormalization": vector(k.SpectralNormalization(k.Dense(4))),
    "Embedding": ZooCase(k.Embedding(20, 6), ((7,),), 20),
    "Embedding and Dense": ZooCase(lambda x: k.Dense(3)(k.Flatten()(k.Embedding(20, 6)(x))), ((7,),), 20),
    "Dropout": vector(lambda x: k.Dropout(0.5)(k.Dense(4)(x))),
    "SpatialDropout1D": series(lambda x: k.SpatialDropout1D(0.5)(k.Conv1D(4, 3)(x))),
    "SpatialDropout2D": image(lambda x: k.SpatialDropout2D(0.5)(k.Conv2D(4, 3)(x))),
    "GaussianNoise": vector(lambda x: k.GaussianNoise(0.1)(k.Dense(4)(x))),
    "GaussianDropout": vector(lambda x: k.GaussianDropout(0.1)(k.Dense(4)(x))),
    "AlphaDropout": vector(lambda x: k.AlphaDropout(0.1)(k.Dense(4)(x))),
    "ActivityRegularization": vector(lambda x: k.ActivityRegularization(0.1)(k.Dense(4)(x))),
    "Identity": vector(lambda x: k.Identity()(k.Dense(4)(x))),
    "TimeDistributed Dense": series(k.TimeDistributed(k.Dense(5))),
    "TimeDistributed Conv2D": ZooCase(k.TimeDistributed(k.Conv2D(3, 3)), ((2, 6, 6, 2),)),
}
