"""ADD: int8 sum of two tensors of different scales, with broadcasting; either may be a constant.

Source: TFLite kernels/internal/reference/integer_ops/add.h; TFLM kernels/add_common.cc.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.numerics.affine import Activation, activation_range
from tinyq.numerics.fixed_point import Int64, multiply_by_quantized_multiplier, quantize_multiplier
from tinyq.ops.base import Along, Call, Channels, Kernel, Operator
from tinyq.ops.checks import read_activation, require_dtype, require_per_tensor, require_shape
from tinyq.ops.loops import Loop, nest, row_major_strides

LEFT_SHIFT = 20  # headroom that both inputs are raised by before they are scaled


@dataclass(frozen=True)
class AddOptions(Options):
    """The fused activation."""

    activation: Activation = "NONE"


@dataclass(frozen=True)
class Scaling:
    """`(q - zero_point) * 2**20 * multiplier * 2**(shift - 31)`; shift is not positive."""

    zero_point: int
    multiplier: int
    shift: int

    def apply(self, x: Array) -> Int64:
        """Raised and scaled values."""
        raised = (x.astype(np.int64) - self.zero_point) << LEFT_SHIFT
        return multiply_by_quantized_multiplier(raised, self.multiplier, self.shift)


@dataclass(frozen=True, eq=False)
class AddKernel(Kernel):
    """Loops walk the first input, the second, and the output."""

    loops: tuple[Loop, ...]
    first: Scaling
    second: Scaling
    output: Scaling
    low: int
    high: int


class Add(Operator[AddOptions]):
    """Both inputs are brought to twice the larger input scale, then summed, then scaled to the output."""

    inputs = (2, 2)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> AddOptions:
        return AddOptions(read_activation(source))

    def check(self, call: Call[AddOptions]) -> None:
        first, second = call.tensor(0), call.tensor(1)
        for tensor in (first, second, call.output):
            require_dtype(call, tensor, "int8")
        require_per_tensor(call, first, second, call.output)
        try:
            shape = np.broadcast_shapes(first.shape, second.shape)
        except ValueError:
            call.refuse(f"inputs of shapes {list(first.shape)} and {list(second.shape)}", "shapes that broadcast")
        require_shape(call, call.output, shape)
        if _scalings(call)[2].shift > 0:
            call.refuse(
                f"an output scale of {call.output.scale:g} for inputs of {first.scale:g} and {second.scale:g}",
                f"an output scale above {max(first.scale, second.scale) / 2 ** (LEFT_SHIFT - 1):g}",
                "the calibration data leave this layer's output almost constant: check them",
            )

    def reference(self, call: Call[AddOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        computed = iter(inputs)
        rank = len(call.output.shape)
        operands = [
            _with_rank(next(computed) if tensor.data is None else tensor.data[np.newaxis], rank)
            for tensor in (call.tensor(0), call.tensor(1))
        ]
        first, second, output = _scalings(call)
        total = first.apply(operands[0]) + second.apply(operands[1])
        scaled = multiply_by_quantized_multiplier(total, output.multiplier, output.shift) + output.zero_point
        return (np.clip(scaled, *_range(call)).astype(np.int8),)

    def kernel(self, call: Call[AddOptions]) -> AddKernel:
        shape = call.output.shape
        loops = nest(
            shape,
            row_major_strides(call.tensor(0).shape, shape),
            row_major_strides(call.tensor(1).shape, shape),
            row_major_strides(shape),
        )
        return AddKernel(loops, *_scalings(call), *_range(call))

    def pointers(self, call: Call[AddOptions]) -> tuple[Tensor, ...]:
        return call.tensor(0), call.tensor(1)

    def overlays(self, call: Call[AddOptions]) -> tuple[Tensor, ...]:
        return tuple(tensor for tensor in self.pointers(call) if tensor.shape == call.output.shape)

    def is_monotone(self, call: Call[AddOptions]) -> bool:
        return True

    def channels(self, call: Call[AddOptions]) -> Channels:
        extent = call.output.shape[-1:]  # an operand of extent 1 is the same for all channels
        return Channels(tuple(Along(number) for number in (0, 1) if call.tensor(number).shape[-1:] == extent))


def _with_rank(samples: Array, rank: int) -> Array:
    """[samples, ...] with ones put in front of the tensor's own dimensions until there are `rank`."""
    return samples.reshape(samples.shape[0], *(1,) * (rank + 1 - samples.ndim), *samples.shape[1:])


def _range(call: Call[AddOptions]) -> tuple[int, int]:
    return activation_range(call.options.activation, call.output.scale, call.output.zero_point, "int8")


def _scalings(call: Call[AddOptions]) -> tuple[Scaling, Scaling, Scaling]:
    first, second = call.tensor(0), call.tensor(1)
    twice_max = 2.0 * max(first.scale, second.scale)
    return (
        Scaling(first.zero_point, *quantize_multiplier(first.scale / twice_max)),
        Scaling(second.zero_point, *quantize_multiplier(second.scale / twice_max)),
        Scaling(call.output.zero_point, *quantize_multiplier(twice_max / (2.0**LEFT_SHIFT * call.output.scale))),
    )


OPERATOR = Add()
