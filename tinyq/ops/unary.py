"""Functions of one number: a table of 256 answers, computed at build time.

An operator of this family says its real function and, where .tflite files have it in int8, its answers to all int8.
Those that have it in int16 as well, whose table would be too large, say how C computes an answer.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import numpy as np

from tinyq.ir.graph import Array, DType, Options, Tensor
from tinyq.numerics.affine import dequantize, round_half_away
from tinyq.numerics.fixed_point import Int64
from tinyq.numerics.interval import Interval
from tinyq.ops.base import Call, Kernel
from tinyq.ops.elementwise import Elementwise

O = TypeVar("O", bound=Options)

ALL_INT8 = np.arange(-128, 128)
ALL_INT16 = np.arange(-(2**15), 2**15).astype(np.int16)
ENOUGH = 1024.0  # steps of the output beyond which every int8 is saturated


@dataclass(frozen=True, eq=False)
class TableKernel(Kernel):
    """int8 [256] answers to -128 .. 127."""

    elements: int
    table: Array


class Unary(Elementwise[O]):
    """A function that .tflite files have in float32 alone; the pass fold_tables puts it into a table."""

    template = "table"
    dtypes: ClassVar[tuple[DType, ...]] = ("float32",)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> O:
        return Options()  # type: ignore[return-value]  # an operator with options of its own overrides this

    @abstractmethod
    def real(self, options: O, x: Array) -> Array:
        """float32 answers to float32 `x`, rounded at each step as the oracle's float32 arithmetic does."""

    def compute(self, call: Call[O], operands: Sequence[Array]) -> Array:
        with np.errstate(all="ignore"):  # a logarithm of 0 is minus infinity, and so on, as in C
            return self.real(call.options, operands[0])


class QuantizedUnary(Unary[O]):
    """A function that .tflite files have in int8 as well."""

    dtypes: ClassVar[tuple[DType, ...]] = ("int8", "float32")

    @abstractmethod
    def integers(self, call: Call[O], q: Int64) -> Array:
        """Answers to the integers `q`, before they are clamped to their type."""

    def computed(self, call: Call[O]) -> Kernel:
        """What the kernel sees that computes int16; its class names the template."""
        raise NotImplementedError  # for operators with int16 among their `dtypes`

    def xnnpack(self, call: Call[O], q: Int64) -> Array | None:
        """As `integers` in the profile xnnpack; None where that is the same."""
        return None

    def rounded_to_even(self, call: Call[O], q: Int64) -> Array:
        """The real answers to `q` as integers of the output, as XNNPACK fills its tables.

        The zero point is added in float32, before ties go to the even integer.
        Sources: XNNPACK src/reference/unary-elementwise.cc, src/xnnpack/reference-utils.h.
        """
        with np.errstate(all="ignore"):
            real = self.real(call.options, dequantize(q, call.input.scale, call.input.zero_point))
            scaled = real * (np.float32(1.0) / np.float32(call.output.scale)) + np.float32(call.output.zero_point)
        within = np.clip(np.nan_to_num(scaled, nan=-ENOUGH), -ENOUGH, ENOUGH)
        answers: Array = np.rint(within).astype(np.int64)
        return answers

    def table(self, call: Call[O]) -> Array:
        """int8 [256]: the answers to -128 .. 127."""
        own = self.xnnpack(call, ALL_INT8) if call.in_xnnpack else None
        return _saturated(self.integers(call, ALL_INT8) if own is None else own, np.int8)

    def compute(self, call: Call[O], operands: Sequence[Array]) -> Array:
        if operands[0].dtype == np.float32:
            return super().compute(call, operands)
        if operands[0].dtype == np.int16:
            return _saturated(self.integers(call, operands[0].astype(np.int64)), np.int16)
        return self.table(call)[operands[0].astype(np.int64) + 128]

    def interval(self, call: Call[O], inputs: Sequence[Interval]) -> tuple[Interval, ...]:
        if not inputs or call.input.dtype != "int8":
            return super().interval(call, inputs)
        table = self.table(call)
        bounds = {(low, high): table[low + 128 : high + 129] for low, high in _pairs(inputs[0])}
        low = np.array([bounds[pair].min() for pair in _pairs(inputs[0])], np.int8)
        high = np.array([bounds[pair].max() for pair in _pairs(inputs[0])], np.int8)
        return (Interval(low.reshape(call.output.shape), high.reshape(call.output.shape)),)

    def is_monotone(self, call: Call[O]) -> bool:
        return call.input.dtype == "int16" and bool((np.diff(self.compute(call, [ALL_INT16])) >= 0).all())

    def kernel(self, call: Call[O]) -> Kernel:
        return (
            self.computed(call) if call.input.dtype == "int16" else TableKernel(call.output.elements, self.table(call))
        )


def _saturated(values: Array, dtype: type[np.integer[Any]]) -> Array:
    limits = np.iinfo(dtype)
    return np.clip(values, limits.min, limits.max).astype(dtype)


def _pairs(known: Interval) -> list[tuple[int, int]]:
    return list(zip(known.low.ravel().tolist(), known.high.ravel().tolist(), strict=True))


class FromReal(QuantizedUnary[O]):
    """A function whose int8 form rounds the real one.

    Source: TFLite kernels/internal/common.h, LUTPopulate. What has no answer has the least.
    """

    def integers(self, call: Call[O], q: Int64) -> Array:
        with np.errstate(all="ignore"):
            real = self.real(call.options, dequantize(q, call.input.scale, call.input.zero_point))
            scaled = real * (np.float32(1.0) / np.float32(call.output.scale))
        within = np.clip(np.nan_to_num(scaled, nan=-ENOUGH), -ENOUGH, ENOUGH)
        return round_half_away(within).astype(np.int64) + call.output.zero_point
