"""Operators as they run row by row: which rows of its inputs each needs, and a smaller call that computes one row."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from tinyq.ir.graph import Tensor
from tinyq.ops import Call
from tinyq.ops.window import Window

WORD = 4  # bytes
WINDOWED = ("CONV_2D", "DEPTHWISE_CONV_2D", "AVERAGE_POOL_2D", "MAX_POOL_2D")
PADDED = ("CONV_2D", "DEPTHWISE_CONV_2D")  # outside the image lies a value: the input's zero point
LARGEST_COPY = 256  # bytes of rows that are copied out of an input, so that those outside the image lie beside them


@dataclass(frozen=True)
class Edge:
    """How an operator reads the rows of one input.

    Attributes:
        source: the member that computes it; None where it lies in memory as a whole.
        index: of the input among those of the node; 0 where a member computes it.
        rows: seen by one output row.
        stride: by how many rows they move on from one output row to the next.
        before: rows above the image that the first output row sees.
        after: rows below it that the last one may see.
        height: rows of the image.
        row_bytes: of one.
        fill: what rows outside the image hold.
        is_direct: the rows are read where they lie as a whole.
    """

    source: int | None
    index: int
    rows: int
    stride: int
    before: int
    after: int
    height: int
    row_bytes: int
    fill: int
    is_direct: bool

    @property
    def is_padded(self) -> bool:
        """Whether a row outside the image is seen by some output row."""
        return self.before > 0 or self.after > 0

    @property
    def window_bytes(self) -> int:
        """Bytes of the rows that one output row sees."""
        return self.rows * self.row_bytes

    def inside(self, y: int) -> tuple[int, int]:
        """The first row inside the image that output row `y` sees, and the first behind those."""
        first = y * self.stride - self.before
        return max(0, first), min(self.height, first + self.rows)

    def outside(self, y: int) -> tuple[int, int]:
        """How many rows above and below the image output row `y` sees."""
        first = y * self.stride - self.before
        return max(0, -first), max(0, first + self.rows - self.height)


@dataclass(frozen=True)
class Variant:
    """A call that computes one row, and the last output row that it is for: those before have variants of their own."""

    last: int
    call: Call[Any]


@dataclass(frozen=True)
class Member:
    """An operator of a fused node.

    Attributes:
        call: the operator as a whole.
        edges: its inputs.
        height: output rows.
        row_bytes: of one.
        variants: by the rows outside the image that they see; empty for a sum.
    """

    call: Call[Any]
    edges: tuple[Edge, ...]
    height: int
    row_bytes: int
    variants: tuple[Variant, ...]

    @property
    def is_sum(self) -> bool:
        """Whether it is a pool over the whole image, which adds up rows as they come."""
        return not self.variants


def members(calls: Sequence[Call[Any]]) -> tuple[Member, ...] | None:
    """The operators of a fused node; None where they can't run row by row.

    Each tensor between them has one reader. All images are alone in their batch, of int8, with rows of whole words.
    """
    made: dict[str, int] = {}
    outer: list[str] = []
    found = []
    for number, call in enumerate(calls):
        member = _member(call, made, outer)
        if member is None:
            return None
        made[call.output.name] = number
        found.append(member)
    read = [edge.source for member in found for edge in member.edges if edge.source is not None]
    if sorted(read) != list(range(len(found) - 1)) or any(member.is_sum for member in found[:-1]):
        return None
    return tuple(found)


def _member(call: Call[Any], made: dict[str, int], outer: list[str]) -> Member | None:
    inputs = [tensor for tensor in call.inputs if tensor is not None and not tensor.is_constant]
    if not all(_is_image(tensor) for tensor in (*inputs, call.output)):
        return None
    if call.op == "ADD":
        if any(tensor.shape != call.output.shape for tensor in inputs) or len(inputs) != 2:
            return None
        window = Window((1, 1), (1, 1))
    elif call.op in WINDOWED:
        window = call.options.window
    else:
        return None
    height, row_bytes = call.output.shape[1], _row_bytes(call.output)
    is_sum = _is_sum(call)
    rows = 1 if is_sum else (window.kernel[0] - 1) * window.dilation[0] + 1
    edges = []
    for tensor in inputs:
        if tensor.name not in made and tensor.name not in outer:
            outer.append(tensor.name)
        source = made.get(tensor.name)
        index = 0 if source is not None else outer.index(tensor.name)
        is_direct = source is None and (rows == 1 or rows * _row_bytes(tensor) > LARGEST_COPY)
        stride = 1 if is_sum else window.stride[0]
        fill = tensor.zero_point
        edges.append(
            Edge(
                source,
                index,
                rows,
                stride,
                window.before[0],
                window.after[0],
                tensor.shape[1],
                _row_bytes(tensor),
                fill,
                is_direct,
            )
        )
    if not all(_is_possible(edge) for edge in edges) or (height > 1 and row_bytes % WORD):
        return None
    if call.op not in PADDED and (window.before[0] or window.after[0]):
        return None
    if any(edge.is_direct and edge.inside(y)[0] >= edge.inside(y)[1] for edge in edges for y in (0, height - 1)):
        return None
    variants = () if is_sum else _variants(call, edges, height)
    return Member(call, tuple(edges), height, row_bytes, variants)


def _is_image(tensor: Tensor) -> bool:
    return tensor.dtype == "int8" and len(tensor.shape) == 4 and tensor.shape[0] == 1


def _row_bytes(tensor: Tensor) -> int:
    return tensor.shape[2] * tensor.shape[3]


def _is_possible(edge: Edge) -> bool:
    """Rows are made once, one after the other; those that lie in memory as a whole are read in words."""
    if edge.is_direct:
        return edge.row_bytes % WORD == 0
    return edge.rows >= edge.stride and (edge.source is None or edge.row_bytes % WORD == 0)


def _is_sum(call: Call[Any]) -> bool:
    return (
        call.op == "AVERAGE_POOL_2D" and call.options.window.kernel == call.input.shape[1:3] and call.input.shape[1] > 1
    )


def _variants(call: Call[Any], edges: Sequence[Edge], height: int) -> tuple[Variant, ...]:
    first = edges[0]
    if not first.is_direct or len(edges) > 1:
        return (Variant(height - 1, _row_call(call, first.rows, (0, 0))),)
    found: list[Variant] = []
    outside: tuple[int, int] | None = None
    for y in range(height):
        if first.outside(y) != outside:
            outside = first.outside(y)
            found.append(Variant(y, _row_call(call, first.rows - sum(outside), outside)))
        found[-1] = replace(found[-1], last=y)
    return tuple(found)


@lru_cache(maxsize=4096)  # so that equal rows are one call, for which an implementation is chosen once
def _row_call(call: Call[Any], rows: int, outside: tuple[int, int]) -> Call[Any]:
    """A call that computes one row from `rows` rows and `outside` of padding above and below."""

    def cut(tensor: Tensor, height: int) -> Tensor:
        return replace(tensor, shape=(1, height, *tensor.shape[2:]), view_of=None)

    options = call.options
    if call.op in WINDOWED:
        window = options.window
        before, after = ((outside[i], padding[1]) for i, padding in enumerate((window.before, window.after)))
        # What lies to the right of the last column that the kernel sees stays as it is.
        options = replace(options, window=replace(window, before=before, after=after))
    inputs = tuple(tensor if tensor is None or tensor.is_constant else cut(tensor, rows) for tensor in call.inputs)
    return replace(call, options=options, inputs=inputs, outputs=(cut(call.output, 1),))
