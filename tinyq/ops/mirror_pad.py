"""MIRROR_PAD: a border that mirrors the tensor, with or without its edge.

Source: TFLite kernels/mirror_pad.cc.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call
from tinyq.ops.checks import integers, require_constant, require_shape
from tinyq.ops.movement import Movement, Route, check_movement, dense

SYMMETRIC = 1  # numbering of the schema's MirrorPadMode; 0 is REFLECT


@dataclass(frozen=True)
class MirrorPadOptions(Options):
    """Elements added before and after, for each dimension; whether the edge itself is mirrored as well."""

    before: tuple[int, ...]
    after: tuple[int, ...]
    with_edge: bool


class MirrorPad(Movement[MirrorPadOptions]):
    """Input 1 holds the paddings, [rank, 2]."""

    inputs = (2, 2)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> MirrorPadOptions:
        widths = integers(inputs[1])
        return MirrorPadOptions(widths[::2], widths[1::2], int(source.mode) == SYMMETRIC)

    def check(self, call: Call[MirrorPadOptions]) -> None:
        require_constant(call, call.tensor(1))
        check_movement(call, (call.input,))
        before, after, shape = call.options.before, call.options.after, call.input.shape
        beyond = 0 if call.options.with_edge else 1
        if not len(before) == len(after) == len(shape) or any(
            not 0 <= width <= extent - beyond
            for widths in (before, after)
            for width, extent in zip(widths, shape, strict=True)
        ):
            call.refuse(
                f"paddings {list(before)} before and {list(after)} after",
                f"for each of {len(shape)} dimensions numbers from 0 to its extent{' less 1' if beyond else ''}",
            )
        require_shape(call, call.output, tuple(map(sum, zip(before, shape, after, strict=True))))

    def reference(self, call: Call[MirrorPadOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        widths = ((0, 0), *zip(call.options.before, call.options.after, strict=True))
        return (np.pad(inputs[0], widths, mode="symmetric" if call.options.with_edge else "reflect"),)

    def routes(self, call: Call[MirrorPadOptions]) -> Sequence[Route]:
        edge = 0 if call.options.with_edge else 1
        rows = zip(dense(call.input.shape), call.options.before, call.options.after, strict=True)
        return (Route(tuple(_mirrored(row, before, after, edge) for row, before, after in rows)),)


def _mirrored(row: Array, before: int, after: int, edge: int) -> Array:
    end = len(row) - edge
    return np.concatenate([row[edge : edge + before][::-1], row, row[end - after : end][::-1]])


OPERATOR = MirrorPad()
