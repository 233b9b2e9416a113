"""The short form of ADD equals the reference for every pair of int8 inputs, within int32."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyq.kernels.dsp.add import INT8, RAISED, Form, short_form
from tinyq.numerics.fixed_point import quantize_multiplier
from tinyq.ops.arithmetic import Scaling

# Scales and zero points of the first sum in MLPerf Tiny's image classification: no two products are exact there.
RESNET = (0.039393551647663116, 0.10419496148824692, 0.050945673137903214), (-128, 4, -128)


def scaled(scales: tuple[float, ...], zero_points: tuple[int, ...]) -> tuple[Scaling, Scaling, Scaling]:
    twice_max = 2.0 * max(scales[:2])
    reals = (scales[0] / twice_max, scales[1] / twice_max, twice_max / (2.0**RAISED * scales[2]))
    first, second, output = (
        Scaling(zero, *quantize_multiplier(real)) for zero, real in zip(zero_points, reals, strict=True)
    )
    return first, second, output


def assert_exact(form: Form, scalings: tuple[Scaling, Scaling, Scaling], low: int, high: int) -> None:
    first, second, output = scalings
    raised = first.apply(INT8[:, np.newaxis], RAISED) + second.apply(INT8, RAISED)
    wanted = np.clip(output.result(raised), low, high)
    parts = [multiplier * INT8 for multiplier in form.multipliers]
    if form.table:
        parts[form.looked_up] = np.array(form.table)
    total = parts[0][:, np.newaxis] + parts[1] + form.start
    assert np.abs(total).max() < 2**31
    assert (np.clip(total >> form.shift, low, high) == wanted).all()


@given(
    st.tuples(st.floats(-8, 0), st.floats(-8, 0), st.floats(-1, 3)),
    st.tuples(*[st.integers(-128, 127)] * 3),
    st.sampled_from([(-128, 127), (-100, 127), (-128, 20)]),
)
def test_a_short_form_is_exact_for_all_pairs(
    exponents: tuple[float, float, float], zero_points: tuple[int, int, int], limits: tuple[int, int]
) -> None:
    first, second = 2.0 ** exponents[0], 2.0 ** exponents[1]
    scalings = scaled((first, second, max(first, second) * 2.0 ** exponents[2]), zero_points)
    form = short_form(*scalings, *limits)
    if form is not None:
        assert_exact(form, scalings, *limits)


@pytest.mark.parametrize("swapped", [False, True])
def test_a_table_stands_in_where_products_are_not_exact(*, swapped: bool) -> None:
    (first, second, output), (x, y, z) = RESNET
    scalings = scaled((second, first, output), (y, x, z)) if swapped else scaled(*RESNET)
    form = short_form(*scalings, -128, 127)
    assert form is not None
    assert len(form.table) == len(INT8)
    assert_exact(form, scalings, -128, 127)
