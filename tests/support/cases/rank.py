"""RANK of tensors of rank 1 to 5, as the model's output."""

from hypothesis import strategies as st

from support.cases._case import Case, one_operator
from support.cases._draw import Draw, shapes
from support.cases._movement import movable, samples_of
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One rank; tflite-micro has no kernel for it."""
    image = movable(draw, draw(shapes(range(1, 6), 4)))
    samples = [samples_of(draw, image)]
    return one_operator("RANK", [image], T("y", (), "int32"), samples, "RankOptions", oracle="BUILTIN_REF")
