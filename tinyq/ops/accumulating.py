"""The operators that accumulate products, in NumPy: what they answer, and what is known of their sums beforehand."""

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np

from tinyq.ir.graph import Array
from tinyq.numerics.interval import Interval
from tinyq.ops import operator
from tinyq.ops.accumulate import BIAS, WEIGHTS, AccumulateOptions, bias_of, input_offset
from tinyq.ops.base import Along, Call, Operator
from tinyq.ops.output_stage import output_stage

A = TypeVar("A", bound=AccumulateOptions)


@dataclass(frozen=True, eq=False)
class AccumulatorBound:
    """How far sums can be from 0 for any input that can arrive there; int64 [output channels] each.

    Attributes:
        accumulators: the finished accumulators, bias included.
        sums: the sums of products alone, all of them.
        partial_sums: any of the products summed in any order, without bias.
    """

    accumulators: Array
    sums: Array
    partial_sums: Array


class Accumulating(Operator[A]):
    """CONV_2D, DEPTHWISE_CONV_2D and FULLY_CONNECTED differ in which products they sum."""

    @abstractmethod
    def sums(self, call: Call[A], values: Array, weights: Array, padding: int) -> Array:
        """int64 sums of products [..., output channels], without bias.

        Args:
            call: the operator's call.
            values: integers [samples, *input shape] in the input's place, their zero point already taken off.
            weights: integers in the place of its weights, and of their shape.
            padding: what lies beyond the image, likewise.
        """

    def reference(self, call: Call[A], inputs: Sequence[Array]) -> tuple[Array, ...]:
        offset = input_offset(call)
        values = inputs[0].astype(np.int64) + offset
        sums = self.sums(call, values, constant_weights(call), call.input.zero_point + offset)
        channels = sums.shape[-1]
        outputs = output_stage(call, channels).apply(sums + bias_of(call, channels))
        return (outputs.reshape(-1, *call.output.shape),)

    def runs_in_xnnpack(self, call: Call[A]) -> bool:
        return call.in_xnnpack

    def interval(self, call: Call[A], inputs: Sequence[Interval]) -> tuple[Interval, ...]:
        if not inputs:
            return super().interval(call, inputs)
        accumulators = self.accumulators(call, inputs[0])
        known = output_stage(call, accumulators.low.shape[-1]).interval(accumulators)
        return (known.reshaped(*call.output.shape),)

    def bound(self, call: Call[A], known: Interval) -> AccumulatorBound:
        """How large the numbers get on the way to an output, for an input within `known`."""
        accumulators = self.accumulators(call, known)
        channels = accumulators.low.shape[-1]
        offset, bias = input_offset(call), bias_of(call, channels)
        low, high = known.low[np.newaxis].astype(np.int64) + offset, known.high[np.newaxis].astype(np.int64) + offset
        magnitudes, padding = np.maximum(np.abs(low), np.abs(high)), abs(call.input.zero_point + offset)
        return AccumulatorBound(
            _largest(accumulators.low, accumulators.high),
            _largest(accumulators.low - bias, accumulators.high - bias),
            _largest(self.sums(call, magnitudes, np.abs(constant_weights(call).astype(np.int64)), padding)),
        )

    def accumulators(self, call: Call[A], known: Interval) -> Interval:
        """int64 accumulators [..., output channels] for an input within `known`, bias included; the bounds are exact.

        With `x` within `center - radius` and `center + radius`, `sum(w * x)` is within `sum(w * center)` minus and
        plus `sum(|w| * radius)`; both are doubled here to stay integers.
        """
        offset, weights = input_offset(call), constant_weights(call)
        low, high = known.low[np.newaxis].astype(np.int64), known.high[np.newaxis].astype(np.int64)
        center = self.sums(call, low + high + 2 * offset, weights, 2 * (call.input.zero_point + offset))
        radius = self.sums(call, high - low, np.abs(weights.astype(np.int64)), 0)
        bias = bias_of(call, center.shape[-1])
        return Interval((center - radius) // 2 + bias, (center + radius) // 2 + bias)


def accumulator_bound(call: Call[A], intervals: Mapping[str, Interval]) -> AccumulatorBound:
    """How large the numbers get on the way to an output of `call`, an accumulating operator's.

    Args:
        call: of CONV_2D, DEPTHWISE_CONV_2D or FULLY_CONNECTED. Its sums are those that it is told to compute: of inputs
            as they are where the zero point is folded into the bias, and else of inputs without their zero point.
        intervals: of the graph's tensors.
    """
    reader = operator(call.op)
    assert isinstance(reader, Accumulating)
    return reader.bound(call, intervals[call.input.name])


def _largest(*sums: Array) -> Array:
    """The largest magnitude in each output channel."""
    by_channel = [np.abs(part).reshape(-1, part.shape[-1]).max(axis=0) for part in sums]
    return np.asarray(np.max(by_channel, axis=0))


def output_constants(call: Call[A]) -> tuple[Along, ...]:
    """The axes of weights and bias that run over the output channels."""
    bias, channels = call.optional(BIAS), call.tensor(WEIGHTS).shape[call.options.channel_axis]
    weights = Along(WEIGHTS, call.options.channel_axis)
    return (weights,) if bias is None else (weights, Along(BIAS, bias.shape.index(channels)))


def constant_weights(call: Call[A]) -> Array:
    """The weights as they are in the model."""
    weights = call.tensor(WEIGHTS).data
    assert weights is not None
    return weights
