"""DEPTH_TO_SPACE with blocks of 1 to 3 pixels a side."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw
from support.cases._movement import like, movable, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One rearrangement."""
    block = draw(st.integers(1, 3))
    batch, height, width, depth = (draw(st.integers(1, most)) for most in (2, 4, 4, 3))
    image = movable(draw, (batch, height, width, depth * block**2), dtypes=("int8",))
    output = like(image, "y", (batch, height * block, width * block, depth))
    samples = [samples_of(draw, image)]
    return one_operator("DEPTH_TO_SPACE", [image], output, samples, "DepthToSpaceOptions", {"blockSize": block})
