"""What convolutions and dense layers share: weights, bias and the scales around them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Array
from support.cases._draw import LEAST_OUTPUT_SCALE, Draw, activation, chances, float32, scales
from support.tflite_model import T

LARGEST = {"int8": 128, "int4": 8}  # magnitude of a weight
LARGEST_BIAS = {"int32": 2**30, "int64": 2**45}
# Of the output's scale to a product's; tinyq refuses half of it and less.
LEAST_RATIO = {"int32": 2.0**-30, "int64": 2.0**-6}
USUAL_INPUT = {"int8": 70.0, "int16": 18000.0}
USUAL_EXPONENTS = {"int8": (-24, 8), "int16": (-20, -4)}  # a 16-bit multiplier shows in large outputs
BIAS_TYPES = {"int8": ("int32",), "int16": ("int32", "int64")}


def constants_and_output(
    draw: Draw,
    image: T,
    weights_shape: tuple[int, ...],
    axis: int,
    output_shape: tuple[int, ...],
    types: Sequence[str] = ("int8", "int8", "int4"),
    *,
    is_wide: bool = False,
) -> tuple[T, T | None, T]:
    """Weights of one of `types` with their output channels along `axis`, a bias or none, and the output.

    The output's scale fits the sums that the layer reaches, or is so small that it saturates, or so large that it
    is almost constant. Biases of the kind "between" put a sum next to where its output changes from one integer to the
    next: there an error in the last bits of a multiplier shows, the more the larger the sums are.
    The bias of an int16 layer is of int64 if the layer `is_wide`, else of either type.
    """
    chance, channels = draw(chances), weights_shape[axis]
    kind = draw(st.sampled_from(["none", "usual", "between"]))
    dtype = draw(st.sampled_from(types if image.dtype == "int8" else ["int8"]))
    weights = _weights(chance, weights_shape, axis, LARGEST[dtype])
    weight_scales = _weight_scales(draw, chance, channels)
    products = [image.scales[0] * scale for scale in weight_scales]
    bias_types = BIAS_TYPES[image.dtype]
    bias_type = bias_types[-1] if is_wide or kind == "none" else draw(st.sampled_from(bias_types))
    usual_sum = USUAL_INPUT[image.dtype] * 0.55 * LARGEST[dtype] * float(np.sqrt(weights.size / channels))
    exponent = draw(st.integers(3, 9) if kind == "between" else st.integers(*USUAL_EXPONENTS[image.dtype]))
    usual_scale = float(np.median(products)) * usual_sum * 2.0**exponent
    output_scale = float32(max(usual_scale, LEAST_OUTPUT_SCALE, max(products) * LEAST_RATIO[bias_type]))
    output = activation(draw, "y", output_shape, image.dtype, output_scale)
    bias = _bias(kind, chance, np.resize(products, channels) / output_scale, bias_type, np.iinfo(image.dtype).max)
    return (
        T("w", weights_shape, dtype, scales=weight_scales, axis=axis, data=weights),
        None if bias is None else T("b", (channels,), bias_type, tuple(map(float32, products)), data=bias),
        output,
    )


def _weights(chance: np.random.Generator, shape: tuple[int, ...], axis: int, largest: int) -> Array:
    """Random numbers, some of them 0; in some output channels all are."""
    alive = chance.choice([0, 1, 1, 1], [extent if number == axis else 1 for number, extent in enumerate(shape)])
    weights: Array = chance.integers(-largest, largest, shape) * chance.choice([0, 1, 1, 1, 1], shape) * alive
    return weights


def without_least(weights: T) -> T:
    """Weights without the least number, as every converter keeps them; kernels that pack two into a word need it."""
    assert weights.data is not None
    return replace(weights, data=np.maximum(weights.data, 1 - LARGEST[weights.dtype]))


def _weight_scales(draw: Draw, chance: np.random.Generator, channels: int) -> tuple[float, ...]:
    scale = draw(scales(-12, 0))
    orders = draw(st.sampled_from([None, 0.0, 1.0, 4.0]))  # None: one scale for all channels
    if orders is None:
        return (scale,)
    return tuple(float32(scale * 10.0**exponent) for exponent in chance.uniform(-orders, orders, channels))


def _bias(kind: str, chance: np.random.Generator, multipliers: Array, dtype: str, largest: int) -> Array | None:
    if kind == "none":
        return None
    if kind == "usual":
        return chance.integers(-10000, 10000, len(multipliers))
    middle = (chance.integers(-largest - 3, largest + 3, len(multipliers)) + 0.5) / multipliers
    apart = chance.uniform(-1.0, 1.0, len(multipliers)) ** 3 * np.maximum(np.abs(middle) * 2.0**-23, 1.0)
    return np.clip(np.rint(middle + apart), -LARGEST_BIAS[dtype], LARGEST_BIAS[dtype]).astype(np.int64)


def image_of(draw: Draw, shape: tuple[int, ...], dtype: str = "int8") -> T:
    """The layer's input."""
    return activation(draw, "x", shape, dtype)
