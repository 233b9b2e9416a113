"""What UNIDIRECTIONAL_SEQUENCE_LSTM refuses: variants of the layer, shapes, types and scales."""

import numpy as np

from tinyq.numerics.fixed_point import INT32_MAX, quantize_multiplier
from tinyq.ops.accumulate import LARGEST_WIDE_SUM
from tinyq.ops.base import Call
from tinyq.ops.checks import (
    LARGEST_SHIFT,
    LARGEST_WIDE_SHIFT,
    require_activations,
    require_constant,
    require_dtype,
    require_per_tensor,
    require_rank,
    require_shape,
    require_state,
    require_tflm,
)
from tinyq.ops.lstm import (
    BIASES,
    CELL,
    HIDDEN,
    INPUT_WEIGHTS,
    RECURRENT_WEIGHTS,
    LstmOptions,
    bias_dtype,
    cell_shift,
    hidden_scale,
    real_scales,
    stacked,
)

_VARIANTS = {
    "peephole connections": range(9, 12),
    "a projection": range(16, 18),
    "layer normalization": range(20, 24),
}
PLAIN_CELL_SHIFTS = (-3, 3)  # with which its scale leaves 0 to 6 integer bits
LARGEST_PLAIN_GATE = 2.0**30  # so that an int16 can be added to it within 32 bits
_TANH = 4  # in the schema's ActivationFunctionType


def check_lstm(call: Call[LstmOptions]) -> None:
    """Refuse with a TinyqError what the kernel can't compute exactly."""
    _check_variant(call)
    _check_shapes(call)
    gates = [call.tensor(index) for index in (*INPUT_WEIGHTS, *RECURRENT_WEIGHTS)]
    require_activations(call, call.input, call.tensor(HIDDEN), call.output)
    for tensor in gates:
        require_dtype(call, tensor, "int8")
    for tensor in (*gates, *(call.tensor(index) for index in BIASES)):
        require_constant(call, tensor)
    for index in BIASES:
        require_dtype(call, call.tensor(index), bias_dtype(call))
    require_dtype(call, call.tensor(CELL), "int16")
    for index in (HIDDEN, CELL):
        require_state(call, call.tensor(index))
    require_per_tensor(call, *gates, call.tensor(CELL))
    _check_quantization(call)
    if call.arithmetic == "xnnpack":
        _check_plain(call)


def _check_plain(call: Call[LstmOptions]) -> None:
    """Refuse what TensorFlow Lite's plain kernel, which has the profile xnnpack's answers, does not take."""
    if call.input.dtype != "int8":
        require_tflm(call, "an LSTM has int8 activations")
    if call.options.hidden != call.output.quantization:
        require_tflm(call, "the last of an LSTM's five intermediate tensors is quantized as its output")
    if not PLAIN_CELL_SHIFTS[0] <= cell_shift(call.tensor(CELL)) <= PLAIN_CELL_SHIFTS[1]:
        require_tflm(call, "the scale of an LSTM's cell state is 2**-15 to 2**-9")
    if _largest_gate(call) >= LARGEST_PLAIN_GATE:
        require_tflm(call, "the sums of an LSTM's gates stay below 2**30 steps of 2**-12")


def _largest_gate(call: Call[LstmOptions]) -> float:
    """The most that the hidden state can add to a gate, in steps of 2**-12: it is within 255 of its zero point."""
    sums = np.abs(stacked(call, RECURRENT_WEIGHTS).astype(np.int64)).sum(axis=2).max(axis=1)
    return float((255 * sums * np.array(real_scales(call, RECURRENT_WEIGHTS, call.tensor(HIDDEN)))).max())


def _check_variant(call: Call[LstmOptions]) -> None:
    hint = "make the layer as keras.layers.LSTM is by default"
    for variant, places in _VARIANTS.items():
        if any(call.optional(index) is not None for index in places):
            call.refuse(f"an LSTM with {variant}", "an LSTM without it", hint)
    required = (*INPUT_WEIGHTS, *RECURRENT_WEIGHTS, *BIASES, HIDDEN, CELL)
    if missing := [index for index in required if call.optional(index) is None]:
        call.refuse(f"an LSTM without its input {missing[0]}", "an LSTM with four gates, biases and two states", hint)
    if call.options.function != _TANH:
        call.refuse(f"activation number {call.options.function} in an LSTM", f"{_TANH}, tanh", hint)


def _check_shapes(call: Call[LstmOptions]) -> None:
    require_rank(call, call.input, 3)
    require_rank(call, call.tensor(INPUT_WEIGHTS[0]), 2)
    units, inputs = call.tensor(INPUT_WEIGHTS[0]).shape[0], call.input.shape[2]
    batches = call.input.shape[1 if call.options.time_major else 0]
    for places, shape in ((INPUT_WEIGHTS, (units, inputs)), (RECURRENT_WEIGHTS, (units, units)), (BIASES, (units,))):
        for index in places:
            require_shape(call, call.tensor(index), shape)
    require_shape(call, call.output, (*call.input.shape[:2], units))
    for index in (HIDDEN, CELL):
        if call.tensor(index).elements != batches * units:
            require_shape(call, call.tensor(index), (batches, units))


def _check_quantization(call: Call[LstmOptions]) -> None:
    hidden, cell = call.tensor(HIDDEN), call.tensor(CELL)
    if hidden.quantization != call.output.quantization:
        call.refuse("a hidden state quantized in another way than the output", "the same scale and zero point")
    if np.frexp(cell.scale)[0] != 0.5 or cell.zero_point != 0 or not -16 <= cell_shift(cell) <= 14:
        call.refuse(
            f"a cell state quantized as {cell.scale:g} * (q{-cell.zero_point:+d})",
            "a power of two from 2**-28 to 4, and the zero point 0",
        )
    scales = []
    limits = np.iinfo(hidden.dtype)
    largest_sum, largest_shift = (
        (LARGEST_WIDE_SUM, LARGEST_WIDE_SHIFT) if hidden.dtype == "int16" else (INT32_MAX, LARGEST_SHIFT)
    )
    for places, tensor in ((INPUT_WEIGHTS, call.input), (RECURRENT_WEIGHTS, hidden)):
        scales += real_scales(call, places, tensor)
        sums = np.abs(stacked(call, places).astype(np.int64)).sum(axis=2) * int(limits.max - limits.min)
        biases = [call.tensor(index).data for index in BIASES]
        given = np.stack([bias.astype(np.int64) for bias in biases if bias is not None])
        if (sums + np.abs(given)).max() > largest_sum or any(call.tensor(index).zero_point for index in places):
            call.refuse(
                f"gates whose sums exceed {largest_sum}, or weights with a zero point",
                "symmetric weights, usual biases",
            )
    if quantize_multiplier(hidden_scale(call))[1] > LARGEST_SHIFT or any(
        quantize_multiplier(real)[1] > largest_shift for real in scales
    ):
        call.refuse(
            f"scales that are 2**{largest_shift} apart", "scales of one magnitude", "check the calibration data"
        )
