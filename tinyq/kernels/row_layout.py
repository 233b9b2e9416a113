"""Where a fused node keeps the rows that it works on, in its scratch.

A window holds the rows that a member's kernel sees; they move up when it goes on to its next row. A row that a member
hands to one that sees a single row may lie over the rows of its own window that no later row sees, or in the output.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tinyq.kernels.base import Implementation
from tinyq.kernels.rows import WORD, Edge, Member
from tinyq.ops import Call

Key = tuple[int, int]  # a member and one of its edges
Run = Sequence[tuple[Call[Any], Implementation]]  # the variants of a member, and what runs each


@dataclass(frozen=True)
class Layout:
    """Offsets in the scratch.

    Attributes:
        orders: for each member its edges in the order in which their rows are made.
        windows: offset of the rows of each edge that is not direct; None where they are made in the node's output.
        scratches: offset of the scratch of each member's kernels.
        sums: offset of the sums of a last member that adds up rows.
        bytes: of all.
    """

    orders: tuple[tuple[int, ...], ...]
    windows: dict[Key, int | None]
    scratches: tuple[int, ...]
    sums: int
    bytes: int


@dataclass(frozen=True)
class _Piece:
    """Something to place: a member's scratch or, with the number of an edge, a row; and when it is in use."""

    key: tuple[int, int | None]
    bytes: int
    first: int
    last: int


def layout(members: Sequence[Member], runs: Sequence[Run]) -> Layout:
    """The layout of a fused node whose members run by `runs`."""
    root = len(members) - 1
    in_output = _made_in_output(members[root], runs[root], members)
    orders = tuple(_order(member, in_output if number == root else None) for number, member in enumerate(members))
    windows, resting, top = _windows(members, runs)
    sums = top
    top += 4 * members[root].row_bytes if members[root].is_sum else 0
    if in_output is not None:
        windows[root, in_output] = None
    for key, edge in _single_rows(members):
        if key not in windows and edge.source in resting:
            windows[key] = resting[edge.source]
            if _is_in_place(members[key[0]], runs[key[0]]):
                resting[key[0]] = resting[edge.source]
    times = _times(members, orders)
    sizes = [max((how.scratch_bytes(call) for call, how in run), default=0) for run in runs]
    pieces = [_Piece((number, None), _words(size), times[number], times[number]) for number, size in enumerate(sizes)]
    pieces += [
        _Piece(key, _words(edge.row_bytes), times[source], times[key[0]])
        for key, edge in _single_rows(members)
        if key not in windows and (source := edge.source) is not None
    ]
    places, size = _placed(pieces, top)
    for (number, index), place in places.items():
        if index is not None:
            windows[number, index] = place
    return Layout(orders, windows, tuple(places[number, None] for number in range(len(members))), sums, size)


def _windows(members: Sequence[Member], runs: Sequence[Run]) -> tuple[dict[Key, int | None], dict[int, int], int]:
    """The places of the windows, those where members' rows may lie over their own windows, and the end of all."""
    hands_over = {edge.source for _, edge in _single_rows(members)}
    windows: dict[Key, int | None] = {}
    resting: dict[int, int] = {}
    top = 0
    for number, member in enumerate(members):
        for index, edge in enumerate(member.edges):
            if edge.is_direct or (edge.rows == 1 and edge.source is not None):
                continue
            lead = _lead_over_window(member, edge, runs[number])
            if number in hands_over and lead is not None:
                resting[number] = top
                top -= lead
            windows[number, index] = top
            top += _words(edge.window_bytes)
    return windows, resting, top


def _single_rows(members: Sequence[Member]) -> list[tuple[Key, Edge]]:
    """The edges by which a member hands row after row to another."""
    return [
        ((number, index), edge)
        for number, member in enumerate(members)
        for index, edge in enumerate(member.edges)
        if edge.source is not None and edge.rows == 1
    ]


def _words(size: int) -> int:
    return -(-size // WORD) * WORD


def _lead_over_window(member: Member, edge: Edge, run: Run) -> int | None:
    """Where a member's row starts, from its window on, in whole words and not behind it; None where it lies elsewhere.

    It must not reach into the rows that the next output row sees as well.
    """
    leads = [overlap.lead for call, how in run for overlap in how.overlaps(call)]
    if member.is_sum or len(member.edges) > 1 or edge.rows == 1 or len(leads) < len(run):
        return None
    lead = min(*leads, edge.stride * edge.row_bytes - member.row_bytes, 0) // WORD * WORD
    return lead if lead > -member.row_bytes else None


def _is_in_place(member: Member, run: Run) -> bool:
    """Whether a member's row may lie where the single row lies that it is made of."""
    return (
        len(member.edges) == 1
        and member.row_bytes <= member.edges[0].row_bytes
        and len(run) == 1
        and all(any(overlap.lead >= 0 for overlap in how.overlaps(call)) for call, how in run)
    )


def _made_in_output(root: Member, run: Run, members: Sequence[Member]) -> int | None:
    """The edge of the last member whose rows may be made where its own output row goes, which then lies over them."""
    if root.is_sum:
        return None
    for index, edge in enumerate(root.edges):
        if edge.source is None or edge.rows != 1 or edge.row_bytes != root.row_bytes:
            continue
        name = root.call.inputs[index]
        maker = members[edge.source]
        if name is None or any(not below.is_direct and below.rows > 1 for below in maker.edges):
            continue  # it may lie over its own window
        if all(
            any(overlap.tensor.name == name.name and overlap.lead >= 0 for overlap in how.overlaps(call))
            for call, how in run
        ):
            return index
    return None


def _order(member: Member, last: int | None) -> tuple[int, ...]:
    return tuple(sorted(range(len(member.edges)), key=lambda index: index == last))


def _times(members: Sequence[Member], orders: Sequence[Sequence[int]]) -> list[int]:
    """When each member runs for one row of the last."""
    times = [0] * len(members)
    clock = 0

    def run(number: int) -> None:
        nonlocal clock
        for index in orders[number]:
            source = members[number].edges[index].source
            if source is not None:
                run(source)
        times[number] = clock
        clock += 1

    run(len(members) - 1)
    return times


def _placed(pieces: Sequence[_Piece], start: int) -> tuple[dict[tuple[int, int | None], int], int]:
    """Each piece at the lowest place from `start` on that is free, large ones first; and where the last one ends."""
    placed: list[tuple[int, _Piece]] = []
    for piece in sorted(pieces, key=lambda each: -each.bytes):
        place = start
        for low, other in sorted(placed, key=lambda found: found[0]):
            if piece.first <= other.last and other.first <= piece.last:
                if place + piece.bytes <= low:
                    break
                place = max(place, low + other.bytes)
        placed.append((place, piece))
    return {piece.key: place for place, piece in placed}, max([start, *(low + piece.bytes for low, piece in placed)])
