"""UNIDIRECTIONAL_SEQUENCE_LSTM: int8 LSTM over a sequence, with int16 gates and cell state; it keeps both its states.

    i, f, g, o = logistic(Wi x + Ri h + bi), logistic(Wf x + Rf h + bf), tanh(Wg x + Rg h + bg), logistic(Wo x + ...)
    c = f c + i g;  h = o tanh(c)

Each product with a matrix is rounded to int16 with a scale of 2**-12 before the two are added.
Source: TFLM kernels/{unidirectional_sequence_lstm.cc,lstm_eval.h,lstm_eval_common.cc}.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.numerics.fixed_point import INT32_MAX, multiply_by_quantized_multiplier, quantize_multiplier
from tinyq.numerics.sigmoid16 import SIGMOID_TABLE, logistic16, tanh16
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import (
    LARGEST_SHIFT,
    require_constant,
    require_dtype,
    require_per_tensor,
    require_rank,
    require_shape,
    require_state,
)

INPUT, HIDDEN, CELL = 0, 18, 19
#: Places of the gates' tensors, in the order in which the gates are computed here: input, forget, cell, output.
INPUT_WEIGHTS, RECURRENT_WEIGHTS, BIASES = range(1, 5), range(5, 9), range(12, 16)
CELL_GATE = 2
_VARIANTS = {
    "peephole connections": range(9, 12),
    "a projection": range(16, 18),
    "layer normalization": range(20, 24),
}
_TANH = 4  # in the schema's ActivationFunctionType
GATE_SCALE = 2.0**-12  # of what goes into a gate's function; what comes out has 2**-15
_INT16 = (-(2**15), 2**15 - 1)


@dataclass(frozen=True)
class LstmOptions(Options):
    """What the layer is told.

    Attributes:
        time_major: whether the sequence axis comes before the batch axis.
        cell_clip: the cell state stays within plus and minus this real number; 0 for no limit.
        function: number of the cell's function in the schema.
    """

    time_major: bool
    cell_clip: float
    function: int


@dataclass(frozen=True)
class Scale:
    """`x * multiplier * 2**(shift - 31)`."""

    multiplier: int
    shift: int

    def to_int16(self, x: Array) -> Array:
        """Scaled and saturated."""
        return np.clip(multiply_by_quantized_multiplier(x, self.multiplier, self.shift), *_INT16)


def _scale(real: float) -> Scale:
    return Scale(*quantize_multiplier(real))


@dataclass(frozen=True, eq=False)
class LstmKernel(Kernel):
    """Everything that the layer multiplies with, gate by gate: input, forget, cell, output.

    Attributes:
        input_weights: int8 [4, units, inputs].
        recurrent_weights: int8 [4, units, units].
        input_biases: int32 [4, units]; the input's zero point is folded in.
        recurrent_biases: int32 [4, units]; the hidden state's zero point is folded in.
        input_scales: one for each gate.
        recurrent_scales: one for each gate.
        sigmoid: the table that logistic function and tanh share.
        steps: length of the sequence.
        batches: how many sequences.
        step_stride: elements of the input, in units of one step's vector, from one step to the next.
        batch_stride: the same from one sequence to the next.
        inputs: length of an input vector.
        units: length of a state vector.
        cell_shift: the cell state's scale is 2**(cell_shift - 12).
        cell_limit: the cell state stays within plus and minus this number; None for no limit.
        update: from input gate times cell gate to the cell state.
        hidden: from output gate times tanh to the hidden state.
        hidden_zero_point: of the hidden state.
    """

    input_weights: Array
    recurrent_weights: Array
    input_biases: Array
    recurrent_biases: Array
    input_scales: tuple[Scale, ...]
    recurrent_scales: tuple[Scale, ...]
    sigmoid: Array
    steps: int
    batches: int
    step_stride: int
    batch_stride: int
    inputs: int
    units: int
    cell_shift: int
    cell_limit: int | None
    update: Scale
    hidden: Scale
    hidden_zero_point: int


class UnidirectionalSequenceLstm(Operator[LstmOptions]):
    """The layer as Keras's LSTM has it: four gates, logistic and tanh."""

    inputs = (12, 24)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> LstmOptions:
        return LstmOptions(bool(source.timeMajor), float(source.cellClip), int(source.fusedActivationFunction))

    def check(self, call: Call[LstmOptions]) -> None:
        _check_variant(call)
        _check_shapes(call)
        gates = [call.tensor(index) for index in (*INPUT_WEIGHTS, *RECURRENT_WEIGHTS)]
        for tensor in (call.input, *gates, call.tensor(HIDDEN), call.output):
            require_dtype(call, tensor, "int8")
        for tensor in (*gates, *(call.tensor(index) for index in BIASES)):
            require_constant(call, tensor)
        for index in BIASES:
            require_dtype(call, call.tensor(index), "int32")
        require_dtype(call, call.tensor(CELL), "int16")
        for index in (HIDDEN, CELL):
            require_state(call, call.tensor(index))
        require_per_tensor(call, call.input, *gates, call.tensor(HIDDEN), call.tensor(CELL), call.output)
        _check_quantization(call)

    def updates(self, call: Call[LstmOptions]) -> tuple[Tensor, ...]:
        return call.tensor(HIDDEN), call.tensor(CELL)

    def reference(self, call: Call[LstmOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        kernel = lstm_kernel(call)
        sequences, hidden, cell = (array.astype(np.int64) for array in inputs)
        sequences = np.moveaxis(sequences, 1 if call.options.time_major else 2, 0)
        shapes = hidden.shape, cell.shape
        hidden, cell = (state.reshape(-1, kernel.batches, kernel.units) for state in (hidden, cell))
        answers = []
        for step in sequences:
            hidden, cell = _step(kernel, step, hidden, cell)
            answers.append(hidden)
        output = np.stack(answers, axis=1 if call.options.time_major else 2).astype(np.int8)
        return output, hidden.reshape(shapes[0]).astype(np.int8), cell.reshape(shapes[1]).astype(np.int16)

    def kernel(self, call: Call[LstmOptions]) -> LstmKernel:
        return lstm_kernel(call)

    def macs(self, call: Call[LstmOptions]) -> int:
        units, inputs = call.tensor(INPUT_WEIGHTS[0]).shape
        return call.output.elements * 4 * (inputs + units)

    def scratch_bytes(self, call: Call[LstmOptions]) -> int:
        return 4 * 2 * call.tensor(INPUT_WEIGHTS[0]).shape[0]


def lstm_kernel(call: Call[LstmOptions]) -> LstmKernel:
    """All that is known at build time; reference and C start from it."""
    hidden, cell = call.tensor(HIDDEN), call.tensor(CELL)
    first, second, inputs = call.input.shape
    steps, batches = (first, second) if call.options.time_major else (second, first)
    zero = np.zeros(call.tensor(BIASES[0]).shape, np.int64)
    biases = [call.tensor(index).data for index in BIASES]
    return LstmKernel(
        input_weights=_stacked(call, INPUT_WEIGHTS),
        recurrent_weights=_stacked(call, RECURRENT_WEIGHTS),
        input_biases=_folded(call, INPUT_WEIGHTS, call.input.zero_point, biases),
        recurrent_biases=_folded(call, RECURRENT_WEIGHTS, hidden.zero_point, [zero] * 4),
        input_scales=tuple(_scale(real) for real in _real_scales(call, INPUT_WEIGHTS, call.input)),
        recurrent_scales=tuple(_scale(real) for real in _real_scales(call, RECURRENT_WEIGHTS, hidden)),
        sigmoid=SIGMOID_TABLE,
        steps=steps,
        batches=batches,
        step_stride=batches if call.options.time_major else 1,
        batch_stride=1 if call.options.time_major else steps,
        inputs=inputs,
        units=call.output.shape[2],
        cell_shift=_cell_shift(cell),
        cell_limit=min(int(call.options.cell_clip / cell.scale), _INT16[1]) if call.options.cell_clip > 0 else None,
        update=_scale(2.0**-30 / cell.scale),
        hidden=_scale(2.0**-30 / hidden.scale),
        hidden_zero_point=hidden.zero_point,
    )


def _step(kernel: LstmKernel, x: Array, hidden: Array, cell: Array) -> tuple[Array, Array]:
    """States after one step; `x` is [samples, batches, inputs], the states are [samples, batches, units]."""
    gates = []
    for gate in range(4):
        from_input = x @ kernel.input_weights[gate].T.astype(np.int64) + kernel.input_biases[gate]
        from_hidden = hidden @ kernel.recurrent_weights[gate].T.astype(np.int64) + kernel.recurrent_biases[gate]
        total = kernel.input_scales[gate].to_int16(from_input) + kernel.recurrent_scales[gate].to_int16(from_hidden)
        total = np.clip(total, *_INT16)
        gates.append(tanh16(total, 0) if gate == CELL_GATE else logistic16(total))
    forget = Scale(2**30, -14).to_int16(gates[1] * cell)
    cell = np.clip(forget + kernel.update.to_int16(gates[0] * gates[2]), *_INT16)
    if kernel.cell_limit is not None:
        cell = np.clip(cell, -kernel.cell_limit, kernel.cell_limit)
    scaled = multiply_by_quantized_multiplier(
        tanh16(cell, kernel.cell_shift) * gates[3], kernel.hidden.multiplier, kernel.hidden.shift
    )
    return np.clip(scaled + kernel.hidden_zero_point, -128, 127), cell


def _stacked(call: Call[LstmOptions], places: Sequence[int]) -> Array:
    arrays = [call.tensor(index).data for index in places]
    return np.stack([array for array in arrays if array is not None])


def _folded(call: Call[LstmOptions], places: Sequence[int], zero_point: int, biases: Sequence[Array | None]) -> Array:
    """int32 [4, units]: the biases, less what the zero point adds to each sum."""
    sums = _stacked(call, places).astype(np.int64).sum(axis=2)
    given = np.stack([bias for bias in biases if bias is not None])
    folded: Array = (given - zero_point * sums).astype(np.int32)
    return folded


def _real_scales(call: Call[LstmOptions], places: Sequence[int], tensor: Tensor) -> list[float]:
    return [tensor.scale * call.tensor(index).scale / GATE_SCALE for index in places]


def _cell_shift(cell: Tensor) -> int:
    return round(math.log2(cell.scale)) + 12


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
    if np.frexp(cell.scale)[0] != 0.5 or cell.zero_point != 0 or not -16 <= _cell_shift(cell) <= 14:
        call.refuse(
            f"a cell state quantized as {cell.scale:g} * (q{-cell.zero_point:+d})",
            "a power of two from 2**-28 to 4, and the zero point 0",
        )
    scales = [2.0**-30 / hidden.scale]
    for places, tensor in ((INPUT_WEIGHTS, call.input), (RECURRENT_WEIGHTS, hidden)):
        scales += _real_scales(call, places, tensor)
        sums = np.abs(_stacked(call, places).astype(np.int64)).sum(axis=2) * 255
        biases = [call.tensor(index).data for index in BIASES]
        given = np.stack([bias.astype(np.int64) for bias in biases if bias is not None])
        if (sums + np.abs(given)).max() > INT32_MAX or any(call.tensor(index).zero_point for index in places):
            call.refuse(
                "gates whose sums leave 32 bits, or weights with a zero point", "symmetric weights, usual biases"
            )
    if any(quantize_multiplier(real)[1] > LARGEST_SHIFT for real in scales):
        call.refuse("scales that are 2**31 apart", "scales of one magnitude", "check the calibration data")


OPERATOR = UnidirectionalSequenceLstm()
