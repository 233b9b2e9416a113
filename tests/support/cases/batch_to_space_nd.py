"""BATCH_TO_SPACE_ND of one or two spatial dimensions, with crops."""

import math

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw
from support.cases._movement import QUANTIZED, in_int8_alone, like, movable, numbers, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One rearrangement that leaves something."""
    block = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))
    batch, depth = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    spatial = [draw(st.integers(1, 4)) for _ in block]
    crops = []
    for extent, size in zip(spatial, block, strict=True):
        before = draw(st.integers(0, extent * size - 1))
        crops.append((before, draw(st.integers(0, extent * size - 1 - before))))
    image = movable(draw, (batch * math.prod(block), *spatial, depth), dtypes=QUANTIZED)
    sizes = [extent * size - sum(crop) for extent, size, crop in zip(spatial, block, crops, strict=True)]
    inputs = [image, numbers("block", block), numbers("crops", crops)]
    output = like(image, "y", (batch, *sizes, depth))
    samples, oracle = [samples_of(draw, image)], in_int8_alone(image)
    return one_operator("BATCH_TO_SPACE_ND", inputs, output, samples, "BatchToSpaceNDOptions", oracle=oracle)
