"""ADD of two int8 tensors of one shape, or of one and a constant."""

from hypothesis import strategies as st

from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, activations, chances, float32, int8_tensor, shapes
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One sum, at scales as models have them."""
    shape = draw(shapes(range(1, 5), 6))
    first = int8_tensor(draw, "x1", shape)
    second = int8_tensor(draw, "x2", shape, float32(first.scales[0] * 2.0 ** draw(st.floats(-4, 4))))
    output = int8_tensor(draw, "y", shape, float32(max(*first.scales, *second.scales) * 2.0 ** draw(st.floats(-1, 2))))
    computed = [first, second]
    if draw(st.booleans()):
        data = draw(chances).integers(-128, 128, shape)
        second = T("x2", shape, scales=second.scales, zero_points=second.zero_points, data=data)
        computed = [first]
    samples = [int_samples(draw(chances), tensor) for tensor in computed]
    options = {"fusedActivationFunction": draw(activations)}
    return one_operator("ADD", [first, second], output, samples, "AddOptions", options)
