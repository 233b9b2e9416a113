"""The kernels of layers: with a normalization folded in, and rounded."""

from typing import Any

import keras
import tensorflow as tf

from tinyq.qat.fake_quantize import largest_weights, rounded_weights

DEPTHWISE = (keras.layers.DepthwiseConv1D, keras.layers.DepthwiseConv2D)
#: The converter takes one scale alone for the kernels of these, as it gives them another shape.
ONE_SCALE = (keras.layers.Dense, keras.layers.Conv1D, keras.layers.DepthwiseConv1D, keras.layers.Conv2DTranspose)


def kernel_of(layer: Any) -> Any:
    """The variable that holds the kernel."""
    return next(weight for weight in layer.weights if weight.name == "kernel")


def scale_and_offset(norm: Any) -> tuple[Any, Any]:
    """`scale * x + offset` is what a BatchNormalization computes once it is trained; [channels] each."""
    scale = tf.math.rsqrt(norm.moving_variance + norm.epsilon)
    if norm.scale:
        scale *= norm.gamma
    return scale, norm.beta - norm.moving_mean * scale


def folded(layer: Any, norm: Any) -> Any:
    """The kernel of `layer` with its output channels last, and with the scales of `norm`, if there is one, in it.

    A depthwise kernel [height, width, inputs, multiplier] becomes [height, width, 1, inputs * multiplier].
    """
    kernel = tf.convert_to_tensor(kernel_of(layer))
    if isinstance(layer, keras.layers.Conv2DTranspose):
        return kernel if norm is None else kernel * scale_and_offset(norm)[0][:, tf.newaxis]
    if isinstance(layer, DEPTHWISE):
        kernel = tf.reshape(kernel, (*kernel.shape[:-2], 1, -1))
    return kernel if norm is None else kernel * scale_and_offset(norm)[0]


def folded_bias(layer: Any, norm: Any) -> Any:
    """The bias of `layer` with the offset of `norm`, if there is one, in it; None where neither is there."""
    bias = tf.convert_to_tensor(layer.bias) if layer.use_bias else None
    if norm is None:
        return bias
    scale, offset = scale_and_offset(norm)
    return offset if bias is None else bias * scale + offset


def largest_of(layer: Any, kernel: Any) -> Any:
    """What the scales of `kernel`, which is as `folded` leaves it, follow from."""
    return largest_weights(kernel, by_channel=not isinstance(layer, ONE_SCALE))


def rounded_kernel(layer: Any, kernel: Any, largest: Any, bits: int) -> Any:
    """`kernel`, which is as `folded` leaves it, rounded and in the shape of the layer's own."""
    return tf.reshape(rounded_weights(kernel, largest, bits), kernel_of(layer).shape)
