"""UNIDIRECTIONAL_SEQUENCE_LSTM: LSTM over a sequence, int8 or int16, with int16 gates and cells; it keeps its states.

    i, f, g, o = logistic(Wi x + Ri h + bi), logistic(Wf x + Rf h + bf), tanh(Wg x + Rg h + bg), logistic(Wo x + ...)
    c = f c + i g;  h = o tanh(c)

Each product with a matrix is rounded to int16 with a scale of 2**-12 before the two are added.
The profile xnnpack adds up before it saturates, rounds once less, and computes the functions by polynomials.
Source: TFLM kernels/{unidirectional_sequence_lstm.cc,lstm_eval.h,lstm_eval_common.cc}; of the profile xnnpack TFLite
kernels/{unidirectional_sequence_lstm.cc,lstm_eval.cc}, CalculateLstmGateInteger8x8_16 and UpdateLstmCellInteger.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Quantization, Tensor
from tinyq.numerics.exponential16 import logistic_q15, tanh_q15
from tinyq.numerics.fixed_point import rounding_divide_by_pot
from tinyq.numerics.sigmoid16 import logistic16, tanh16
from tinyq.ops.base import Call, Operator
from tinyq.ops.lstm import CELL, CELL_GATE, HIDDEN, INPUT_WEIGHTS, INT16, LstmKernel, LstmOptions, Scale, lstm_kernel
from tinyq.ops.lstm_checks import check_lstm

INTERMEDIATES = 5  # tensors: what goes into each gate's function, and the hidden state


class UnidirectionalSequenceLstm(Operator[LstmOptions]):
    """The layer as Keras's LSTM has it: four gates, logistic and tanh."""

    inputs = (12, 24)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> LstmOptions:
        return LstmOptions(bool(source.timeMajor), float(source.cellClip), int(source.fusedActivationFunction))

    def with_intermediates(self, options: LstmOptions, intermediates: Sequence[Quantization | None]) -> LstmOptions:
        return replace(options, hidden=intermediates[4]) if len(intermediates) == INTERMEDIATES else options

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
        scale = kernel.recurrent_scales[gate]
        added = scale.scaled(from_hidden) if kernel.is_plain else scale.to_int16(from_hidden)
        total = np.clip(kernel.input_scales[gate].to_int16(from_input) + added, *INT16)
        gates.append(_tanh(kernel, total, 0) if gate == CELL_GATE else _logistic(kernel, total))
    kept = _divided(kernel, gates[1] * cell, Scale(2**30, -14))
    cell = np.clip(kept + _divided(kernel, gates[0] * gates[2], kernel.update), *INT16)
    if kernel.cell_limit is not None:
        cell = np.clip(cell, -kernel.cell_limit, kernel.cell_limit)
    scaled = kernel.hidden.scaled(_tanh(kernel, cell, kernel.cell_shift) * gates[3])
    limits = np.iinfo(kernel.dtype)
    return np.clip(scaled + kernel.hidden_zero_point, limits.min, limits.max), cell


def _divided(kernel: LstmKernel, product: Array, scale: Scale) -> Array:
    """`product` times `scale`, which is a power of two: with two roundings or, in the plain kernel, with one."""
    return rounding_divide_by_pot(product, 1 - scale.shift) if kernel.is_plain else scale.to_int16(product)


def _logistic(kernel: LstmKernel, x: Array) -> Array:
    return logistic_q15(x) if kernel.is_plain else logistic16(3 * x)


def _tanh(kernel: LstmKernel, x: Array, left_shift: int) -> Array:
    """Of numbers with a scale of `2**(left_shift - 12)`."""
    return tanh_q15(x, 3 + left_shift) if kernel.is_plain else tanh16(_in_thirds(x, left_shift))


def _in_thirds(cell: Array, left_shift: int) -> Array:
    """Thirds of 2**-12 of numbers with a scale of `2**(left_shift - 12)`."""
    thirds = 3 * cell
    return thirds << left_shift if left_shift >= 0 else (thirds + (1 << (-left_shift - 1))) >> -left_shift


OPERATOR = UnidirectionalSequenceLstm()
