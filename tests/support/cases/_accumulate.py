"""What convolutions and dense layers share: weights, bias and the scales around them."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Array
from support.cases._draw import LEAST_OUTPUT_SCALE, Draw, chances, float32, int8_tensor, scales, zero_points
from support.tflite_model import T

LARGEST = {"int8": 128, "int4": 8}  # magnitude of a weight
LARGEST_BIAS = 2**30
LEAST_RATIO = 2.0**-30  # of the output's scale to a product's; tinyq refuses 2**-31 and less


def constants_and_output(
    draw: Draw,
    image: T,
    weights_shape: tuple[int, ...],
    axis: int,
    output_shape: tuple[int, ...],
    types: Sequence[str] = ("int8", "int8", "int4"),
) -> tuple[T, T | None, T]:
    """Weights of one of `types` with their output channels along `axis`, a bias or none, and the output.

    The output's scale fits the sums that the layer reaches, or is so small that it saturates, or so large that it
    is almost constant. Biases of the kind "between" put a sum next to where its output changes from one integer to the
    next: there an error in the last bits of a multiplier shows, the more the larger the sums are.
    """
    chance, channels = draw(chances), weights_shape[axis]
    kind = draw(st.sampled_from(["none", "usual", "between"]))
    dtype = draw(st.sampled_from(types))
    weights = _weights(chance, weights_shape, axis, LARGEST[dtype])
    weight_scales = _weight_scales(draw, chance, channels)
    products = [image.scales[0] * scale for scale in weight_scales]
    usual_sum = 70.0 * 0.55 * LARGEST[dtype] * float(np.sqrt(weights.size / channels))
    exponent = draw(st.integers(3, 9) if kind == "between" else st.integers(-24, 8))
    usual_scale = float(np.median(products)) * usual_sum * 2.0**exponent
    output_scale = float32(max(usual_scale, LEAST_OUTPUT_SCALE, max(products) * LEAST_RATIO))
    output = T("y", output_shape, scales=(output_scale,), zero_points=(draw(zero_points),))
    bias = _bias(kind, chance, np.resize(products, channels) / output_scale)
    return (
        T("w", weights_shape, dtype, scales=weight_scales, axis=axis, data=weights),
        None if bias is None else T("b", (channels,), "int32", tuple(map(float32, products)), data=bias),
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


def _bias(kind: str, chance: np.random.Generator, multipliers: Array) -> Array | None:
    if kind == "none":
        return None
    if kind == "usual":
        return chance.integers(-10000, 10000, len(multipliers))
    middle = (chance.integers(-130, 130, len(multipliers)) + 0.5) / multipliers
    apart = chance.uniform(-1.0, 1.0, len(multipliers)) ** 3 * np.maximum(np.abs(middle) * 2.0**-23, 1.0)
    return np.clip(np.rint(middle + apart), -LARGEST_BIAS, LARGEST_BIAS).astype(np.int64)


def image_of(draw: Draw, shape: tuple[int, ...]) -> T:
    """The layer's input."""
    return int8_tensor(draw, "x", shape)
