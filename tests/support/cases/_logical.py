"""What the logical operators draw."""

from support.cases._binary import elementwise_case, operand_shapes, operands
from support.cases._case import Case
from support.cases._draw import Draw
from support.tflite_model import T


def logical_case(draw: Draw, name: str, count: int = 2) -> Case:
    """One operation on bools."""
    shape, other = operand_shapes(draw)
    tensors = operands(draw, T("x1", shape, "bool"), T("x2", other, "bool")) if count == 2 else [T("x1", shape, "bool")]
    return elementwise_case(draw, name, tensors, T("y", (), "bool"))
