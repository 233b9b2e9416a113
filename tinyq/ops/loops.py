"""Loop nests over tensors of any rank, with as few loops as the shapes allow."""

from dataclasses import dataclass

import numpy as np


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
