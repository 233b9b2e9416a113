"""DIV of int8 with different scales and broadcasting, by divisors that are not 0."""

import numpy as np
from hypothesis import strategies as st

from support.cases._binary import operand_shapes
from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, activations, chances, float32, int8_tensor, scales
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One quotient; below 2**7 times its output scale the oracle shifts by more than 31 bits."""
    shape, other = operand_shapes(draw)
    first, second = (
        int8_tensor(draw, "x1", shape, draw(scales(-3, 3))),
        int8_tensor(draw, "x2", other, draw(scales(-3, 3))),
    )
    quotient = first.scales[0] / second.scales[0]
    output = int8_tensor(
        draw, "y", np.broadcast_shapes(shape, other), float32(quotient * 2.0 ** -draw(st.floats(7.01, 14)))
    )
    dividends, divisors = int_samples(draw(chances), first), int_samples(draw(chances), second)
    (zero,) = second.zero_points
    divisors = np.where(divisors == zero, zero + 1 if zero < 127 else zero - 1, divisors).astype(np.int8)
    options = {"fusedActivationFunction": draw(activations)}
    if draw(st.booleans()):
        constant = T("x2", other, scales=second.scales, zero_points=second.zero_points, data=divisors[0])
        return one_operator("DIV", [first, constant], output, [dividends], "DivOptions", options)
    return one_operator("DIV", [first, second], output, [dividends, divisors], "DivOptions", options)
