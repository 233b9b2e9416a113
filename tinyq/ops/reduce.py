"""What operators share that make one number of many, along any axes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call
from tinyq.ops.checks import axis_of, integers, require_constant
from tinyq.ops.loops import Loop, nest, row_major_strides


@dataclass(frozen=True)
class ReduceOptions(Options):
    """The axes that disappear or become 1, each counted from the front and named once."""

    axes: tuple[int, ...]


def read_axes(inputs: Sequence[Tensor | None]) -> ReduceOptions:
    """The options in input 1, the axes."""
    assert inputs[0] is not None
    rank = len(inputs[0].shape)
    return ReduceOptions(tuple(sorted({axis_of(axis, rank) for axis in integers(inputs[1])})))


def check_axes(call: Call[ReduceOptions], what: str) -> None:
    """Refuse axes that the input does not have, and an output of another size; `what` is what is made of the input."""
    require_constant(call, call.tensor(1))
    axes, shape = call.options.axes, call.input.shape
    if not axes or axes[-1] >= len(shape):
        call.refuse(f"axes {list(axes)}", f"axes 0 to {len(shape) - 1} of the input")
    if call.output.elements * reduced_count(call) != call.input.elements:
        call.refuse(f"an output of shape {list(call.output.shape)}", f"the {what} of {list(shape)} over {list(axes)}")


def reduced_count(call: Call[ReduceOptions]) -> int:
    """How many elements become one."""
    return int(np.prod([call.input.shape[axis] for axis in call.options.axes], dtype=np.int64))


def sample_axes(call: Call[ReduceOptions]) -> tuple[int, ...]:
    """The axes in an array [samples, *shape]."""
    return tuple(axis + 1 for axis in call.options.axes)


def reduced_last(call: Call[ReduceOptions], samples: Array) -> Array:
    """[samples, *what stays, reduced elements in their order]."""
    axes = sample_axes(call)
    kept = [axis for axis in range(samples.ndim) if axis not in axes]
    elements = samples.transpose(*kept, *axes)
    return elements.reshape(*elements.shape[: len(kept)], -1)


def with_output_shape(call: Call[Any], reduced: Array) -> Array:
    """`reduced` with the samples in front of the output's shape, which may keep the axes as ones."""
    return reduced.reshape(-1, *call.output.shape)


def reduce_loops(call: Call[ReduceOptions]) -> tuple[tuple[Loop, ...], tuple[Loop, ...]]:
    """Loops over what stays, which walk input and output; and loops over what is reduced, which walk the input."""
    shape, axes = call.input.shape, call.options.axes
    strides = row_major_strides(shape)
    kept = tuple(axis for axis in range(len(shape)) if axis not in axes)
    kept_shape = tuple(shape[axis] for axis in kept)
    return (
        nest(kept_shape, tuple(strides[axis] for axis in kept), row_major_strides(kept_shape)),
        nest(tuple(shape[axis] for axis in axes), tuple(strides[axis] for axis in axes)),
    )
