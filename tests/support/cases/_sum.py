"""What ADD and SUB draw."""

from hypothesis import strategies as st

from support.cases._binary import elementwise_case, operand_shapes, operands
from support.cases._case import Case
from support.cases._draw import LEAST_OUTPUT_SCALE, Draw, activation, activation_types, activations, float32
from support.tflite_model import T


def sum_case(draw: Draw, name: str, table: str) -> Case:
    """One sum; its output scale lies between almost constant and the least that tflite-micro accepts."""
    shape, other = operand_shapes(draw)
    options = {"fusedActivationFunction": draw(activations)}
    if draw(st.sampled_from([False, False, False, True])):
        tensors = operands(draw, T("x1", shape, "int32"), T("x2", other, "int32"))
        return elementwise_case(draw, name, tensors, T("y", (), "int32"), table, options, "BUILTIN_REF")
    dtype = draw(activation_types)
    first = activation(draw, "x1", shape, dtype)
    second = activation(draw, "x2", other, dtype, float32(first.scales[0] * 2.0 ** draw(st.floats(-14, 14))))
    tensors = operands(draw, first, second)
    largest = max(tensor.scales[0] for tensor in tensors)
    least = {"int8": -18.9, "int16": -13.9}[dtype]
    finest = float32(largest * 2.0 ** draw(st.floats(-5, 5) | st.floats(least, 12)))
    output = activation(draw, "y", (), dtype, max(finest, LEAST_OUTPUT_SCALE))
    return elementwise_case(draw, name, tensors, output, table, options)
