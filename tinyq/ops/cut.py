"""What SLICE and STRIDED_SLICE share: each takes along every dimension a beginning, an end and a step."""

from collections.abc import Sequence
from dataclasses import dataclass

from tinyq.ir.graph import Array, Options
from tinyq.ops.base import Call
from tinyq.ops.checks import require_shape
from tinyq.ops.movement import Movement, Route, check_movement, dense


@dataclass(frozen=True, eq=False)  # a slice has no hash before Python 3.12
class CutOptions(Options):
    """For each dimension of the input a slice; or a number, where the dimension disappears; None adds one."""

    index: tuple[slice | int | None, ...]


class Cut(Movement[CutOptions]):
    """NumPy's basic indexing, which has TensorFlow's rules."""

    def check(self, call: Call[CutOptions]) -> None:
        check_movement(call, (call.input,))
        taken = sum(part is not None for part in call.options.index)
        if taken > len(call.input.shape):
            call.refuse(f"{taken} dimensions cut", f"{len(call.input.shape)}, as many as the input has")
        extents = iter(call.input.shape)
        shape = []
        for part in call.options.index:
            extent = 1 if part is None else next(extents)
            if isinstance(part, int) and not -extent <= part < extent:
                call.refuse(f"index {part} of {extent}", f"{-extent} to {extent - 1}")
            if not isinstance(part, int):
                shape.append(len(range(extent)[part or slice(None)]))
        require_shape(call, call.output, (*shape, *extents))

    def reference(self, call: Call[CutOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        return (inputs[0][(slice(None), *call.options.index)],)

    def routes(self, call: Call[CutOptions]) -> Sequence[Route]:
        start, offsets = _cut(call)
        return (Route(offsets, start),)


def _cut(call: Call[CutOptions]) -> tuple[int, tuple[Array, ...]]:
    """The offset that the disappearing dimensions make, and those along the dimensions of the output."""
    rows, start, offsets = iter(dense(call.input.shape)), 0, []
    for part in call.options.index:
        if part is None:
            offsets.append(dense((1,))[0])
        elif isinstance(part, int):
            start += int(next(rows)[part])
        else:
            offsets.append(next(rows)[part])
    return start, (*offsets, *rows)
