"""FUSED_ROWS: each row of the output asks for the rows that it needs; each member's rows are computed once.

A member computes a row by the implementation that is best for an image of so few rows, chosen as for a whole layer.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from tinyq.kernels.base import Implementation, Part, Target
from tinyq.kernels.candidates import candidates, room_for, within
from tinyq.kernels.row_layout import Layout, layout
from tinyq.kernels.rows import Edge, Member, members
from tinyq.ops import Call, Kernel, Overlap
from tinyq.ops.fused_rows import FusedOptions
from tinyq.ops.pool import output_range

OP = "FUSED_ROWS"


@dataclass(frozen=True)
class RowEdge:
    """An edge as the template sees it; `place` is the offset of its rows in the scratch, None in the output."""

    edge: Edge
    place: int | None


@dataclass(frozen=True)
class RowMember:
    """A member as the template sees it.

    Attributes:
        edges: its inputs.
        order: numbers of the edges in the order in which their rows are made.
        variants: for each the last row that it is for, and the key of its part.
        scratch: offset of its kernels' scratch.
    """

    member: Member
    edges: tuple[RowEdge, ...]
    order: tuple[int, ...]
    variants: tuple[tuple[int, str], ...]
    scratch: int


@dataclass(frozen=True, eq=False)
class FusedKernel(Kernel):
    """The members, the last of which writes the output; `sums`, `low` and `high` are for one that adds up rows."""

    members: tuple[RowMember, ...]
    inputs: int
    has_scratch: bool
    sums: int
    low: int
    high: int


@dataclass(frozen=True)
class _Prepared:
    members: tuple[Member, ...]
    runs: tuple[tuple[tuple[Call[Any], Implementation], ...], ...]
    layout: Layout


@dataclass(frozen=True)
class FusedRows(Implementation):
    """Its members' kernels are the fastest for `target` that take at most `room` bytes; None: as many as they like."""

    target: Target
    room: int | None = None
    op = OP
    template = "fused_rows"

    def applies(self, call: Call[FusedOptions], target: Target) -> bool:
        return members(call.options.members) is not None

    def cycles(self, call: Call[FusedOptions]) -> float:
        return sum(
            how.cycles(row) * member.height / len(run)
            for member, run in zip(self._prepared(call).members, self._prepared(call).runs, strict=True)
            for row, how in run
        )

    def kernel(self, call: Call[FusedOptions]) -> FusedKernel:
        prepared = self._prepared(call)
        where = prepared.layout
        shown = tuple(
            RowMember(
                member,
                tuple(RowEdge(edge, where.windows.get((number, index))) for index, edge in enumerate(member.edges)),
                where.orders[number],
                tuple((variant.last, _key(number, index)) for index, variant in enumerate(member.variants)),
                where.scratches[number],
            )
            for number, member in enumerate(prepared.members)
        )
        last = prepared.members[-1]
        low, high = output_range(last.call) if last.is_sum else (0, 0)
        return FusedKernel(shown, len(call.inputs), where.bytes > 0, where.sums, low, high)

    def parts(self, call: Call[FusedOptions]) -> Mapping[str, Part]:
        return {
            _key(number, index): Part(row, how)
            for number, run in enumerate(self._prepared(call).runs)
            for index, (row, how) in enumerate(run)
        }

    def scratch_bytes(self, call: Call[FusedOptions]) -> int:
        return self._prepared(call).layout.bytes

    def overlaps(self, call: Call[FusedOptions]) -> tuple[Overlap, ...]:
        prepared = self._prepared(call)
        return tuple(
            Overlap(tensor, _lead(list(_accesses(prepared, index)), tensor.bytes))
            for index, tensor in enumerate(call.inputs)
            if tensor is not None
        )

    def _prepared(self, call: Call[FusedOptions]) -> _Prepared:
        return _prepare(call.options.members, self.target, self.room)


