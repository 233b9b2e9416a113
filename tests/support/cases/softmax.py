"""SOFTMAX over 1 to 300 numbers, with steps from far below one to far above."""

from hypothesis import strategies as st

from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, chances, float32, int8_tensor, shapes
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One softmax; `beta * scale` from just above 2**-26, the least that tflite-micro takes, to beyond its cap."""
    rows, depth = draw(shapes(range(4), 3)), draw(st.integers(1, 12) | st.integers(1, 300))
    beta = draw(st.sampled_from([1.0, 1.0, 0.1, 3.7]))
    step = draw(st.floats(-8, 2) | st.floats(-25.9, 8))
    image = int8_tensor(draw, "x", (*rows, depth), float32(2.0**step / beta))
    output = T("y", (*rows, depth), scales=(1 / 256,), zero_points=(-128,))
    samples = [int_samples(draw(chances), image)]
    return one_operator("SOFTMAX", [image], output, samples, "SoftmaxOptions", {"beta": beta})
