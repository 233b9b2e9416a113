"""What the six comparisons draw."""

from hypothesis import strategies as st

from support.cases._binary import elementwise_case, operand_shapes, operands
from support.cases._case import Case
from support.cases._draw import Draw, float32, int8_tensor, scales
from support.tflite_model import T


def comparison_case(draw: Draw, name: str) -> Case:
    """One comparison of int8 of two scales, or of int32."""
    shape, other = operand_shapes(draw)
    if draw(st.booleans()):
        tensors = operands(draw, T("x1", shape, "int32"), T("x2", other, "int32"))
        return elementwise_case(draw, name, tensors, T("y", (), "bool"))
    first = int8_tensor(draw, "x1", shape, draw(scales(-12, -0.01)))
    ratio = draw(st.sampled_from([1.0, 0.5]) | st.floats(0.01, 1.0))
    second = int8_tensor(draw, "x2", other, float32(first.scales[0] * ratio))
    return elementwise_case(draw, name, operands(draw, first, second), T("y", (), "bool"))
