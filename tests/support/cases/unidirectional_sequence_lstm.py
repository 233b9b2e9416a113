"""UNIDIRECTIONAL_SEQUENCE_LSTM over several inferences: batch or time first, all scales, with and without a limit."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Array, Case
from support.cases._draw import Draw, activation, activation_types, chances, float32
from support.cases._stream import STEPS, int_sequences
from support.tflite_model import Op, T, tflite_model

_GATES = "ifco"
TYPICAL = {"int8": 70, "int16": 18000}  # numbers in random samples
BIASES = {"int8": "int32", "int16": "int64"}


@st.composite
def cases(draw: Draw) -> Case:
    """One layer; the gates' sums fit their functions, or saturate them, or hardly move them."""
    chance = draw(chances)
    batches, steps, inputs, units = (draw(st.integers(1, most)) for most in (3, 4, 6, 5))
    time_major = draw(st.booleans())
    places = (steps, batches) if time_major else (batches, steps)
    dtype = draw(activation_types)
    x = activation(draw, "x", (*places, inputs), dtype)
    finest = {"int8": -12, "int16": -20}[dtype]
    hidden = activation(draw, "h", (batches, units), dtype, float32(2.0 ** draw(st.floats(finest, finest + 6))))
    hidden = replace(hidden, variable=True)
    cell = T("c", (batches, units), "int16", (2.0 ** -draw(st.integers(8, 18)),), (0,), variable=True)
    output = T("y", (*places, units), dtype, hidden.scales, hidden.zero_points)
    weights = [_weights(draw, chance, f"w{gate}", (units, inputs), x) for gate in _GATES]
    recurrent = [_weights(draw, chance, f"r{gate}", (units, units), hidden) for gate in _GATES]
    biases = [
        _bias(chance, f"b{gate}", x.scales[0] * each.scales[0], units, BIASES[dtype])
        for gate, each in zip(_GATES, weights, strict=True)
    ]
    between = [*(T(f"i{gate}", (0,), "float32") for gate in _GATES), replace(output, name="ih", shape=(0,))]
    tensors = [x, *weights, *recurrent, *biases, hidden, cell, output, *between]
    names = ["x", *(each.name for each in (*weights, *recurrent)), *[None] * 3, *(each.name for each in biases)]
    names += [None, None, "h", "c", *[None] * 4]
    options = {
        "fusedActivationFunction": 4,
        "cellClip": draw(st.sampled_from([0.0, 10.0]) | st.floats(0.0625, 3, width=32)),
        "timeMajor": time_major,
    }
    operator = Op(
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
        names,
        ["y"],
        "UnidirectionalSequenceLSTMOptions",
        options,
        [each.name for each in between],
    )
    text = (str(options), *(f"{each.name}: {each.shape} {each.scales} {each.zero_points}" for each in tensors))
    return Case(tflite_model(tensors, [operator], ["x"], ["y"]), (int_sequences(chance, x),), text, steps=STEPS)


def _weights(draw: Draw, chance: np.random.Generator, name: str, shape: tuple[int, int], factor: T) -> T:
    usual = 2.0 ** draw(st.floats(-4, 3)) / (factor.scales[0] * TYPICAL[factor.dtype] * 70 * np.sqrt(shape[1]))
    data: Array = chance.integers(-127, 128, shape)
    return T(name, shape, scales=(float32(usual),), zero_points=(0,), data=data)


def _bias(chance: np.random.Generator, name: str, scale: float, units: int, dtype: str) -> T:
    data = np.clip(np.rint(chance.normal(0, 1, units) / scale), -(2**29), 2**29).astype(np.int64)
    return T(name, (units,), dtype, (float32(scale),), (0,), data=data)