def fused_options(call: Call[FusedOptions], target: Target) -> tuple[FusedRows, ...]:
    """The ways to run a fused node: with as much room for scratch as its members' kernels can use, then with less."""
    found = members(call.options.members)
    assert found is not None
    rows = [variant.call for member in found for variant in member.variants]
    rooms = {room_for(row, how) for row in rows for how in candidates(row, target)} | {0}
    return tuple(FusedRows(target, room) for room in sorted(rooms, reverse=True))


def _key(member: int, variant: int) -> str:
    return f"row{member}" if variant == 0 else f"row{member}_{variant}"


@lru_cache(maxsize=256)
def _prepare(calls: tuple[Call[Any], ...], target: Target, room: int | None) -> _Prepared:
    found = members(calls)
    assert found is not None
    runs = tuple(
        tuple((variant.call, within(variant.call, target, room)) for variant in member.variants) for member in found
    )
    return _Prepared(found, runs, layout(found, runs))


@dataclass(frozen=True)
class _Access:
    """Bytes of an input that are read, or of the output that are written.

    Attributes:
        limit: the largest lead with which a write does not destroy what its own kernel reads.
    """

    is_write: bool
    start: int
    end: int
    limit: int | None = None


def _accesses(prepared: _Prepared, index: int) -> Iterator[_Access]:
    """What happens to input `index` and the output, in order."""
    root = prepared.members[-1]
    for y in range(root.edges[0].height if root.is_sum else root.height):
        yield from _row(prepared, len(prepared.members) - 1, y, index, y)
    if root.is_sum:
        yield _Access(is_write=True, start=0, end=root.row_bytes)


def _row(prepared: _Prepared, number: int, y: int, index: int, output_row: int | None) -> Iterator[_Access]:
    """Row `y` of member `number`, which goes to row `output_row` of the output; None: elsewhere."""
    member = prepared.members[number]
    for at in prepared.layout.orders[number]:
        edge = member.edges[at]
        if edge.is_direct:
            continue
        start, end = edge.inside(y)
        if y > 0:
            start = max(start, edge.inside(y - 1)[1])
        in_output = prepared.layout.windows[number, at] is None
        for row in range(start, end):
            if edge.source is not None:
                yield from _row(prepared, edge.source, row, index, output_row if in_output else None)
            elif edge.index == index:
                yield _Access(is_write=False, start=row * edge.row_bytes, end=(row + 1) * edge.row_bytes)
    limits = []
    for at, edge in enumerate(member.edges):
        if edge.is_direct and edge.index == index:
            start, end = (row * edge.row_bytes for row in edge.inside(y))
            yield _Access(is_write=False, start=start, end=end)
            if output_row is not None and not member.is_sum:
                lead = (
                    _lead_of_a_row(prepared.runs[number], at, member.row_bytes) if edge.rows == 1 else -member.row_bytes
                )
                limits.append(start - output_row * member.row_bytes + lead)
    if output_row is not None and not member.is_sum:
        start = output_row * member.row_bytes
        yield _Access(is_write=True, start=start, end=start + member.row_bytes, limit=min(limits, default=None))


def _lead_of_a_row(run: Sequence[tuple[Call[Any], Implementation]], index: int, row_bytes: int) -> int:
    """How far behind input `index` the kernels of a member may write; a row in front of it if they say nothing."""
    return min(
        max([-row_bytes, *(each.lead for each in how.overlaps(call) if each.tensor is call.inputs[index])])
        for call, how in run
    )


def _lead(accesses: Sequence[_Access], input_bytes: int) -> int:
    """How far behind an input's start the output may start, so that no write destroys what a later access reads."""
    lead, needed = input_bytes, input_bytes
    for access in reversed(accesses):
        if access.is_write:
            lead = lead if access.limit is None else min(lead, access.limit)
            lead = min(lead, needed - access.end) if needed < input_bytes else lead
        else:
            needed = min(needed, access.start)
    return lead
