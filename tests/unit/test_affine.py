"""Affine quantization against exact rational arithmetic."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples
from support.rational import half_away

from tinyq.numerics.affine import Activation, activation_range, dequantize, quantize, round_half_away

scales = st.floats(2.0**-20, 2.0**20, width=32)
dtypes = st.sampled_from(["int8", "uint8"])
zero_points = st.integers(0, 127)
float32s = st.floats(width=32, allow_nan=False, allow_infinity=False)


def rounded_quotient(real: np.float32, scale: float) -> int:
    """`real / scale` rounded to float32, as IEEE 754 divides, then to the nearest integer."""
    with np.errstate(over="ignore"):
        quotient = float(real / np.float32(scale))
    return half_away(Fraction(quotient)) if np.isfinite(quotient) else int(np.sign(quotient)) * 2**200


@examples(1000)
@given(x=float32s | st.integers(-1000, 1000).map(lambda i: i + 0.5))
def test_rounding_is_half_away_from_zero(x: float) -> None:
    assert int(round_half_away(np.array([x], np.float32))[0]) == half_away(Fraction(x))


@examples(200)
@given(k=st.integers(-(2**22), 2**22))
def test_the_neighbours_of_a_tie_are_not_taken_for_it(k: int) -> None:
    tie = np.float32(k + 0.5)
    for x in (np.nextafter(tie, np.float32(-np.inf)), tie, np.nextafter(tie, np.float32(np.inf))):
        assert int(round_half_away(np.array([x]))[0]) == half_away(Fraction(float(x)))


@examples(1000)
@given(real=float32s, scale=scales, zero_point=zero_points, dtype=dtypes)
def test_quantizing_rounds_and_clamps(real: float, scale: float, zero_point: int, dtype: str) -> None:
    limits = np.iinfo(dtype)
    exact = rounded_quotient(np.float32(real), scale) + zero_point
    expected = max(int(limits.min), min(int(limits.max), exact))
    assert int(quantize(np.array([real]), scale, zero_point, dtype)[0]) == expected


@examples(500)
@given(q=st.integers(-128, 127), scale=scales, zero_point=st.integers(-128, 127))
def test_quantizing_undoes_dequantizing(q: int, scale: float, zero_point: int) -> None:
    real = dequantize(np.array([q]), scale, zero_point)
    assert quantize(real, scale, zero_point, "int8").tolist() == [q]


@examples(500)
@given(q=st.integers(-128, 255), scale=scales, zero_point=st.integers(-128, 255))
def test_dequantizing_is_one_rounding_of_the_exact_product(q: int, scale: float, zero_point: int) -> None:
    (real,) = dequantize(np.array([q]), scale, zero_point)
    exact = Fraction(scale) * (q - zero_point)
    assert Fraction(float(real)) == Fraction(float(np.float32(float(exact))))  # 24 + 9 bits fit float64


@pytest.mark.parametrize(
    ("number", "int8", "uint8"), [(np.inf, 127, 255), (-np.inf, -128, 0), (np.nan, -128, 0), (3e38, 127, 255)]
)
def test_what_is_no_finite_number_saturates(number: float, int8: int, uint8: int) -> None:
    assert quantize(np.array([number], np.float32), 0.5, 3, "int8").tolist() == [int8]
    assert quantize(np.array([number], np.float32), 0.5, 3, "uint8").tolist() == [uint8]


@examples(500)
@given(
    activation=st.sampled_from(["NONE", "RELU", "RELU6", "RELU_N1_TO_1"]),
    scale=scales,
    zero_point=st.integers(-128, 127),
)
def test_an_activation_lets_through_what_rounds_into_its_range(
    activation: Activation, scale: float, zero_point: int
) -> None:
    ends: dict[str, tuple[float | None, float | None]] = {
        "NONE": (None, None),
        "RELU": (0.0, None),
        "RELU6": (0.0, 6.0),
        "RELU_N1_TO_1": (-1.0, 1.0),
    }
    least, greatest = ends[activation]
    low = -128 if least is None else max(-128, rounded_quotient(np.float32(least), scale) + zero_point)
    high = 127 if greatest is None else min(127, rounded_quotient(np.float32(greatest), scale) + zero_point)
    assert activation_range(activation, scale, zero_point, "int8") == (low, high)


def test_the_ranges_of_activations_are_those_of_the_specification() -> None:
    assert activation_range("RELU6", 0.05, -128, "int8") == (-128, -8)
    assert activation_range("RELU6", 0.01, -128, "int8") == (-128, 127)
    assert activation_range("RELU_N1_TO_1", 0.1, 3, "int8") == (-7, 13)
    assert activation_range("RELU", 0.1, 3, "uint8") == (3, 255)
