"""Finds the place of every block in the arena, as small an arena as a bounded search reaches.

Blocks are put one by one at the lowest place that is free for them; the order decides how well that goes. The search
starts from the usual orders (size, size times duration, time) and improves the best one by moving blocks forward, with
a fixed seed so that the same graph always gets the same plan. It stops at the lower bound of tinyq/memory/bound.py.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tinyq.memory.bound import lower_bound
from tinyq.memory.lifetimes import Block

TRIES = 3_000  # orders tried for small graphs
EFFORT = 6_000_000  # pairs of blocks looked at; fewer tries for larger graphs, whose every try takes longer

# For a block: others, and the open interval of offsets, relative to the other's, that it must stay out of.
Pairs = Sequence[Sequence[tuple[int, int, int]]]


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

    def live_ranges(self, first: int, last: int) -> list[tuple[int, int]]:
        """Start and end of the parts of the arena that hold something from time `first` to `last`, in order."""
        held = [block for block in self.blocks if block.first <= first and block.last >= last]
        ranges: list[tuple[int, int]] = []
        for start, end in sorted((self.offsets[block.name], self.offsets[block.name] + block.bytes) for block in held):
            if ranges and start <= ranges[-1][1]:
                ranges[-1] = (ranges[-1][0], max(end, ranges[-1][1]))
            else:
                ranges.append((start, end))
        return ranges

    def live_bytes(self, time: int) -> int:
        """Bytes in use at `time`; what lies over something else counts once."""
        return sum(end - start for start, end in self.live_ranges(time, time))

    def dead_ranges(self, time: int) -> list[tuple[int, int]]:
        """Start and end of the parts that hold nothing between `time` and the next, in order."""
        held = self.live_ranges(time, time + 1)
        starts, ends = [0, *(end for _, end in held)], [*(start for start, _ in held), self.arena_bytes]
        return [(start, end) for start, end in zip(starts, ends, strict=True) if start < end]


def plan_memory(blocks: Sequence[Block]) -> Plan:
    """The smallest plan found for `blocks`."""
    offsets = _search(blocks)
    names = {block.name: offset for block, offset in zip(blocks, offsets, strict=True)}
    return Plan(tuple(blocks), names, _peak(blocks, offsets))


def _search(blocks: Sequence[Block]) -> list[int]:
    bound, pairs = lower_bound(blocks), _pairs(blocks)
    best, order = min(
        ((_place(order, pairs), order) for order in _first_orders(blocks)), key=lambda found: _peak(blocks, found[0])
    )
    peak, chance = _peak(blocks, best), random.Random(0)
    for _ in range(min(TRIES, EFFORT // (1 + sum(map(len, pairs))))):
        if peak == bound:
            break
        other = _moved(order, blocks, best, peak, chance)
        placed = _place(other, pairs)
        if _peak(blocks, placed) <= peak:
            peak, order, best = _peak(blocks, placed), other, placed
    return best


def _first_orders(blocks: Sequence[Block]) -> list[list[int]]:
    keys = (
        [(-block.bytes, block.first, block.name) for block in blocks],
        [(-block.bytes * (block.last - block.first + 1), block.first, block.name) for block in blocks],
        [(block.first, -block.bytes, block.name) for block in blocks],
        [(-block.last, -block.bytes, block.name) for block in blocks],
    )
    return [sorted(range(len(blocks)), key=key.__getitem__) for key in keys]


def _moved(
    order: Sequence[int], blocks: Sequence[Block], offsets: Sequence[int], peak: int, chance: random.Random
) -> list[int]:
    """Another order: a block that reaches up to the peak is put earlier, or any block anywhere."""
    other = list(order)
    if chance.random() < 0.5:
        highest = [place for place, index in enumerate(order) if offsets[index] + blocks[index].bytes == peak]
        moved = chance.choice(highest)
        other.insert(chance.randrange(moved + 1), other.pop(moved))
    else:
        other.insert(chance.randrange(len(other)), other.pop(chance.randrange(len(other))))
    return other


def _pairs(blocks: Sequence[Block]) -> Pairs:
    pairs: list[list[tuple[int, int, int]]] = [[] for _ in blocks]
    by_time = sorted(range(len(blocks)), key=lambda index: blocks[index].first)
    for position, one in enumerate(by_time):
        for other in by_time[position + 1 :]:
            if blocks[other].first > blocks[one].last:
                break
            low, high = _interval(blocks[one], blocks[other])
            if low < high:
                pairs[other].append((one, low, high))
                pairs[one].append((other, -high, -low))
    return pairs


def _interval(one: Block, other: Block) -> tuple[int, int]:
    """The open interval of offsets that `other` must stay out of, relative to that of `one`; both are in use."""
    low, high = -other.bytes, one.bytes
    for name, lead in other.over:
        if name == one.name:
            low = max(low, lead)
    for name, lead in one.over:
        if name == other.name:
            high = min(high, -lead)
    return low, high


def _place(order: Sequence[int], pairs: Pairs) -> list[int]:
    offsets = [-1] * len(pairs)
    for index in order:
        place = 0
        for low, high in sorted(
            [(offsets[other] + low, offsets[other] + high) for other, low, high in pairs[index] if offsets[other] >= 0]
        ):
            if place <= low:
                break
            place = max(place, high)
        offsets[index] = place
    return offsets


def _peak(blocks: Sequence[Block], offsets: Sequence[int]) -> int:
    return max((offset + block.bytes for block, offset in zip(blocks, offsets, strict=True)), default=0)
