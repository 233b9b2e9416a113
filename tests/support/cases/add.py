"""ADD of two tensors, of a tensor and a constant on either side, and of a tensor with itself, with broadcasting."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case, int8_samples, one_operator
from support.cases._draw import LEAST_OUTPUT_SCALE, Draw, activations, chances, float32, int8_tensor, shapes
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One sum; its output scale lies between almost constant and the least that tflite-micro accepts."""
    shape = draw(shapes(range(1, 5), 5))
    kind = draw(st.sampled_from(["computed", "first constant", "second constant", "itself"]))
    first = int8_tensor(draw, "x1", shape if kind == "itself" else _narrowed(draw, shape))
    ratio = 2.0 ** draw(st.floats(-14, 14))
    second = int8_tensor(draw, "x2", _narrowed(draw, shape), float32(first.scales[0] * ratio))
    operands = [first, first] if kind == "itself" else [first, second]
    if kind.endswith("constant"):
        number = int(kind.startswith("second"))
        operands[number] = _constant(draw, operands[number])
    largest = max(tensor.scales[0] for tensor in operands)
    output = int8_tensor(
        draw,
        "y",
        np.broadcast_shapes(*(tensor.shape for tensor in operands)),
        max(float32(largest * 2.0 ** draw(st.floats(-5, 5) | st.floats(-18.9, 12))), LEAST_OUTPUT_SCALE),
    )
    computed = {tensor.name: tensor for tensor in operands if tensor.data is None}.values()
    samples = [int8_samples(draw(chances), tensor) for tensor in computed]
    return one_operator("ADD", operands, output, samples, "AddOptions", {"fusedActivationFunction": draw(activations)})


def _narrowed(draw: Draw, shape: tuple[int, ...]) -> tuple[int, ...]:
    """`shape`, or one that broadcasts to it: ones instead of some extents, and missing ones in front."""
    if draw(st.booleans()):
        return shape
    narrow = tuple(draw(st.sampled_from([1, extent])) for extent in shape)
    return narrow[draw(st.integers(0, len(shape) - 1)) :]


def _constant(draw: Draw, tensor: T) -> T:
    data = draw(chances).integers(-128, 128, tensor.shape)
    return T(tensor.name, tensor.shape, scales=tensor.scales, zero_points=tensor.zero_points, data=data)
