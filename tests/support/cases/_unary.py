"""What the functions of one number draw: every int8 there is, or every int16, as the input of one function."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Array, Case, Oracle, one_operator
from support.cases._draw import LEAST_OUTPUT_SCALE, Draw, float32, int8_tensor, scales, shapes, zero_points
from support.tflite_model import Op, T, tflite_model

Quantization = tuple[float, int]
#: Exponents of scales with which int16 numbers range from 1 to 2**18.
USUAL_INT16 = st.floats(-15, 3)
#: Exponents of scales at which LOGISTIC and TANH take an int16 as it is, exactly and almost.
NEAR_POWERS_OF_TWO = (-12.0, -12.0009, -11.9989, -11.0, -11.0011, -10.9991, -10.0)


def unary_case(
    draw: Draw,
    name: str,
    table: str | None = None,
    options: Mapping[str, Any] | None = None,
    output: Quantization | None = None,
    ratios: tuple[float, float] = (-8, 8),
    oracle: Oracle = "tflite-micro",
    *,
    positive: bool = False,
    coarsest: Callable[[float], float] = lambda _: math.inf,
) -> Case:
    """One int8 function.

    Args:
        draw: of Hypothesis.
        name: the operator.
        table: its options table.
        options: in that table.
        output: the output's scale and zero point, where they are fixed.
        ratios: exponents of 2 between which the output's scale over the input's lies.
        oracle: the interpreter that computes it.
        positive: whether the oracle refuses negative inputs.
        coarsest: the largest output scale that the oracle takes for an input scale.
    """
    image = int8_tensor(draw, "x", draw(shapes(range(6), 4)))
    drawn = min(image.scales[0] * 2.0 ** draw(st.floats(*ratios)), coarsest(image.scales[0]))
    scale, zero_point = output or (float32(drawn), draw(zero_points))
    result = T("y", image.shape, scales=(max(scale, LEAST_OUTPUT_SCALE),), zero_points=(zero_point,))
    least = image.zero_points[0] if positive else -128
    return one_operator(name, [image], result, [all_int8(image, least)], table, options, oracle)


def int16_case(
    draw: Draw,
    name: str,
    table: str | None = None,
    options: Mapping[str, Any] | None = None,
    output: float | None = None,
    oracle: Oracle = "tflite-micro",
    *,
    exponents: st.SearchStrategy[float] = USUAL_INT16,
    ratios: tuple[float, float] = (-8, 8),
    least: int = -(2**15),
) -> Case:
    """One int16 function; as `unary_case`, but `output` is a scale alone.

    Args:
        draw: of Hypothesis.
        name: the operator.
        table: its options table.
        options: in that table.
        output: the output's scale, where it is fixed.
        oracle: the interpreter that computes it.
        exponents: of 2, of the input's scale.
        ratios: exponents of 2 between which the output's scale over the input's lies.
        least: the least number that the oracle takes.
    """
    shape = draw(st.sampled_from([(4096,), (16, 256), (2, 8, 4, 64)]))
    scale = float32(2.0 ** draw(exponents))
    result = output or max(float32(scale * 2.0 ** draw(st.floats(*ratios))), LEAST_OUTPUT_SCALE)
    numbers = np.resize(np.arange(least, 2**15), (2**16 // 4096, *shape)).astype(np.int16)
    image = T("x", shape, "int16", (scale,), (0,))
    return one_operator(name, [image], T("y", shape, "int16", (result,), (0,)), [numbers], table, options, oracle)


def island(draw: Draw, name: str, oracle: Oracle = "tflite-micro", constants: Sequence[T] = ()) -> Case:
    """DEQUANTIZE, the float32 function `name` with `constants` behind its input, QUANTIZE."""
    shape = draw(shapes(range(6), 4))
    image = int8_tensor(draw, "x", shape)
    result = int8_tensor(draw, "z", shape, draw(scales(-8, 3)))  # a finer one would leave int32 in the oracle
    reals = [T("real_x", shape, "float32"), T("real_y", shape, "float32")]
    operators = [
        Op("DEQUANTIZE", ["x"], ["real_x"]),
        Op(name, ["real_x", *(constant.name for constant in constants)], ["real_y"]),
        Op("QUANTIZE", ["real_y"], ["z"]),
    ]
    tflite = tflite_model([image, *reals, *constants, result], operators, ["x"], ["z"])
    text = (f"DEQUANTIZE {name} QUANTIZE", f"{image}", *map(str, constants), f"{result}")
    return Case(tflite, (all_int8(image),), text, oracle, needs_passes=True)


def all_int8(image: T, least: int = -128) -> Array:
    """Samples in which every int8 from `least` upwards occurs."""
    elements = int(np.prod(image.shape))
    numbers = np.arange(least, 128)
    samples = -(-len(numbers) // elements)
    return np.resize(numbers, (samples, *image.shape)).astype(np.int8)
