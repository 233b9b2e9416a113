"""LOG_SOFTMAX over 1 to 300 numbers, with steps from far below one to far above."""

from hypothesis import strategies as st

from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, chances, float32, int8_tensor, shapes
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One function."""
    rows, depth = draw(shapes(range(4), 3)), draw(st.integers(1, 12) | st.integers(1, 300))
    step = draw(st.floats(-8, 2) | st.floats(-24, 4))
    image = int8_tensor(draw, "x", (*rows, depth), float32(2.0**step))
    output = T("y", (*rows, depth), scales=(1 / 16,), zero_points=(127,))
    return one_operator("LOG_SOFTMAX", [image], output, [int_samples(draw(chances), image)])
