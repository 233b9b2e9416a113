"""UNIDIRECTIONAL_SEQUENCE_LSTM: LSTM over a sequence, int8 or int16, with int16 gates and cells; it keeps its states.

    i, f, g, o = logistic(Wi x + Ri h + bi), logistic(Wf x + Rf h + bf), tanh(Wg x + Rg h + bg), logistic(Wo x + ...)
    c = f c + i g;  h = o tanh(c)

Each product with a matrix is rounded to int16 with a scale of 2**-12 before the two are added.
Source: TFLM kernels/{unidirectional_sequence_lstm.cc,lstm_eval.h,lstm_eval_common.cc}.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.fixed_point import multiply_by_quantized_multiplier
from tinyq.numerics.sigmoid16 import logistic16, tanh16
from tinyq.ops.base import Call, Operator
from tinyq.ops.lstm import CELL, CELL_GATE, HIDDEN, INPUT_WEIGHTS, INT16, LstmKernel, LstmOptions, Scale, lstm_kernel
from tinyq.ops.lstm_checks import check_lstm


class UnidirectionalSequenceLstm(Operator[LstmOptions]):
    """The layer as Keras's LSTM has it: four gates, logistic and tanh."""

    inputs = (12, 24)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> LstmOptions:
        return LstmOptions(bool(source.timeMajor), float(source.cellClip), int(source.fusedActivationFunction))

    def check(self, call: Call[LstmOptions]) -> None:
        check_lstm(call)

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
        output = np.stack(answers, axis=1 if call.options.time_major else 2).astype(kernel.dtype)
        return output, hidden.reshape(shapes[0]).astype(kernel.dtype), cell.reshape(shapes[1]).astype(np.int16)

    def kernel(self, call: Call[LstmOptions]) -> LstmKernel:
        return lstm_kernel(call)

    def macs(self, call: Call[LstmOptions]) -> int:
        units, inputs = call.tensor(INPUT_WEIGHTS[0]).shape
        return call.output.elements * 4 * (inputs + units)

    def scratch_bytes(self, call: Call[LstmOptions]) -> int:
        return 4 * 2 * call.tensor(INPUT_WEIGHTS[0]).shape[0]


def _step(kernel: LstmKernel, x: Array, hidden: Array, cell: Array) -> tuple[Array, Array]:
    """States after one step; `x` is [samples, batches, inputs], the states are [samples, batches, units]."""
    gates = []
    for gate in range(4):
        from_input = x @ kernel.input_weights[gate].T.astype(np.int64) + kernel.input_biases[gate]
        from_hidden = hidden @ kernel.recurrent_weights[gate].T.astype(np.int64) + kernel.recurrent_biases[gate]
        total = kernel.input_scales[gate].to_int16(from_input) + kernel.recurrent_scales[gate].to_int16(from_hidden)
        total = np.clip(total, *INT16)
        gates.append((tanh16 if gate == CELL_GATE else logistic16)(3 * total))
    forget = Scale(2**30, -14).to_int16(gates[1] * cell)
    cell = np.clip(forget + kernel.update.to_int16(gates[0] * gates[2]), *INT16)
    if kernel.cell_limit is not None:
        cell = np.clip(cell, -kernel.cell_limit, kernel.cell_limit)
    scaled = multiply_by_quantized_multiplier(
        tanh16(_in_thirds(cell, kernel.cell_shift)) * gates[3], kernel.hidden.multiplier, kernel.hidden.shift
    )
    limits = np.iinfo(kernel.dtype)
    return np.clip(scaled + kernel.hidden_zero_point, limits.min, limits.max), cell


def _in_thirds(cell: Array, left_shift: int) -> Array:
    """Thirds of 2**-12 of numbers with a scale of `2**(left_shift - 12)`."""
    thirds = 3 * cell
    return thirds << left_shift if left_shift >= 0 else (thirds + (1 << (-left_shift - 1))) >> -left_shift


OPERATOR = UnidirectionalSequenceLstm()
