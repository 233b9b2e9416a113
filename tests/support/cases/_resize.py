"""What both resizers draw."""

from typing import Any

from hypothesis import strategies as st

from support.cases._case import Case, Oracle, one_operator
from support.cases._draw import Draw
from support.cases._movement import like, movable, numbers, samples_of


def resize_case(draw: Draw, name: str, table: str) -> Case:
    """One image made larger or smaller, by whole factors and others."""
    batch, depth = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    before = [draw(st.integers(1, 8)) for _ in range(2)]
    after = [draw(st.integers(1, 17) | st.integers(1, 3).map(extent.__mul__)) for extent in before]
    aligned, centered = draw(st.sampled_from([(False, False), (True, False), (False, True)]))
    image = movable(draw, (batch, *before, depth), dtypes=("int8", "int8", "int16"))
    inputs = [image, numbers("size", after)]
    options: dict[str, Any] = {"alignCorners": aligned, "halfPixelCenters": centered}
    output = like(image, "y", (batch, *after, depth))
    oracle: Oracle = "BUILTIN_REF" if (name, image.dtype) == ("RESIZE_BILINEAR", "int16") else "tflite-micro"
    return one_operator(name, inputs, output, [samples_of(draw, image)], table, options, oracle)
