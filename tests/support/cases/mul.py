"""MUL of two tensors, of a tensor and a constant on either side, and of a tensor with itself, with broadcasting."""

from hypothesis import strategies as st

from support.cases._binary import elementwise_case, operand_shapes, operands
from support.cases._case import Case
from support.cases._draw import LEAST_OUTPUT_SCALE, Draw, activation, activation_types, activations, float32
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One product of int8, int16 or int32."""
    shape, other = operand_shapes(draw)
    options = {"fusedActivationFunction": draw(activations)}
    if draw(st.sampled_from([False, False, False, True])):
        tensors = operands(draw, T("x1", shape, "int32"), T("x2", other, "int32"))
        return elementwise_case(draw, "MUL", tensors, T("y", (), "int32"), "MulOptions", options, "BUILTIN_REF")
    dtype = draw(activation_types)
    first, second = activation(draw, "x1", shape, dtype), activation(draw, "x2", other, dtype)
    tensors = operands(draw, first, second)
    product = tensors[0].scales[0] * tensors[1].scales[0]
    usual = {"int8": (-2, 9), "int16": (6, 17)}[dtype]
    scale = float32(product * 2.0 ** draw(st.floats(*usual) | st.floats(-20, 20)))
    output = activation(draw, "y", (), dtype, max(scale, LEAST_OUTPUT_SCALE))
    return elementwise_case(draw, "MUL", tensors, output, "MulOptions", options)
