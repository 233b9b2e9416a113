"""SOFTMAX over 1 to 300 numbers, with steps from far below one to far above."""

from hypothesis import strategies as st

from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import Draw, activation, activation_types, chances, float32, shapes
from support.tflite_model import T


@st.composite
def cases(draw: Draw) -> Case:
    """One softmax; `beta * scale` from just above 2**-26, the least that tflite-micro takes, to beyond its cap.

    That of int16 goes to the largest whose differences stay within int32.
    """
    rows, depth = draw(shapes(range(4), 3)), draw(st.integers(1, 12) | st.integers(1, 300))
    beta = draw(st.sampled_from([1.0, 1.0, 0.1, 3.7]))
    dtype = draw(activation_types)
    usual, largest = {"int8": ((-8, 2), 8), "int16": ((-15, -9), 2.32)}[dtype]
    step = draw(st.floats(*usual) | st.floats(-25.9, largest))
    image = activation(draw, "x", (*rows, depth), dtype, float32(2.0**step / beta))
    scale, zero_point = {"int8": (1 / 256, -128), "int16": (1 / 32768, 0)}[dtype]
    output = T("y", (*rows, depth), dtype, (scale,), (zero_point,))
    samples = [int_samples(draw(chances), image)]
    return one_operator("SOFTMAX", [image], output, samples, "SoftmaxOptions", {"beta": beta})
