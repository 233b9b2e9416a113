"""GATHER: the slices along an axis that a tensor of indices names; so are the rows of an embedding found.

Source: TFLite kernels/gather.cc and kernels/internal/reference/gather.h. An index beyond the axis, which is undefined
there, counts as the nearest one within it: it must not read beyond the tensor.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import Call, Kernel, Operator
from tinyq.ops.checks import axis_of, require_axis, require_dtype, require_shape
from tinyq.ops.movement import check_movement


@dataclass(frozen=True)
class GatherOptions(Options):
    """The axis, counted from the front, and how many leading dimensions indices and tensor share."""

    axis: int
    batch_dimensions: int = 0


@dataclass(frozen=True, eq=False)
class GatherKernel(Kernel):
    """`batches` times `outer` times `indices` slices of `run` bytes, each one of `extent` slices."""

    batches: int
    outer: int
    indices: int
    extent: int
    run: int


class Gather(Operator[GatherOptions]):
    """Input 0 is the tensor, input 1 the indices; either may be constant."""

    inputs = (2, 2)
    template = "gather"
    table, indices = 0, 1  # which inputs these are

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> GatherOptions:
        table, indices = inputs[self.table], inputs[self.indices]
        assert table is not None
        assert indices is not None
        batch = int(source.batchDims)
        rank = len(indices.shape)
        return GatherOptions(axis_of(int(source.axis), len(table.shape)), batch + rank if batch < 0 else batch)

    def check(self, call: Call[GatherOptions]) -> None:
        table, indices = self.pointers(call)
        axis, batch = call.options.axis, call.options.batch_dimensions
        check_movement(call, (table,))
        require_dtype(call, indices, "int32", "int64", "int8", "int16")
        require_axis(call, axis, len(table.shape))
        if not 0 <= batch <= min(axis, len(indices.shape)) or table.shape[:batch] != indices.shape[:batch]:
            call.refuse(
                f"{batch} batch dimensions of {list(table.shape)} and {list(indices.shape)}",
                "dimensions before the axis that both share",
            )
        require_shape(call, call.output, (*table.shape[:axis], *indices.shape[batch:], *table.shape[axis + 1 :]))

    def pointers(self, call: Call[GatherOptions]) -> tuple[Tensor, ...]:
        return call.tensor(self.table), call.tensor(self.indices)

    def reference(self, call: Call[GatherOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        values = call.values(inputs)
        table, indices = values[self.table], values[self.indices]
        assert table is not None
        assert indices is not None
        samples, kernel = max(len(table), len(indices)), self.kernel(call)
        rows = table.reshape(len(table), kernel.batches, kernel.outer, kernel.extent, -1)
        places = np.clip(indices.reshape(len(indices), kernel.batches, 1, kernel.indices, 1), 0, kernel.extent - 1)
        rows = np.broadcast_to(rows, (samples, *rows.shape[1:]))
        places = np.broadcast_to(places, (samples, kernel.batches, kernel.outer, *places.shape[3:]))
        return (np.take_along_axis(rows, places.astype(np.int64), axis=3).reshape(samples, *call.output.shape),)

    def kernel(self, call: Call[GatherOptions]) -> GatherKernel:
        table, indices = self.pointers(call)
        axis, batch = call.options.axis, call.options.batch_dimensions
        return GatherKernel(
            batches=prod(table.shape[:batch]),
            outer=prod(table.shape[batch:axis]),
            indices=prod(indices.shape[batch:]),
            extent=table.shape[axis],
            run=prod(table.shape[axis + 1 :]) * np.dtype(table.dtype).itemsize,
        )


OPERATOR = Gather()
