"""How small an arena can be at best: at each time everything in use has to fit, whatever lies over what."""

from collections.abc import Sequence

from tinyq.memory.lifetimes import Block


def lower_bound(blocks: Sequence[Block]) -> int:
    """No plan is smaller than what is in use at one time, less what its outputs can share with their inputs."""
    times = {block.first for block in blocks}
    return max((_least([block for block in blocks if block.first <= time <= block.last]) for time in times), default=0)


def _least(live: Sequence[Block]) -> int:
    sizes = {block.name: block.bytes for block in live}
    return sum(sizes.values()) - sum(
        shared_bytes(block.bytes, [(sizes[name], lead) for name, lead in block.over if name in sizes]) for block in live
    )


def shared_bytes(output: int, inputs: Sequence[tuple[int, int]]) -> int:
    """The most bytes that an output can share with inputs that it may lie over.

    Args:
        output: its bytes.
        inputs: bytes and lead of each; they lie beside each other.
    """
    separate = output + sum(size for size, _ in inputs)
    together = max(output, separate - output)
    for size, lead in inputs:
        # At the latest allowed offset below the input, output and input reach from 0 to `size - lead`.
        together = max(together, min(output + size, max(output, size - min(lead, 0))))
    return separate - together
