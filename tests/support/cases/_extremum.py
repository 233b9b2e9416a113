"""What MAXIMUM and MINIMUM draw."""

from hypothesis import strategies as st

from support.cases._binary import elementwise_case, operand_shapes, operands
from support.cases._case import Case
from support.cases._draw import Draw, activation, activation_types
from support.tflite_model import T


def extremum_case(draw: Draw, name: str) -> Case:
    """One operation of int8 or int16 with one scale, or int32."""
    shape, other = operand_shapes(draw, range(1, 6))
    if draw(st.booleans()):
        tensors = operands(draw, T("x1", shape, "int32"), T("x2", other, "int32"))
        return elementwise_case(draw, name, tensors, T("y", (), "int32"), oracle="BUILTIN_REF")
    first = activation(draw, "x1", shape, draw(activation_types))
    second = T("x2", other, first.dtype, scales=first.scales, zero_points=first.zero_points)
    return elementwise_case(draw, name, operands(draw, first, second), first_as_output(first), oracle="BUILTIN_REF")


def first_as_output(first: T) -> T:
    """The output, quantized as the first operand."""
    return T("y", (), first.dtype, scales=first.scales, zero_points=first.zero_points)
