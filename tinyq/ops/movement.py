"""Operators that move elements without changing them; one kernel template does for all of them.

Where an output element comes from is told dimension by dimension: its offset in the input is a sum of one number for
each of its indices. These rows of numbers become loop nests here, so that no kernel computes an index at run time.
"""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any, TypeVar

import numpy as np

from tinyq.ir.graph import Array, DType, Options, Tensor
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import require_dtype
from tinyq.ops.loops import Loop, Span, nest, row_major_strides, spans, table_spans

O = TypeVar("O", bound=Options)

MOVABLE: tuple[DType, ...] = ("int8", "uint8", "int16", "int32", "int64", "bool", "float32")
NOWHERE = -1  # an offset of output elements that this input does not supply
MOST_MOVES = 16  # more loop nests than these, and dimensions that need several nests read a table instead


@dataclass(frozen=True, eq=False)
class Route:
    """What one output takes from one input.

    Attributes:
        offsets: for each dimension of the output an array of its extent: what each index adds to the offset of the
            element in the input, or NOWHERE. Neighbouring dimensions may be taken as one.
        start: what is added to every offset.
        source: which of the operator's `sources`.
        target: which output.
    """

    offsets: tuple[Array, ...]
    start: int = 0
    source: int = 0
    target: int = 0


@dataclass(frozen=True)
class Move:
    """A loop nest that copies `run` elements at a time.

    Attributes:
        loops: strides are those of the input, of the output, and of the entries of each of `tables`.
        tables: where in the kernel's table the parts begin that are added to the offset in the input.
    """

    source: int
    target: int
    source_start: int
    target_start: int
    loops: tuple[Loop, ...]
    run: int
    tables: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class MoveKernel(Kernel):
    """First output 0 is filled with `fill`, unless that is None; then elements are moved."""

    dtype: DType
    itemsize: int
    sources: int
    targets: int
    moves: tuple[Move, ...]
    table: Array | None
    fill: int | None
    elements: int


class Movement(Operator[O]):
    """An operator that only moves elements, of any type."""

    template = "move"

    @abstractmethod
    def routes(self, call: Call[O]) -> Sequence[Route]:
        """Where each output element comes from."""

    def sources(self, call: Call[O]) -> tuple[Tensor, ...]:
        """The inputs whose elements are moved."""
        return (call.input,)

    def fill(self, call: Call[O]) -> int | None:
        """What output elements are that come from nowhere; None where there are none."""
        return None

    def pointers(self, call: Call[O]) -> tuple[Tensor, ...]:
        return self.sources(call)

    def kernel(self, call: Call[O]) -> MoveKernel:
        moves, table = _moves(self.routes(call))
        return MoveKernel(
            call.output.dtype,
            np.dtype(call.output.dtype).itemsize,
            len(self.sources(call)),
            len(call.outputs),
            moves,
            table,
            self.fill(call),
            call.output.elements,
        )

    def is_monotone(self, call: Call[O]) -> bool:
        return True

    def view_of(self, call: Call[O]) -> Tensor | None:
        source = self.sources(call)[0]
        if len(call.outputs) > 1 or source.is_constant or source.bytes != call.output.bytes:
            return None
        moves, _ = _moves(self.routes(call))
        unmoved = [(move.source_start, move.run) for move in moves] == [(0, call.output.elements)]
        return source if unmoved else None


def check_movement(call: Call[Any], sources: Sequence[Tensor]) -> None:
    """Refuse tensors of several types, and quantized ones of several scales or zero points."""
    first = sources[0]
    for tensor in (*sources, *call.outputs):
        require_dtype(call, tensor, *MOVABLE)
        if tensor.dtype != first.dtype:
            call.refuse(f"{first.name} of type {first.dtype} and {tensor.name} of type {tensor.dtype}", "one type")
        if tensor.dtype in ("int8", "uint8", "int16") and tensor.quantization != first.quantization:
            call.refuse(
                f"{first.name} and {tensor.name} of different quantization", "one scale and zero point for all of them"
            )


def dense(shape: Sequence[int]) -> tuple[Array, ...]:
    """The offsets of an array of `shape` in itself."""
    strides = row_major_strides(tuple(shape))
    return tuple(np.arange(extent) * stride for extent, stride in zip(shape, strides, strict=True))


def along(offsets: Sequence[Array], axis: int, replacement: Array) -> tuple[Array, ...]:
    """`offsets` with those of one axis replaced."""
    return (*offsets[:axis], replacement, *offsets[axis + 1 :])


def _moves(routes: Sequence[Route]) -> tuple[tuple[Move, ...], Array | None]:
    """The loop nests of all routes, and the table that they read."""
    table: list[int] = []
    moves = [move for route in routes for move in _moves_of(route, table, len(routes))]
    return tuple(moves), np.array(table, np.int32) if table else None


def _moves_of(route: Route, table: list[int], routes: int) -> Iterator[Move]:
    by_axis = [spans(offsets) for offsets in route.offsets]
    if routes * prod(map(len, by_axis)) > MOST_MOVES:
        by_axis = [
            table_spans(offsets, table) if len(regular) > 1 else regular
            for offsets, regular in zip(route.offsets, by_axis, strict=True)
        ]
    strides = row_major_strides(tuple(map(len, route.offsets)))
    for combination in product(*by_axis):
        yield _move(route, combination, strides)


def _move(route: Route, combination: Sequence[Span], strides: Sequence[int]) -> Move:
    tables = [span.table for span in combination if span.table is not None]
    extents, walked = [], []
    for span, stride in zip(combination, strides, strict=True):
        for extent, offset_step, index_step in span.steps:
            extents.append(extent)
            entries = tuple(int(span.table is not None and span.table == table) for table in tables)
            walked.append((offset_step, index_step * stride, *entries))
    loops = nest(tuple(extents), *zip(*walked, strict=True)) if walked else ()
    is_run = bool(loops) and loops[-1].strides == (1, 1, *(0 for _ in tables))
    return Move(
        route.source,
        route.target,
        route.start + sum(span.offset for span in combination),
        sum(span.index * stride for span, stride in zip(combination, strides, strict=True)),
        loops[:-1] if is_run else loops,
        loops[-1].extent if is_run else 1,
        tuple(tables),
    )
