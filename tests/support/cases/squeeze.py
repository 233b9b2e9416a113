"""SQUEEZE of some or all dimensions of extent 1."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import like, movable, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One squeeze."""
    shape = draw(shapes(range(1, 5), 3))
    ones = [axis for axis, extent in enumerate(shape) if extent == 1]
    axes = sorted(draw(st.sets(st.sampled_from(ones)))) if ones else []
    gone = axes or ones
    image = movable(draw, shape)
    output = like(image, "y", tuple(extent for axis, extent in enumerate(shape) if axis not in gone))
    options = {"squeezeDims": axes}
    return one_operator("SQUEEZE", [image], output, [samples_of(draw, image)], "SqueezeOptions", options)
