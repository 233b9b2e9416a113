"""RANGE of constants, behind a computed tensor: it is known at build time, and leaves no node of its own."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw
from support.cases._movement import samples_of
from support.tflite_model import Op, T, tflite_model


@st.composite
def cases(draw: Draw) -> Case:
    """One range, concatenated to the model's input; tflite-micro has no kernel for it."""
    begin, step, count = draw(st.integers(-9, 9)), draw(st.sampled_from([-3, -1, 1, 2])), draw(st.integers(1, 9))
    end = begin + step * count - draw(st.integers(0, abs(step) - 1)) * int(np.sign(step))
    constants = [
        T(name, (), "int32", data=np.array(value)) for name, value in zip("bes", (begin, end, step), strict=True)
    ]
    image, ranged = T("x", (2,), "int32"), T("r", (count,), "int32")
    operators = [
        Op("RANGE", ["b", "e", "s"], ["r"], "RangeOptions"),
        Op("CONCATENATION", ["x", "r"], ["y"], "ConcatenationOptions", {"axis": 0}),
    ]
    tensors = [image, *constants, ranged, T("y", (2 + count,), "int32")]
    text = (f"RANGE {begin} {end} {step}",)
    return Case(tflite_model(tensors, operators, ["x"], ["y"]), (samples_of(draw, image),), text, "BUILTIN_REF")
