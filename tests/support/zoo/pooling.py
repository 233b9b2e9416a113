"""Pools."""

from keras import layers as k

from support.zoo._case import image, series, volume

CASES = {
    "MaxPooling1D": series(k.MaxPooling1D(2)),
    "MaxPooling1D same": series(k.MaxPooling1D(5, padding="same")),
    "MaxPooling2D": image(k.MaxPooling2D(2)),
    "MaxPooling2D same stride 1": image(k.MaxPooling2D(3, strides=1, padding="same")),
    "MaxPooling3D": volume(k.MaxPooling3D(2)),
    "AveragePooling1D": series(k.AveragePooling1D(3)),
    "AveragePooling1D same": series(k.AveragePooling1D(5, padding="same")),
    "AveragePooling2D": image(k.AveragePooling2D(2)),
    "AveragePooling2D same": image(k.AveragePooling2D(3, strides=2, padding="same")),
    "AveragePooling3D": volume(k.AveragePooling3D(2)),
    "GlobalMaxPooling1D": series(k.GlobalMaxPooling1D()),
    "GlobalMaxPooling2D": image(k.GlobalMaxPooling2D()),
    "GlobalMaxPooling2D keepdims": image(k.GlobalMaxPooling2D(keepdims=True)),
    "GlobalMaxPooling3D": volume(k.GlobalMaxPooling3D()),
    "GlobalAveragePooling1D": series(k.GlobalAveragePooling1D()),
    "GlobalAveragePooling2D": image(k.GlobalAveragePooling2D()),
    "GlobalAveragePooling2D keepdims": image(k.GlobalAveragePooling2D(keepdims=True)),
    "GlobalAveragePooling3D": volume(k.GlobalAveragePooling3D()),
}
