"""The fixed-point functions against exact rational arithmetic."""

import math
from fractions import Fraction

import numpy as np
from hypothesis import assume, given
from hypothesis import strategies as st
from support.examples import examples
from support.rational import half_away, half_up

from tinyq.numerics.fixed_point import (
    INT32_MAX,
    INT32_MIN,
    multiply_by_quantized_multiplier,
    quantize_multiplier,
    reduced_multiplier,
    rounding_divide_by_pot,
    saturating_rounding_doubling_high_mul,
    saturating_shift_left,
    scale_wide,
    wrap_int32,
)

EDGES = [INT32_MIN, INT32_MIN + 1, -(2**30), -1, 0, 1, 2**30 - 1, 2**30, INT32_MAX - 1, INT32_MAX]
int32 = st.integers(INT32_MIN, INT32_MAX) | st.sampled_from(EDGES)
multipliers = st.integers(2**30, INT32_MAX) | st.just(0)
reals = st.floats(2.0**-34, 2.0**31 - 1) | st.floats(-34, 30.9).map(math.exp2)


@examples(1000)
@given(a=int32, b=int32)
def test_the_high_product_is_rounded_half_up_and_saturated(a: int, b: int) -> None:
    expected = min(half_up(Fraction(a * b, 2**31)), INT32_MAX)
    assert int(saturating_rounding_doubling_high_mul(a, b)) == expected


@examples(1000)
@given(x=int32, exponent=st.integers(0, 31))
def test_a_division_by_a_power_of_two_is_rounded_half_away_from_zero(x: int, exponent: int) -> None:
    assert int(rounding_divide_by_pot(x, exponent)) == half_away(Fraction(x, 2**exponent))


@examples(500)
@given(quotient=st.integers(-1000, 1000), exponent=st.integers(1, 20))
def test_a_tie_is_rounded_away_from_zero_on_both_sides(quotient: int, exponent: int) -> None:
    tie = (2 * quotient + 1) * 2 ** (exponent - 1)
    assert int(rounding_divide_by_pot(tie, exponent)) == (quotient + 1 if quotient >= 0 else quotient)


@examples(1000)
@given(real=reals)
def test_a_multiplier_is_the_nearest_one_with_31_bits(real: float) -> None:
    multiplier, shift = quantize_multiplier(real)
    if real < 2.0**-32:
        assert (multiplier, shift) == (0, 0)
        return
    assert 2**30 <= multiplier < 2**31
    assert -31 <= shift <= 31
    error = abs(Fraction(multiplier) * Fraction(2) ** (shift - 31) - Fraction(real))
    assert error <= Fraction(2) ** (shift - 32)


@examples(300)
@given(bits=st.integers(2**30, 2**31 - 1), shift=st.integers(-31, 31))
def test_a_multiplier_half_way_between_two_is_rounded_up(bits: int, shift: int) -> None:
    half_way = math.ldexp(bits + 0.5, shift - 31)
    assert quantize_multiplier(half_way) == ((bits + 1, shift) if bits + 1 < 2**31 else (2**30, shift + 1))


def test_a_multiplier_that_rounds_up_to_one_takes_the_next_shift() -> None:
    assert quantize_multiplier(1.0 - 2.0**-40) == (2**30, 1)
    assert quantize_multiplier(0.0) == (0, 0)
    assert quantize_multiplier(2.0**-33) == (0, 0)
    assert quantize_multiplier(2.0**-32) == (2**30, -31)


@examples(1000)
@given(x=int32, multiplier=multipliers, shift=st.integers(-31, 31))
def test_scaling_is_two_roundings_after_a_shift_that_wraps(x: int, multiplier: int, shift: int) -> None:
    raised = (x * 2 ** max(shift, 0) + 2**31) % 2**32 - 2**31
    product = half_up(Fraction(raised * multiplier, 2**31))
    expected = half_away(Fraction(product, 2 ** max(-shift, 0)))
    assert int(multiply_by_quantized_multiplier(x, multiplier, shift)) == expected


@examples(300)
@given(x=int32, real=reals)
def test_scaling_by_a_real_number_is_less_than_one_off(x: int, real: float) -> None:
    multiplier, shift = quantize_multiplier(real)
    assume(multiplier and shift <= 0)
    exact = Fraction(x) * Fraction(multiplier) * Fraction(2) ** (shift - 31)
    assert abs(int(multiply_by_quantized_multiplier(x, multiplier, shift)) - exact) <= Fraction(1, 2) + Fraction(
        1, 2 ** (1 - shift)
    )


@examples(300)
@given(x=st.lists(int32, min_size=1, max_size=9), shift=st.integers(-31, 31))
def test_arrays_are_scaled_element_by_element(x: list[int], shift: int) -> None:
    together = multiply_by_quantized_multiplier(np.array(x), np.full(len(x), 2**30 + 7), np.full(len(x), shift))
    assert together.tolist() == [int(multiply_by_quantized_multiplier(one, 2**30 + 7, shift)) for one in x]


@examples(1000)
@given(multiplier=multipliers)
def test_a_reduced_multiplier_is_the_nearest_one_of_15_bits(multiplier: int) -> None:
    assert int(reduced_multiplier(multiplier)) == min(half_up(Fraction(multiplier, 2**16)), 2**15 - 1)


@examples(1000)
@given(x=st.integers(1 - 2**47, 2**47 - 1), reduced=st.integers(0, 2**15 - 1), right_shift=st.integers(1, 46))
def test_a_wide_sum_is_rounded_half_up_and_keeps_its_lowest_32_bits(x: int, reduced: int, right_shift: int) -> None:
    rounded = half_up(Fraction(x * reduced, 2**right_shift))
    assert int(scale_wide(x, reduced, right_shift)) == (rounded + 2**31) % 2**32 - 2**31


@examples(500)
@given(x=int32, exponent=st.integers(0, 5))
def test_a_saturating_shift_stops_at_the_ends_of_int32(x: int, exponent: int) -> None:
    assert int(saturating_shift_left(x, exponent)) == max(INT32_MIN, min(INT32_MAX, x * 2**exponent))


@examples(300)
@given(x=st.integers(-(2**62), 2**62))
def test_wrapping_keeps_the_lowest_32_bits(x: int) -> None:
    wrapped = int(wrap_int32(x))
    assert INT32_MIN <= wrapped <= INT32_MAX
    assert (wrapped - x) % 2**32 == 0
