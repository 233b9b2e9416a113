"""What EXP, LOG and GELU share: of an int16 their answer lies on one of 512 straight lines."""

from dataclasses import dataclass
from typing import ClassVar, TypeVar

import numpy as np

from tinyq.ir.graph import Array, Options
from tinyq.numerics.fixed_point import Int64
from tinyq.numerics.interpolation import INT16, interpolate16, interpolation_table
from tinyq.ops.base import Call, Kernel
from tinyq.ops.checks import QUANTIZED
from tinyq.ops.unary import FromReal

O = TypeVar("O", bound=Options)


@dataclass(frozen=True, eq=False)
class InterpolatedKernel(Kernel):
    """int16 [513]: what `tinyq.numerics.interpolation` says."""

    template: ClassVar[str | None] = "interpolated"

    elements: int
    table: Array


class Interpolated(FromReal[O]):
    """A function of int8 or int16 that rounds the real one. What has no answer has the least."""

    dtypes = (*QUANTIZED, "float32")

    def check(self, call: Call[O]) -> None:
        super().check(call)
        if call.input.dtype == "int16":
            largest = np.float32(call.input.scale) * np.float32(INT16[1])
            with np.errstate(all="ignore"):
                if np.isinf(self._steps(call, np.array([largest], np.float32))).any():
                    call.refuse(f"an input scale of {call.input.scale:g}", "a scale whose answers float32 holds")

    def integers(self, call: Call[O], q: Int64) -> Array:
        return interpolate16(self._lines(call), q) if call.input.dtype == "int16" else super().integers(call, q)

    def computed(self, call: Call[O]) -> InterpolatedKernel:
        return InterpolatedKernel(call.output.elements, self._lines(call))

    def _lines(self, call: Call[O]) -> Array:
        first, last = (np.float32(call.input.scale) * np.float32(end) for end in INT16)
        return interpolation_table(lambda x: self._steps(call, x), first, last)

    def _steps(self, call: Call[O], x: Array) -> Array:
        """float32 answers to real numbers, in steps of the output."""
        least, most = (np.float32(call.output.scale) * np.float32(end) for end in INT16)
        real = self.real(call.options, x)
        return np.where(np.isnan(real) | np.isneginf(real), least, real) * (np.float32(2**16) / (most - least))
