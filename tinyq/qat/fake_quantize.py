"""Rounding as int8 and int4 numbers round, differentiable: the gradient passes where nothing is cut off.

Source: TensorFlow core/kernels/fake_quant_ops_functor.h. The ranges of the backward pass are those of the forward pass
(the straight-through estimator of Bengio, Leonard and Courville, 2013; Jacob et al., 2018, section 3).
"""

from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

ACTIVATION_BITS = 8
MOMENTUM = 0.99
LEAST = 1e-6  # a range is no smaller, so that a channel of zeros has a scale


@dataclass(frozen=True, eq=False)
class Bounds:
    """Between which numbers a tensor is rounded to int8, which includes 0.

    Attributes:
        low: least number; a tensor of TensorFlow or a number, as the others are.
        high: greatest number.
        is_known: whether it is rounded at all.
    """

    low: Any
    high: Any
    is_known: Any = True

    @property
    def scale(self) -> Any:
        """From one number to the next."""
        return (self.high - self.low) / (2**ACTIVATION_BITS - 1)

    def rounded(self, x: Any) -> Any:
        """`x`, cut off at the bounds."""
        near = tf.quantization.fake_quant_with_min_max_vars(x, self.low, self.high, num_bits=ACTIVATION_BITS)
        return near if self.is_known is True else tf.where(self.is_known, near, x)


#: What TensorFlow Lite's integer kernels demand of the answers of these functions.
FIXED = {"softmax": Bounds(0.0, 255 / 256), "sigmoid": Bounds(0.0, 255 / 256), "tanh": Bounds(-1.0, 127 / 128)}


@keras.saving.register_keras_serializable("tinyq")
class ActivationRange(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """The range of a tensor: a moving average over the batches of training, of which the first counts whole."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.low, self.high, self.batches = (
            self.add_weight(name=name, shape=(), initializer="zeros", trainable=False)
            for name in ("low", "high", "batches")
        )
        self.built = True

    def measure(self, x: Any) -> None:
        """Look at the numbers of a batch."""
        keep = tf.minimum(self.batches / (self.batches + 1.0), MOMENTUM)
        self.low.assign(keep * self.low + (1.0 - keep) * tf.minimum(tf.reduce_min(x), 0.0))
        self.high.assign(keep * self.high + (1.0 - keep) * tf.maximum(tf.reduce_max(x), LEAST))
        self.batches.assign_add(1.0)

    def bounds(self) -> Bounds:
        """The range as tensors; known once a batch was seen."""
        low, high = tf.convert_to_tensor(self.low), tf.convert_to_tensor(self.high)
        return Bounds(low, tf.maximum(high, LEAST), self.batches > 0)


def largest_weights(kernel: Any, *, by_channel: bool) -> Any:
    """The magnitude of the largest weight in each output channel, which is the last axis, or of all."""
    axes = list(range(len(kernel.shape) - 1)) if by_channel else None
    return tf.stop_gradient(tf.maximum(tf.reduce_max(tf.abs(kernel), axes), LEAST))


def rounded_weights(kernel: Any, largest: Any, bits: int) -> Any:
    """`kernel` as symmetric integers of so many bits, the least of which is left out; one scale for each `largest`."""
    quantize = tf.quantization
    by_channel = quantize.fake_quant_with_min_max_vars_per_channel
    function = by_channel if len(largest.shape) == 1 else quantize.fake_quant_with_min_max_vars
    return function(kernel, -largest, largest, num_bits=bits, narrow_range=True)


def rounded_bias(bias: Any, scale: Any) -> Any:
    """`bias` as a multiple of `scale`: an int32 number is that of the input's scale times the weights' scale."""
    return bias + tf.stop_gradient(tf.round(bias / scale) * scale - bias)
