"""What SELECT and SELECT_V2 draw."""

from hypothesis import strategies as st

from support.cases._binary import elementwise_case, operand_shapes, operands
from support.cases._case import Case
from support.cases._draw import Draw, activation, activation_types
from support.cases._extremum import first_as_output
from support.tflite_model import T


def select_case(draw: Draw, name: str, *, broadcast: bool) -> Case:
    """One choice between int8 or int16 of one scale, or int32."""
    shape, other = operand_shapes(draw)
    shape, other = (shape, other) if broadcast else (shape or (1,), shape or (1,))
    condition = T("c", draw(st.sampled_from([shape, other])), "bool")
    if draw(st.booleans()):
        tensors = operands(draw, T("x1", shape, "int32"), T("x2", other, "int32"))
        return elementwise_case(draw, name, [condition, *tensors], T("y", (), "int32"), oracle="BUILTIN_REF")
    first = activation(draw, "x1", shape, draw(activation_types))
    tensors = operands(draw, first, T("x2", other, first.dtype, first.scales, first.zero_points))
    return elementwise_case(draw, name, [condition, *tensors], first_as_output(first), oracle="BUILTIN_REF")
