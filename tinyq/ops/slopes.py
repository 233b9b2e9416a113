"""What ABS, LEAKY_RELU and the RELU family share: a slope from 0 upwards, another one below, and a range of answers.

Of an int8 they become a table as every function does, of an int16 they are computed.
"""

from abc import abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import numpy as np

from tinyq.ir.graph import Array, DType, Options
from tinyq.numerics.fixed_point import Int64, multiply_by_quantized_multiplier, quantize_multiplier
from tinyq.ops.base import Call, Kernel
from tinyq.ops.checks import QUANTIZED, require_multiplier
from tinyq.ops.unary import QuantizedUnary

O = TypeVar("O", bound=Options)


@dataclass(frozen=True)
class Slopes:
    """Real factors from steps of the input to steps of the output, and the least and greatest answer in the latter.

    None is no bound but that of the type. Where `mirrored`, what lies below 0 is negated before it is scaled; a
    negative factor negates it afterwards, which rounds ties the other way.
    """

    above: float
    below: float
    mirrored: bool = False
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, eq=False)
class SlopesKernel(Kernel):
    """Multipliers and shifts of both slopes, without their signs; fields as in Slopes, the bounds with the type's."""

    template: ClassVar[str | None] = "slopes"

    elements: int
    above: tuple[int, int]
    below: tuple[int, int]
    mirrored: bool
    negated: bool
    low: int
    high: int


def is_plain_int16(call: Call[Any]) -> bool:
    """Whether TensorFlow Lite's plain kernels compute int16, whose factors are quotients of float32 numbers."""
    return call.arithmetic == "xnnpack" and call.input.dtype == "int16"


def scale_ratio(call: Call[Any]) -> float:
    """Input scale over output scale, as the profile divides."""
    if is_plain_int16(call):
        return float(np.float32(call.input.scale) / np.float32(call.output.scale))
    return call.input.scale / call.output.scale


class TwoSlopes(QuantizedUnary[O]):
    """A function of int8 or int16 that is straight on either side of 0."""

    dtypes: ClassVar[tuple[DType, ...]] = (*QUANTIZED, "float32")

    @abstractmethod
    def slopes(self, call: Call[O]) -> Slopes:
        """Of quantized tensors."""

    def check(self, call: Call[O]) -> None:
        super().check(call)
        if call.input.dtype in QUANTIZED:
            for real in (self.slopes(call).above, self.slopes(call).below):
                require_multiplier(call, abs(real))

    def integers(self, call: Call[O], q: Int64) -> Array:
        slopes = self.slopes(call)
        x = q - call.input.zero_point
        above = multiply_by_quantized_multiplier(x, *quantize_multiplier(slopes.above))
        below = multiply_by_quantized_multiplier(-x if slopes.mirrored else x, *quantize_multiplier(abs(slopes.below)))
        answers = np.where(x >= 0, above, -below if slopes.below < 0 else below)
        bounded = answers if slopes.low is None else np.clip(answers, slopes.low, slopes.high)
        return bounded + call.output.zero_point

    def computed(self, call: Call[O]) -> SlopesKernel:
        slopes, limits = self.slopes(call), np.iinfo(np.int16)
        above, below = quantize_multiplier(slopes.above), quantize_multiplier(abs(slopes.below))
        low = limits.min if slopes.low is None else slopes.low
        high = limits.max if slopes.high is None else min(slopes.high, limits.max)
        return SlopesKernel(call.output.elements, above, below, slopes.mirrored, slopes.below < 0, int(low), int(high))
