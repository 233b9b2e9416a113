"""RESIZE_BILINEAR with aligned corners, with centers, and with neither."""

from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._resize import resize_case


@st.composite
def cases(draw: Draw) -> Case:
    """One resizing."""
    return resize_case(draw, "RESIZE_BILINEAR", "ResizeBilinearOptions")
