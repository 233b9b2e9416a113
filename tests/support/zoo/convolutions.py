"""Convolutions."""

from keras import layers as k

from support.zoo._case import image, series, volume

CASES = {
    "Conv1D": series(k.Conv1D(6, 3)),
    "Conv1D same stride 2": series(k.Conv1D(6, 3, strides=2, padding="same")),
    "Conv1D causal": series(k.Conv1D(6, 3, padding="causal")),
    "Conv1D causal dilated": series(k.Conv1D(6, 3, padding="causal", dilation_rate=2)),
    "Conv1D groups": series(k.Conv1D(6, 3, groups=2)),
    "Conv2D": image(k.Conv2D(5, 3)),
    "Conv2D same": image(k.Conv2D(5, 3, padding="same", activation="relu")),
    "Conv2D same stride 2": image(k.Conv2D(8, 3, strides=2, padding="same", activation="relu6")),
    "Conv2D stride 3 over kernel 2": image(k.Conv2D(4, 2, strides=3)),
    "Conv2D strides of their own": image(k.Conv2D(4, (3, 2), strides=(2, 1), padding="same")),
    "Conv2D dilated": image(k.Conv2D(4, 3, dilation_rate=2, padding="same")),
    "Conv2D groups": image(k.Conv2D(6, 3, groups=3)),
    "Conv2D without bias": image(k.Conv2D(5, 3, use_bias=False)),
    "Conv2D pointwise": image(k.Conv2D(7, 1)),
    "Conv2D pointwise stride 2": image(k.Conv2D(7, 1, strides=2)),
    "Conv2D of one channel": image(k.Conv2D(1, 5, padding="same")),
    "Conv2D 1x7": image(k.Conv2D(4, (1, 7), padding="same", activation="sigmoid")),
    "Conv2D tanh": image(k.Conv2D(4, 3, activation="tanh")),
    "Conv2D silu": image(k.Conv2D(4, 3, activation="silu")),
    "Conv3D": volume(k.Conv3D(4, 3)),
    "DepthwiseConv1D": series(k.DepthwiseConv1D(3)),
    "DepthwiseConv2D": image(k.DepthwiseConv2D(3, padding="same")),
    "DepthwiseConv2D stride 2": image(k.DepthwiseConv2D(3, strides=2, padding="same", activation="relu6")),
    "DepthwiseConv2D multiplier 2": image(k.DepthwiseConv2D(3, depth_multiplier=2)),
    "DepthwiseConv2D dilated": image(k.DepthwiseConv2D(3, dilation_rate=2)),
    "SeparableConv1D": series(k.SeparableConv1D(6, 3)),
    "SeparableConv2D": image(k.SeparableConv2D(6, 3, padding="same")),
    "Conv1DTranspose": series(k.Conv1DTranspose(4, 3, strides=2)),
    "Conv2DTranspose": image(k.Conv2DTranspose(4, 3)),
    "Conv2DTranspose same stride 2": image(k.Conv2DTranspose(4, 3, strides=2, padding="same", activation="relu")),
    "Conv2DTranspose without bias": image(k.Conv2DTranspose(4, 2, strides=2, use_bias=False)),
    "Conv3DTranspose": volume(k.Conv3DTranspose(2, 2)),
}
