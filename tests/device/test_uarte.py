"""The emulated UARTE refuses what the hardware would not do."""

from collections.abc import Callable

import pytest

from tinyq.emulator.device.machine import Machine
from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board

NANO33 = load_board("nano33")
UARTE, RAM = 0x4000_2000, NANO33.ram.origin
ON = ((0x500, 8),)


@pytest.fixture
def write() -> Callable[..., Machine]:
    """Writes registers of the UARTE of a machine that has not run yet."""
    machine = Machine(bytes(64), NANO33)

    def write(*values: tuple[int, int]) -> Machine:
        for offset, value in values:
            machine.registers.write(UARTE + offset, 4, value)
        return machine

    return write


def test_it_sends_from_ram(write: Callable[..., Machine]) -> None:
    write().write_memory(RAM + 5, b"hello")
    machine = write(*ON, (0x544, RAM + 5), (0x548, 5), (0x008, 1))
    assert machine.sent == b"hello"
    assert machine.registers.read(UARTE + 0x120, 4) == 1
    assert machine.registers.read(UARTE + 0x54C, 4) == 5


def test_it_sends_nothing_while_it_is_off(write: Callable[..., Machine]) -> None:
    with pytest.raises(TinyqError) as caught:
        write((0x544, RAM), (0x548, 1), (0x008, 1))
    assert str(caught.value) == ("UARTE: a transfer was started while it is off\n  hint: write 8 to its ENABLE first")


def test_it_does_not_reach_flash(write: Callable[..., Machine]) -> None:
    with pytest.raises(TinyqError) as caught:
        write(*ON, (0x544, NANO33.flash.origin), (0x548, 4), (0x008, 1))
    assert str(caught.value) == (
        "UARTE: EasyDMA is to transfer 4 bytes at 0x00010000, but it reaches RAM only\n"
        "  hint: copy what is to be sent into RAM first"
    )


def test_a_received_byte_fills_the_buffer_and_interrupts(write: Callable[..., Machine]) -> None:
    machine = write(*ON, (0x534, RAM), (0x538, 2), (0x304, 1 << 4), (0x000, 1))
    machine.deliver(b"a")
    assert machine.registers.read(UARTE + 0x110, 4) == 0
    machine.deliver(b"bc")
    assert machine.registers.read(UARTE + 0x110, 4) == 1
    assert machine.read_memory(RAM, 2) == b"ab"
    assert machine.system.pending == {16 + 2}
    assert machine.received == b"c"
