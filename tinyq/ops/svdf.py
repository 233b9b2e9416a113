"""SVDF: int8 layer that filters a stream, one step a call: each filter looks at the input, and back at its own past.

`rank` filters make a unit. The state holds the last `memory` answers of each filter; it is int8 or int16, as are the
weights over time. A fused activation changes nothing: the output's range is where the converter has put it.

Known fault of tflite-micro (0.dev20261023), which is kept: an int8 state's zero point is added after the saturation, so
that a saturated answer wraps around. Its present source saturates afterwards; converters write zero point 0.
TensorFlow Lite itself, the profile xnnpack, answers the same where the state is int16. It reads an int8 state as int16
numbers, which is no answer: there the profile computes as here.

Source: TFLM kernels/svdf_common.cc.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.numerics.fixed_point import multiply_by_quantized_multiplier, quantize_multiplier, wrap_int32
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

INPUT, FEATURE, TIME, BIAS, STATE = range(5)


@dataclass(frozen=True)
class SvdfOptions(Options):
    """How many filters make a unit."""

    rank: int


@dataclass(frozen=True, eq=False)
class SvdfKernel(Kernel):
    """Weights and sizes of one layer.

    Attributes:
        feature: int8 [filters, inputs].
        time: int8 or int16 [filters, memory].
        feature_bias: int32 [filters]; the input's zero point is folded in.
        bias: int32 [units]; the state's zero point is folded in.
        state_type: C type of the state and of the weights over time.
        state_low: least number of that type.
        state_high: greatest one.
        state_zero_point: of the state.
        output_zero_point: of the output.
        to_state: multiplier and shift from a feature to the state.
        to_output: multiplier and shift from a unit to the output.
        batches: how many streams.
        inputs: numbers in a step of a stream.
        memory: steps that a filter looks back.
        rank: filters of a unit.
        units: numbers in a step of an answer.
    """

    feature: Array
    time: Array
    feature_bias: Array
    bias: Array
    state_type: str
    state_low: int
    state_high: int
    state_zero_point: int
    output_zero_point: int
    to_state: tuple[int, int]
    to_output: tuple[int, int]
    batches: int
    inputs: int
    memory: int
    rank: int
    units: int


class Svdf(Operator[SvdfOptions]):
    """Sums over time wrap at 32 bits, as they do in the oracle."""

    inputs = (5, 5)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> SvdfOptions:
        return SvdfOptions(int(source.rank))

    def check(self, call: Call[SvdfOptions]) -> None:
        feature, time, bias, state = (call.tensor(index) for index in (FEATURE, TIME, BIAS, STATE))
        for tensor in (call.input, feature, time):
            require_rank(call, tensor, 2)
        for tensor in (call.input, feature, call.output):
            require_dtype(call, tensor, "int8")
        require_dtype(call, state, "int8", "int16")
        require_dtype(call, time, state.dtype)
        require_dtype(call, bias, "int32")
        for tensor in (feature, time, bias):
            require_constant(call, tensor)
        require_state(call, state)
        require_per_tensor(call, call.input, feature, time, state, call.output)
        (batches, inputs), filters, rank = call.input.shape, feature.shape[0], call.options.rank
        if rank < 1 or filters % rank:
            call.refuse(f"{filters} filters of rank {rank}", "a multiple of the rank")
        require_shape(call, feature, (filters, inputs))
        require_shape(call, time, (filters, time.shape[1]))
        require_shape(call, bias, (filters // rank,))
        require_shape(call, state, (batches, filters * time.shape[1]))
        require_shape(call, call.output, (batches, filters // rank))
        if feature.zero_point or time.zero_point or any(shift > LARGEST_SHIFT for _, shift in _scales(call)):
            call.refuse(
                "weights with a zero point, or scales 2**31 apart", "symmetric weights, scales of one magnitude"
            )

    def updates(self, call: Call[SvdfOptions]) -> tuple[Tensor, ...]:
        return (call.tensor(STATE),)

    def reference(self, call: Call[SvdfOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        k = self.kernel(call)
        x, before = inputs[0].astype(np.int64), inputs[1].reshape(-1, k.batches, len(k.feature), k.memory)
        features = x @ k.feature.T.astype(np.int64) + k.feature_bias
        newest = multiply_by_quantized_multiplier(features, *k.to_state)
        newest = np.clip(newest, k.state_low, k.state_high) + k.state_zero_point
        newest = newest.astype(inputs[1].dtype)[..., np.newaxis]  # wraps
        state = np.concatenate([before[..., 1:], newest], axis=-1)
        by_filter = (state * k.time.astype(np.int64)).sum(axis=-1)
        sums = wrap_int32(by_filter.reshape(*by_filter.shape[:-1], k.units, k.rank).sum(axis=-1) + k.bias)
        outputs = multiply_by_quantized_multiplier(sums, *k.to_output) + k.output_zero_point
        return np.clip(outputs, -128, 127).astype(np.int8), state.astype(inputs[1].dtype).reshape(inputs[1].shape)

    def kernel(self, call: Call[SvdfOptions]) -> SvdfKernel:
        feature, time, bias, state = (call.tensor(index) for index in (FEATURE, TIME, BIAS, STATE))
        assert feature.data is not None
        assert time.data is not None
        assert bias.data is not None
        units, limits = bias.elements, np.iinfo(state.dtype)
        past = time.data.astype(np.int64).sum(axis=1).reshape(units, -1).sum(axis=1) * state.zero_point
        to_state, to_output = _scales(call)
        return SvdfKernel(
            feature=feature.data,
            time=time.data,
            feature_bias=(-call.input.zero_point * feature.data.astype(np.int64).sum(axis=1)).astype(np.int32),
            bias=wrap_int32(bias.data.astype(np.int64) - past).astype(np.int32),
            state_type=f"{state.dtype}_t",
            state_low=int(limits.min),
            state_high=int(limits.max),
            state_zero_point=state.zero_point,
            output_zero_point=call.output.zero_point,
            to_state=to_state,
            to_output=to_output,
            batches=call.input.shape[0],
            inputs=call.input.shape[1],
            memory=time.shape[1],
            rank=call.options.rank,
            units=units,
        )

    def macs(self, call: Call[SvdfOptions]) -> int:
        return call.input.shape[0] * (call.tensor(FEATURE).elements + call.tensor(TIME).elements)


def _scales(call: Call[SvdfOptions]) -> tuple[tuple[int, int], tuple[int, int]]:
    """Multiplier and shift to the state and to the output, of real numbers in float32 as the source computes them."""
    scales = (call.input, call.tensor(FEATURE), call.tensor(TIME), call.tensor(STATE), call.output)
    x, feature, time, state, output = (np.float32(tensor.scale) for tensor in scales)
    return quantize_multiplier(float(x * feature / state)), quantize_multiplier(float(state * time / output))


OPERATOR = Svdf()
