"""Which registers answer at which address."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence

from tinyq.emulator.device.peripherals import Peripheral
from tinyq.errors import TinyqError

# As many equal reads in a row, and nothing but a reset would end the wait. A start-up that gives up after a while
# (a crystal that does not start) must get that far.
MOST_EQUAL_READS = 1_000_000


class RegisterMap:
    """All register blocks of a machine, by address.

    Attributes:
        unknown_reads: how often each address was read that no block claims.
    """

    def __init__(self, blocks: Sequence[Peripheral]) -> None:
        self._blocks = sorted(blocks, key=lambda block: block.base)
        self._starts = [block.base for block in self._blocks]
        self.unknown_reads: Counter[int] = Counter()
        self._last: tuple[int, int] | None = None
        self._repeats = 0

    def read(self, address: int, size: int) -> int:
        """The value at `address`; 0 where no block claims it.

        Raises:
            TinyqError: the program waits for a value that does not come.
        """
        block = self._block(address)
        if block is None:
            self.unknown_reads[address] += 1
            value = 0
        else:
            value = block.read(address - block.base, size)
        self._watch(address, value)
        return value

    def write(self, address: int, size: int, value: int) -> None:
        """Give `value` to the block at `address`, if there is one."""
        self._last = None
        block = self._block(address)
        if block is not None:
            block.write(address - block.base, size, value)

    def _watch(self, address: int, value: int) -> None:
        if self._last != (address, value):
            self._last, self._repeats = (address, value), 0
            return
        self._repeats += 1
        if self._repeats >= MOST_EQUAL_READS:
            raise TinyqError(
                f"the firmware waits for {self.name(address)}, which reads {value:#x} for ever",
                "what starts it was not started, or the emulator lacks this peripheral",
            )

    def name(self, address: int) -> str:
        """A register for people, such as `UARTE+0x120 (0x40002120)`."""
        block = self._block(address)
        return f"{address:#010x}" if block is None else f"{block.name}+{address - block.base:#x} ({address:#010x})"

    def _block(self, address: int) -> Peripheral | None:
        index = bisect_right(self._starts, address) - 1
        if index < 0:
            return None
        block = self._blocks[index]
        return block if address - block.base < block.size else None
