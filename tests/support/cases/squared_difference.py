"""SQUARED_DIFFERENCE of int8 or int16 with different scales, or of int32, with broadcasting."""

from hypothesis import strategies as st

from support.cases._binary import elementwise_case, operand_shapes, operands
from support.cases._case import Case
from support.cases._draw import LEAST_OUTPUT_SCALE, Draw, activation, activation_types, float32
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One operation."""
    shape, other = operand_shapes(draw)
    if draw(st.sampled_from([False, False, False, True])):
        tensors = operands(draw, T("x1", shape, "int32"), T("x2", other, "int32"))
        return elementwise_case(draw, "SQUARED_DIFFERENCE", tensors, T("y", (), "int32"))
    dtype = draw(activation_types)
    first = activation(draw, "x1", shape, dtype)
    second = activation(draw, "x2", other, dtype, float32(first.scales[0] * 2.0 ** draw(st.floats(-8, 8))))
    tensors = operands(draw, first, second)
    square = max(tensor.scales[0] for tensor in tensors) ** 2
    usual = {"int8": (-2, 9), "int16": (6, 17)}[dtype]
    scale = float32(square * 2.0 ** draw(st.floats(*usual) | st.floats(-20, 20)))
    output = activation(draw, "y", (), dtype, max(scale, LEAST_OUTPUT_SCALE))
    return elementwise_case(draw, "SQUARED_DIFFERENCE", tensors, output)
