"""Small networks as people build them."""

from typing import Any

from keras import layers as k

from support.zoo._case import on

SMALL, LONG = (16, 16, 3), (32, 6)


def _residual(x: Any) -> Any:
    x = k.Conv2D(8, 3, padding="same", activation="relu")(x)
    y = k.BatchNormalization()(k.Conv2D(8, 3, padding="same")(x))
    return k.Dense(4, activation="softmax")(k.GlobalAveragePooling2D()(k.ReLU()(k.Add()([x, y]))))


def _inverted_residual(x: Any) -> Any:
    """MobileNetV3 (Howard et al., 2019): expansion, depthwise, squeeze and excite, projection."""
    x = k.Conv2D(8, 3, strides=2, padding="same", activation="hard_silu")(x)
    y = k.Activation("hard_silu")(k.BatchNormalization()(k.Conv2D(24, 1, use_bias=False)(x)))
    y = k.Activation("hard_silu")(k.BatchNormalization()(k.DepthwiseConv2D(3, padding="same", use_bias=False)(y)))
    squeezed = k.Dense(6, activation="relu")(k.GlobalAveragePooling2D(keepdims=True)(y))
    y = k.Multiply()([y, k.Dense(24, activation="hard_sigmoid")(squeezed)])
    y = k.BatchNormalization()(k.Conv2D(8, 1, use_bias=False)(y))
    return k.Dense(4)(k.GlobalAveragePooling2D()(k.Add()([x, y])))


def _u_net(x: Any) -> Any:
    first = k.Conv2D(4, 3, padding="same", activation="relu")(x)
    second = k.Conv2D(8, 3, padding="same", activation="relu")(k.MaxPooling2D()(first))
    lowest = k.Conv2D(8, 3, padding="same", activation="relu")(k.MaxPooling2D()(second))
    up = k.Concatenate()([k.Conv2DTranspose(8, 2, strides=2)(lowest), second])
    up = k.Conv2D(4, 3, padding="same", activation="relu")(up)
    return k.Conv2D(2, 1, activation="sigmoid")(k.Concatenate()([k.UpSampling2D()(up), first]))


def _keyword_spotting(x: Any) -> Any:
    x = k.Conv2D(8, (4, 2), strides=2, padding="same", activation="relu")(x)
    for _ in range(2):
        x = k.DepthwiseConv2D(3, padding="same", activation="relu")(x)
        x = k.Conv2D(8, 1, activation="relu")(x)
    return k.Dense(5, activation="softmax")(k.Flatten()(k.AveragePooling2D((4, 4))(x)))


def _temporal(x: Any) -> Any:
    """A temporal convolutional network (Bai et al., 2018)."""
    for dilation in (1, 2, 4):
        y = k.Conv1D(6, 3, padding="causal", dilation_rate=dilation, activation="relu")(x)
        x = k.Add()([y, k.Conv1D(6, 1)(x)])
    return k.Dense(3, activation="softmax")(x[:, -1, :])


def _time_series(x: Any) -> Any:
    x = k.MaxPooling1D()(k.Conv1D(8, 5, activation="relu")(x))
    return k.Dense(1)(k.Dense(8, activation="relu")(k.Flatten()(k.Conv1D(8, 3, activation="relu")(x))))


def _inception(x: Any) -> Any:
    branches = [k.Conv2D(3, size, padding="same", activation="relu")(x) for size in (1, 3, 5)]
    pooled = k.Conv2D(3, 1)(k.MaxPooling2D(3, strides=1, padding="same")(x))
    return k.GlobalMaxPooling2D()(k.Concatenate()([*branches, pooled]))


def _autoencoder(x: Any) -> Any:
    for units in (12, 4, 12):
        x = k.ReLU()(k.BatchNormalization()(k.Dense(units)(x)))
    return k.Dense(20)(x)


def _shuffle(x: Any) -> Any:
    """Channel shuffle (Zhang et al., ShuffleNet, 2017)."""
    x = k.Conv2D(8, 1, activation="relu")(x)
    x = k.Reshape((16, 16, 8))(k.Permute((1, 2, 4, 3))(k.Reshape((16, 16, 2, 4))(x)))
    return k.DepthwiseConv2D(3, strides=2)(x)


CASES = {
    "residual block": on(SMALL)(_residual),
    "MobileNetV3 block": on(SMALL)(_inverted_residual),
    "U-Net": on(SMALL)(_u_net),
    "keyword spotting": on((16, 10, 1))(_keyword_spotting),
    "temporal convolutional network": on(LONG)(_temporal),
    "time series": on(LONG)(_time_series),
    "inception block": on(SMALL)(_inception),
    "autoencoder": on((20,))(_autoencoder),
    "channel shuffle": on(SMALL)(_shuffle),
}
