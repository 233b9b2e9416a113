"""SPACE_TO_BATCH_ND of one or two spatial dimensions, with paddings; tflite-micro pads with 0, not the zero point."""

import math

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw
from support.cases._movement import QUANTIZED, like, movable, numbers, samples_of


@st.composite
def cases(draw: Draw) -> Case:
    """One rearrangement."""
    block = draw(st.lists(st.integers(1, 3), min_size=1, max_size=2))
    batch, depth = draw(st.integers(1, 2)), draw(st.integers(1, 3))
    spatial, paddings, blocks = [], [], []
    for size in block:
        extent, before = draw(st.integers(1, 6)), draw(st.integers(0, 4))
        after = -(extent + before) % size + size * draw(st.integers(0, 1))
        spatial.append(extent)
        paddings.append((before, after))
        blocks.append((before + extent + after) // size)
    image = movable(draw, (batch, *spatial, depth), dtypes=QUANTIZED)
    inputs = [image, numbers("block", block), numbers("paddings", paddings)]
    output = like(image, "y", (batch * math.prod(block), *blocks, depth))
    samples = [samples_of(draw, image)]
    return one_operator("SPACE_TO_BATCH_ND", inputs, output, samples, "SpaceToBatchNDOptions", oracle="BUILTIN_REF")
