"""Normalizations."""

import numpy as np
from keras import layers as k

from support.zoo._case import image, series, vector

CASES = {
    "BatchNormalization": image(k.BatchNormalization()),
    "BatchNormalization after Conv2D": image(lambda x: k.ReLU()(k.BatchNormalization()(k.Conv2D(4, 3)(x)))),
    "BatchNormalization after DepthwiseConv2D": image(lambda x: k.BatchNormalization()(k.DepthwiseConv2D(3)(x))),
    "BatchNormalization after Dense": vector(lambda x: k.BatchNormalization()(k.Dense(4)(x))),
    "BatchNormalization before Conv2D": image(lambda x: k.Conv2D(4, 3, padding="same")(k.BatchNormalization()(x))),
    "LayerNormalization": series(k.LayerNormalization()),
    "LayerNormalization after Dense": vector(lambda x: k.LayerNormalization()(k.Dense(6)(x))),
    "LayerNormalization over two axes": series(k.LayerNormalization(axis=[1, 2])),
    "GroupNormalization": image(lambda x: k.GroupNormalization(groups=2)(k.Conv2D(4, 3)(x))),
    "RMSNormalization": series(k.RMSNormalization()),
    "UnitNormalization": vector(k.UnitNormalization()),
    "Normalization": vector(k.Normalization(mean=np.linspace(-1, 1, 10), variance=np.linspace(0.5, 2, 10))),
    "Rescaling": image(k.Rescaling(1 / 127.5, offset=-1)),
}
