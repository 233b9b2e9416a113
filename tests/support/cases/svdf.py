"""SVDF over several inferences, with an int8 and with an int16 state."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case
from support.cases._draw import Draw, chances, float32, int8_tensor, scales, zero_points
from support.cases._stream import STEPS, int_sequences
from support.tflite_model import Op, T, tflite_model


@st.composite
def cases(draw: Draw) -> Case:
    """One layer; features and answers fit their types, or saturate them."""
    chance = draw(chances)
    batches, inputs, units, rank, memory = (draw(st.integers(1, most)) for most in (2, 8, 4, 3, 5))
    kind = draw(st.sampled_from(["int8", "int16", "int16"]))
    x, filters = int8_tensor(draw, "x", (batches, inputs)), units * rank
    feature_scale, time_scale = draw(scales(-10, -4)), draw(scales(-14, -10))
    full = 127 if kind == "int8" else 2**15 - 1
    usual = x.scales[0] * feature_scale * 70 * 70 * np.sqrt(inputs) * 2.0 ** draw(st.floats(-2, 4)) / full
    state_scale = float32(usual)
    # tflite-micro compares the scale of the bias with the product of the two, and wants it within 1e-5.
    bias_scale = float32(state_scale * time_scale)
    output_scale = float32(bias_scale * full * full / 4 * np.sqrt(memory * rank) / 127 * 2.0 ** draw(st.floats(-4, 2)))
    state_zero = draw(zero_points) if kind == "int8" else 0
    tensors = [
        x,
        T(
            "f",
            (filters, inputs),
            scales=(feature_scale,),
            zero_points=(0,),
            data=chance.integers(-127, 128, (filters, inputs)),
        ),
        T("t", (filters, memory), kind, (time_scale,), (0,), data=chance.integers(-full, full + 1, (filters, memory))),
        T("b", (units,), "int32", (bias_scale,), (0,), data=chance.integers(-(full**2), full**2 + 1, units)),
        T("s", (batches, filters * memory), kind, (state_scale,), (state_zero,), variable=True),
        T("y", (batches, units), scales=(output_scale,), zero_points=(draw(zero_points),)),
    ]
    options = {"rank": rank, "fusedActivationFunction": draw(st.sampled_from([0, 1, 1]))}
    operator = Op("SVDF", ["x", "f", "t", "b", "s"], ["y"], "SVDFOptions", options)
    text = (
        str(options),
        *(f"{each.name}: {each.dtype}{each.shape} {each.scales} {each.zero_points}" for each in tensors),
    )
    return Case(tflite_model(tensors, [operator], ["x"], ["y"]), (int_sequences(chance, x),), text, steps=STEPS)
