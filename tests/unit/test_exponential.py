"""exp and 1/x in fixed point: close to the real functions, and exactly gemmlowp's steps in rational arithmetic."""

import itertools
import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples
from support.rational import half_away, half_up

from tinyq.numerics import exponential
from tinyq.numerics.exponential import exp_on_negative_values, reciprocal
from tinyq.numerics.fixed_point import INT32_MAX

Q5_26, Q0_31, Q12_19 = 2**26, 2**31, 2**19
# The Taylor series around -1/8 stops after the fourth power: (1/8)**5 / 5! of 2**31 is 546.
EXP_ERROR = 546
RECIPROCAL_ERROR = 8


def exp_of(raw: int) -> int:
    return int(exp_on_negative_values(np.array([raw], np.int64))[0])


def product(a: int, b: int) -> int:
    return half_up(Fraction(a * b, 2**31))


def gemmlowp_exp(raw: int) -> int:
    """The exponential of a Q5.26 number below 0: a series within a quarter, times a constant for each bit."""
    quarters = -(raw // 2**24) - 1
    x = (raw + quarters * 2**24) * 32 + 2**28
    square, cube = product(x, x), product(product(x, x), x)
    fourth = half_away(Fraction(product(square, square), 4))
    series = x + half_away(Fraction(square + product(fourth + cube, round(2**31 / 3)), 2))
    one_eighth = round(math.exp(-1 / 8) * Q0_31)
    result = one_eighth + product(one_eighth, series)
    for bit in range(7):
        if quarters >> bit & 1:
            result = product(result, round(math.exp(-(2.0 ** (bit - 2))) * Q0_31))
    return result


@examples(2000)
@given(raw=st.integers(-(2**31), -1) | st.integers(1, 512).map(lambda step: -step * 2**22))
def test_exp_takes_exactly_the_steps_of_gemmlowp(raw: int) -> None:
    assert exp_of(raw) == gemmlowp_exp(raw)


@examples(2000)
@given(raw=st.integers(-(2**31), 0) | st.integers(0, 512).map(lambda step: -step * 2**22))
def test_exp_is_right_to_a_few_units_of_its_last_place(raw: int) -> None:
    assert abs(exp_of(raw) - math.exp(raw / Q5_26) * Q0_31) <= EXP_ERROR


def test_exp_of_zero_is_the_largest_number_and_of_minus_32_is_zero() -> None:
    assert exp_of(0) == INT32_MAX
    assert exp_of(-(2**31)) == 0


@pytest.mark.parametrize("power", range(-2, 5))
def test_the_constants_are_the_rounded_powers(power: int) -> None:
    assert exponential.EXP_MINUS_POWERS[power + 2] == round(math.exp(-(2.0**power)) * Q0_31)


def test_the_other_constants_are_the_rounded_numbers() -> None:
    assert round(math.exp(-1 / 8) * Q0_31) == exponential.EXP_MINUS_ONE_EIGHTH
    assert round(Q0_31 / Fraction(3)) == exponential.ONE_THIRD
    assert round(Fraction(48, 17) * 2**29) == exponential.Q2_48_OVER_17
    assert round(Fraction(-32, 17) * 2**29) == exponential.Q2_MINUS_32_OVER_17


@examples(500)
@given(raws=st.lists(st.integers(-(2**31), 0), min_size=2, max_size=20))
def test_exp_never_falls_where_its_argument_rises_by_much(raws: list[int]) -> None:
    results = [exp_of(raw) for raw in sorted(raws)]
    assert all(later >= earlier - EXP_ERROR for earlier, later in itertools.pairwise(results))


@examples(2000)
@given(x=st.integers(Q12_19, INT32_MAX) | st.integers(0, 11).map(lambda bits: Q12_19 << bits))
def test_a_reciprocal_is_right_to_a_few_units_of_its_last_place(x: int) -> None:
    mantissa, bits = (int(part[0]) for part in reciprocal(np.array([x], np.int64)))
    assert 2**30 - RECIPROCAL_ERROR <= mantissa <= INT32_MAX
    exact = Fraction(Q12_19, x) * Q0_31 * 2**bits
    assert abs(mantissa - exact) <= RECIPROCAL_ERROR


@examples(300)
@given(x=st.integers(Q12_19, INT32_MAX))
def test_the_shift_of_a_reciprocal_is_the_position_of_its_highest_bit(x: int) -> None:
    (_, bits) = reciprocal(np.array([x], np.int64))
    assert int(bits[0]) == x.bit_length() - 20
