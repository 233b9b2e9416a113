"""What UNIDIRECTIONAL_SEQUENCE_LSTM works with: places of its tensors, options, and what is known at build time."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from tinyq.ir.graph import Array, DType, Options, Quantization, Tensor
from tinyq.numerics.fixed_point import (
    multiply_by_quantized_multiplier,
    quantize_multiplier,
    reduced_multiplier,
    scale_wide,
)
from tinyq.numerics.sigmoid16 import SIGMOID_TABLE
from tinyq.ops.base import Call, Kernel

INPUT, HIDDEN, CELL = 0, 18, 19
#: Places of the gates' tensors, in the order in which the gates are computed here: input, forget, cell, output.
INPUT_WEIGHTS, RECURRENT_WEIGHTS, BIASES = range(1, 5), range(5, 9), range(12, 16)
CELL_GATE = 2
GATE_SCALE = 2.0**-12  # of what goes into a gate's function; what comes out has 2**-15
INT16 = (-(2**15), 2**15 - 1)


@dataclass(frozen=True)
class LstmOptions(Options):
    """What the layer is told.

    Attributes:
        time_major: whether the sequence axis comes before the batch axis.
        cell_clip: the cell state stays within plus and minus this real number; 0 for no limit.
        function: number of the cell's function in the schema.
        hidden: how the fifth intermediate tensor is quantized, the hidden state before a projection.
    """

    time_major: bool
    cell_clip: float
    function: int
    hidden: Quantization | None = None


@dataclass(frozen=True)
class Scale:
    """`x * multiplier * 2**(shift - 31)`."""

    multiplier: int
    shift: int

    def scaled(self, x: Array) -> Array:
        """Scaled to int32."""
        return multiply_by_quantized_multiplier(x, self.multiplier, self.shift)

    def to_int16(self, x: Array) -> Array:
        """Scaled and saturated."""
        return np.clip(self.scaled(x), *INT16)


@dataclass(frozen=True)
class WideScale:
    """`x * reduced / 2**right_shift`, rounded once, of sums of 64 bits."""

    reduced: int
    right_shift: int

    def scaled(self, x: Array) -> Array:
        """Scaled to int32."""
        return scale_wide(x, self.reduced, self.right_shift)

    def to_int16(self, x: Array) -> Array:
        """Scaled and saturated."""
        return np.clip(self.scaled(x), *INT16)


def _scale(real: float) -> Scale:
    return Scale(*quantize_multiplier(real))


def _wide_scale(real: float) -> WideScale:
    multiplier, shift = quantize_multiplier(real)
    return WideScale(int(reduced_multiplier(multiplier)), 15 - shift)


@dataclass(frozen=True, eq=False)
class LstmKernel(Kernel):
    """Everything that the layer multiplies with, gate by gate: input, forget, cell, output.

    Attributes:
        dtype: of the input, of the hidden state and of the output; the sums that int16 adds up to have 64 bits.
        input_weights: int8 [4, units, inputs].
        recurrent_weights: int8 [4, units, units].
        input_biases: int32 or int64 [4, units]; the input's zero point is folded in.
        recurrent_biases: the same; the hidden state's zero point is folded in.
        input_scales: one for each gate.
        recurrent_scales: one for each gate.
        sigmoid: the table that logistic function and tanh share; None for the polynomials of the profile xnnpack.
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

    dtype: DType
    input_weights: Array
    recurrent_weights: Array
    input_biases: Array
    recurrent_biases: Array
    input_scales: tuple[Scale | WideScale, ...]
    recurrent_scales: tuple[Scale | WideScale, ...]
    sigmoid: Array | None
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

    @property
    def is_plain(self) -> bool:
        """Whether it computes as TensorFlow Lite's plain kernel, which is the profile xnnpack's."""
        return self.sigmoid is None


def lstm_kernel(call: Call[LstmOptions]) -> LstmKernel:
    """All that is known at build time; reference and C start from it."""
    hidden, cell = call.tensor(HIDDEN), call.tensor(CELL)
    first, second, inputs = call.input.shape
    steps, batches = (first, second) if call.options.time_major else (second, first)
    zero = np.zeros(call.tensor(BIASES[0]).shape, np.int64)
    biases = [call.tensor(index).data for index in BIASES]
    gate_scale: Callable[[float], Scale | WideScale] = _wide_scale if call.input.dtype == "int16" else _scale
    return LstmKernel(
        dtype=call.input.dtype,
        input_weights=stacked(call, INPUT_WEIGHTS),
        recurrent_weights=stacked(call, RECURRENT_WEIGHTS),
        input_biases=_folded(call, INPUT_WEIGHTS, call.input.zero_point, biases),
        recurrent_biases=_folded(call, RECURRENT_WEIGHTS, hidden.zero_point, [zero] * 4),
        input_scales=tuple(gate_scale(real) for real in real_scales(call, INPUT_WEIGHTS, call.input)),
        recurrent_scales=tuple(gate_scale(real) for real in real_scales(call, RECURRENT_WEIGHTS, hidden)),
        sigmoid=SIGMOID_TABLE if call.arithmetic == "tflm" else None,
        steps=steps,
        batches=batches,
        step_stride=batches if call.options.time_major else 1,
        batch_stride=1 if call.options.time_major else steps,
        inputs=inputs,
        units=call.output.shape[2],
        cell_shift=cell_shift(cell),
        cell_limit=_cell_limit(call),
        update=_scale(2.0**-30 / cell.scale),
        hidden=_scale(hidden_scale(call)),
        hidden_zero_point=hidden.zero_point,
    )


def bias_dtype(call: Call[LstmOptions]) -> DType:
    """The type of biases, and of sums."""
    return "int64" if call.input.dtype == "int16" else "int32"


def _cell_limit(call: Call[LstmOptions]) -> int | None:
    """The options' limit in steps of the cell state; the profile xnnpack takes 0 steps for no limit."""
    clip, scale = call.options.cell_clip, call.tensor(CELL).scale
    limit = min(int(clip / scale), INT16[1])
    return limit if limit > 0 or (clip > 0 and call.arithmetic == "tflm") else None


def stacked(call: Call[LstmOptions], places: Sequence[int]) -> Array:
    """The constants of the four gates at `places`, [4, ...]."""
    arrays = [call.tensor(index).data for index in places]
    return np.stack([array for array in arrays if array is not None])


def _folded(call: Call[LstmOptions], places: Sequence[int], zero_point: int, biases: Sequence[Array | None]) -> Array:
    """[4, units] of the biases' type: the biases, less what the zero point adds to each sum."""
    sums = stacked(call, places).astype(np.int64).sum(axis=2)
    given = np.stack([bias for bias in biases if bias is not None])
    folded: Array = (given - zero_point * sums).astype(bias_dtype(call))
    return folded


def real_scales(call: Call[LstmOptions], places: Sequence[int], tensor: Tensor) -> list[float]:
    """From products of `tensor` with the weights at `places` to the gates' sums, one for each gate."""
    scales = [tensor.scale * call.tensor(index).scale / GATE_SCALE for index in places]
    return scales if call.arithmetic == "tflm" else [float(np.float32(scale)) for scale in scales]


def hidden_scale(call: Call[LstmOptions]) -> float:
    """From output gate times tanh to the hidden state; the profile xnnpack keeps it, as the others, in float32."""
    scale = 2.0**-30 / call.tensor(HIDDEN).scale
    return scale if call.arithmetic == "tflm" else float(np.float32(scale))


def cell_shift(cell: Tensor) -> int:
    """The cell state's scale is `2**(result - 12)`."""
    return round(math.log2(cell.scale)) + 12
