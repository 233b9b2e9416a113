"""Layers that move data."""

from keras import layers as k

from support.zoo._case import image, series, vector, volume

CASES = {
    "Flatten": image(k.Flatten()),
    "Flatten before Dense": image(lambda x: k.Dense(3)(k.Flatten()(x))),
    "Reshape": vector(k.Reshape((5, 2))),
    "Permute": image(k.Permute((3, 1, 2))),
    "RepeatVector": vector(k.RepeatVector(3)),
    "Cropping1D": series(k.Cropping1D(1)),
    "Cropping2D": image(k.Cropping2D(((1, 2), (0, 1)))),
    "Cropping3D": volume(k.Cropping3D(1)),
    "ZeroPadding1D": series(k.ZeroPadding1D(2)),
    "ZeroPadding2D": image(k.ZeroPadding2D(((1, 0), (2, 1)))),
    "ZeroPadding2D before Conv2D": image(lambda x: k.Conv2D(4, 3, strides=2)(k.ZeroPadding2D(((0, 1), (0, 1)))(x))),
    "ZeroPadding3D": volume(k.ZeroPadding3D(1)),
    "UpSampling1D": series(k.UpSampling1D(2)),
    "UpSampling2D": image(k.UpSampling2D(2)),
    "UpSampling2D bilinear": image(k.UpSampling2D(2, interpolation="bilinear")),
    "UpSampling3D": volume(k.UpSampling3D(2)),
    "Resizing nearest": image(k.Resizing(5, 12, interpolation="nearest")),
    "Resizing bilinear": image(k.Resizing(12, 5)),
    "CenterCrop": image(k.CenterCrop(4, 4)),
}
