"""MIRROR_PAD with and without the edge, with borders from none to the widest."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import in_int8_alone, like, movable, numbers, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One padding."""
    shape = draw(shapes(range(1, 5), 4))
    mode = draw(st.integers(0, 1))
    most = [extent - 1 + mode for extent in shape]
    paddings = [(draw(st.integers(0, width)), draw(st.integers(0, width))) for width in most]
    image = movable(draw, shape)
    padded = tuple(before + extent + after for extent, (before, after) in zip(shape, paddings, strict=True))
    inputs = [image, numbers("paddings", paddings)]
    return one_operator(
        "MIRROR_PAD",
        inputs,
        like(image, "y", padded),
        [samples_of(draw, image)],
        "MirrorPadOptions",
        {"mode": mode},
        oracle=in_int8_alone(image),
    )
