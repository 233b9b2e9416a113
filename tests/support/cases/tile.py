"""TILE of up to four dimensions; tflite-micro has no kernel for it."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import like, movable, numbers, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One tiling."""
    shape = draw(shapes(range(1, 5), 3))
    multiples = [draw(st.integers(1, 3)) for _ in shape]
    image = movable(draw, shape)
    output = like(image, "y", tuple(extent * times for extent, times in zip(shape, multiples, strict=True)))
    inputs = [image, numbers("multiples", multiples)]
    return one_operator("TILE", inputs, output, [samples_of(draw, image)], "TileOptions", oracle="BUILTIN_REF")
