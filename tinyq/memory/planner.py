"""Finds the place of every block in the arena, as small an arena as a bounded search reaches.

Blocks are put one by one at the lowest free place; the order decides how well that goes. The search starts from the
usual orders (size, size times duration, time) and improves the best one by moving blocks forward, with a fixed seed
so that the same graph always gets the same plan. It stops at the lower bound: the most bytes in use at one time.
"""

import random
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tinyq.memory.lifetimes import Block

TRIES = 2_000  # orders tried for up to 32 blocks; fewer for larger graphs, whose every try takes longer


@dataclass(frozen=True)
class Plan:
    """Where each block lies.

    Attributes:
        blocks: all of them.
        offsets: byte offset in the arena of every tensor and scratch, by name.
        arena_bytes: size of the arena.
    """

    blocks: tuple[Block, ...]
    offsets: Mapping[str, int]
    arena_bytes: int


def plan_memory(blocks: Sequence[Block]) -> Plan:
    """The smallest plan found for `blocks`."""
    best = _search(blocks)
    offsets = {name: best[block] for block in blocks for name in block.members}
    return Plan(tuple(blocks), offsets, _peak(best))


def lower_bound(blocks: Iterable[Block]) -> int:
    """No plan is smaller than the most bytes in use at one time."""
    blocks = list(blocks)
    times = {block.first for block in blocks}
    return max((live_bytes(blocks, time) for time in times), default=0)


def live_bytes(blocks: Iterable[Block], time: int) -> int:
    """Bytes in use at `time`."""
    return sum(block.bytes for block in blocks if block.first <= time <= block.last)


def _search(blocks: Sequence[Block]) -> dict[Block, int]:
    bound = lower_bound(blocks)
    orders = [
        sorted(blocks, key=lambda block: (-block.bytes, block.first, block.name)),
        sorted(blocks, key=lambda block: (-block.bytes * (block.last - block.first + 1), block.first, block.name)),
        sorted(blocks, key=lambda block: (block.first, -block.bytes, block.name)),
        sorted(blocks, key=lambda block: (-block.last, -block.bytes, block.name)),
    ]
    placements = [(_peak(placed), order, placed) for order in orders for placed in [_place(order)]]
    peak, order, best = min(placements, key=lambda found: found[0])
    chance = random.Random(0)
    for _ in range(min(TRIES, TRIES * 32**2 // max(1, len(blocks)) ** 2)):
        if peak == bound:
            break
        other = list(order)
        other.insert(chance.randrange(len(other)), other.pop(chance.randrange(len(other))))
        placed = _place(other)
        if _peak(placed) <= peak:
            peak, order, best = _peak(placed), other, placed
    return best


def _place(order: Sequence[Block]) -> dict[Block, int]:
    placed: dict[Block, int] = {}
    for block in order:
        offset = 0
        for other, start in sorted(placed.items(), key=lambda item: item[1]):
            if block.is_live_with(other):
                if offset + block.bytes <= start:
                    break
                offset = max(offset, start + other.bytes)
        placed[block] = offset
    return placed


def _peak(placed: Mapping[Block, int]) -> int:
    return max((offset + block.bytes for block, offset in placed.items()), default=0)
