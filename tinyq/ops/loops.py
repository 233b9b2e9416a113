"""Loop nests over tensors of any rank, with as few loops as the shapes allow."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Loop:
    """One loop of a nest.

    Attributes:
        extent: how often it runs.
        strides: for each array that is walked, by how many elements it moves in one turn.
    """

    extent: int
    strides: tuple[int, ...]


def row_major_strides(shape: tuple[int, ...], broadcast_to: tuple[int, ...] | None = None) -> tuple[int, ...]:
    """Strides in elements of a dense array; 0 along the dimensions that broadcast (NumPy's rule)."""
    target = shape if broadcast_to is None else broadcast_to
    aligned = (1,) * (len(target) - len(shape)) + shape
    dense = [int(np.prod(aligned[axis + 1 :], dtype=np.int64)) for axis in range(len(aligned))]
    return tuple(
        0 if extent == 1 and wanted != 1 else stride
        for extent, wanted, stride in zip(aligned, target, dense, strict=True)
    )


def nest(shape: tuple[int, ...], *strides: tuple[int, ...]) -> tuple[Loop, ...]:
    """The loops over `shape`; neighbours that walk every array as one dense run are merged, single turns dropped."""
    loops: list[Loop] = []
    for axis, extent in enumerate(shape):
        if extent == 1:
            continue
        inner = Loop(extent, tuple(array[axis] for array in strides))
        outer = loops[-1] if loops else None
        if outer is not None and outer.strides == tuple(extent * stride for stride in inner.strides):
            loops[-1] = Loop(outer.extent * extent, inner.strides)
        else:
            loops.append(inner)
    return tuple(loops)


@dataclass(frozen=True)
class Span:
    """Neighbouring indices of one dimension whose offsets elsewhere follow a pattern.

    Attributes:
        index: the first of them.
        offset: its offset.
        steps: from the outermost: how often, by how much the offset grows, by how much the index.
        table: where the offsets begin in a table that is read instead; `offset` is 0 then, and does not grow.
    """

    index: int
    offset: int
    steps: tuple[tuple[int, int, int], ...]
    table: int | None = None


def spans(offsets: NDArray[np.int64]) -> list[Span]:
    """The regular spans of one dimension's `offsets`; those that are negative belong to none."""
    found, index = [], 0
    while index < len(offsets):
        if offsets[index] < 0:
            index += 1
            continue
        steps, length = _steps(offsets[index:])
        found.append(Span(index, int(offsets[index]), steps))
        index += length
    return found


def _steps(offsets: NDArray[np.int64]) -> tuple[tuple[tuple[int, int, int], ...], int]:
    """The pattern that `offsets` begin with, and how many of them follow it: runs, runs of runs, and so on."""
    steps: list[tuple[int, int, int]] = []
    length = 1
    while (repeated := _repeats(offsets, length))[0] > 1:
        steps.insert(0, (*repeated, length))
        length *= repeated[0]
    return tuple(steps), length


def _repeats(offsets: NDArray[np.int64], length: int) -> tuple[int, int]:
    """How often the first `length` offsets come again, raised each time by the same step; and that step."""
    blocks = offsets[: len(offsets) // length * length].reshape(-1, length)
    raised = np.diff(blocks, axis=0)
    step = int(raised[0, 0]) if len(raised) else 0
    regular = (raised == step).all(axis=1) & (blocks[1:] >= 0).all(axis=1)
    return 1 + (len(regular) if regular.all() else int(regular.argmin())), step


def table_spans(offsets: NDArray[np.int64], table: list[int]) -> list[Span]:
    """The spans of `offsets` that are not negative; the offsets are appended to `table`."""
    covered = np.flatnonzero(offsets >= 0)
    runs = np.split(covered, np.flatnonzero(np.diff(covered) > 1) + 1) if len(covered) else []
    found = []
    for run in runs:
        found.append(Span(int(run[0]), 0, ((len(run), 0, 1),), len(table)))
        table.extend(map(int, offsets[run]))
    return found
