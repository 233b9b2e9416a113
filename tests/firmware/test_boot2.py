"""The RP2040's second boot stage: its checksum, and what it does to the flash chip, instruction by instruction."""

import shutil

import pytest
from support.board_images import tiny_image

from tinyq.emulator.device.core import Core
from tinyq.firmware.board import load_board
from tinyq.firmware.image import binary
from tinyq.firmware.toolchain import Toolchain

PICO = load_board("rpi_pico")
STAGE_BYTES = 256
PLACE = 0x2004_1F00  # RP2040 Datasheet, 2.8.1.3.1: where the boot ROM copies it
SSI, PADS, SYSTEM = 0x1800_0000, 0x4002_0000, 0xE000_E000
DR0, SR, SSIENR, CTRLR0, SPI_CTRLR0, BAUDR = 0x60, 0x28, 0x08, 0x00, 0xF4, 0x14
QUAD_ENABLE = 2

needs_gcc = pytest.mark.skipif(shutil.which("arm-none-eabi-gcc") is None, reason="arm-none-eabi-gcc is not installed")


class _FlashChip:
    """The serial interface of the RP2040 with a flash chip behind it that answers commands of one or two bytes."""

    def __init__(self, status2: int) -> None:
        self.status2, self.busy_polls = status2, 3
        self.registers: dict[int, int] = {SSIENR: 1}
        self.commands: list[tuple[int, ...]] = []
        self._frame: list[int] = []
        self._answers: list[int] = []

    def read(self, offset: int) -> int:
        if offset == SR:
            self._end_frame()
            return 4
        return self._answers.pop(0) if offset == DR0 else self.registers.get(offset, 0)

    def write(self, offset: int, value: int) -> None:
        if offset == DR0:
            assert self.registers[SSIENR] == 1, "the interface is off"
            self._frame.append(value)
        else:
            assert offset == SSIENR or self.registers[SSIENR] == 0, "set up while it is on"
            self.registers[offset] = value

    def _end_frame(self) -> None:
        if not self._frame:
            return
        frame, self._frame = tuple(self._frame), []
        self.commands.append(frame)
        answer = {0x35: self.status2, 0x05: int(self.busy_polls > 0)}.get(frame[0], 0)
        self.busy_polls -= frame[0] == 0x05
        if frame[0] == 0x31:
            self.status2 = frame[1]
        self._answers = [0] * (len(frame) - 1) + [answer]


def run_stage(stage: bytes, chip: _FlashChip) -> Core:
    """What the boot ROM does; ends where the stage starts the image."""
    core, vector = Core("cortex-m0plus"), {}
    core.map_memory(0x2000_0000, 0x4_2000, writable=True)
    core.map_memory(PICO.flash.origin, 0x1000, writable=False)
    core.write_memory(PLACE, stage)
    core.write_memory(PICO.vector_table, (0x2000_1000).to_bytes(4, "little") + (0x1000_0201).to_bytes(4, "little"))
    core.map_registers(SSI, 0x1000, lambda at, _: chip.read(at - SSI), lambda at, _, value: chip.write(at - SSI, value))
    core.map_registers(PADS, 0x1000, lambda *_: 0x52, lambda *_: None)
    core.map_registers(SYSTEM, 0x1000, lambda *_: 0, lambda at, _, value: vector.update({at: value}))
    core.write("sp", 0x2004_0000)
    core.write("pc", PLACE)
    core.execute(0x1000_0200, 1.0)
    assert vector == {0xE000_ED08: PICO.vector_table}
    return core


def stage_of(toolchain: Toolchain) -> bytes:
    return binary(tiny_image("rpi_pico", toolchain), PICO)[:STAGE_BYTES]


def crc32_mpeg2(data: bytes) -> int:
    """RP2040 Datasheet, 2.8.1.3.1: polynomial 0x04C11DB7, from all ones, nothing reflected, nothing inverted."""
    crc = 0xFFFF_FFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C1_1DB7 if crc >> 31 else 0)) & 0xFFFF_FFFF
    return crc


@pytest.mark.parametrize("toolchain", ["zig", pytest.param("gcc", marks=needs_gcc)])
def test_the_boot_rom_accepts_its_checksum(toolchain: Toolchain) -> None:
    stage = stage_of(toolchain)
    assert int.from_bytes(stage[252:], "little") == crc32_mpeg2(stage[:252])


def test_it_sets_the_flash_up_and_starts_the_image() -> None:
    chip = _FlashChip(QUAD_ENABLE)
    core = run_stage(stage_of("zig"), chip)
    assert chip.commands == [(0x35, 0), (0xEB, 0xA0)]
    assert chip.registers[SSIENR] == 1
    assert chip.registers[CTRLR0] == 2 << 21 | 31 << 16 | 3 << 8  # four lines, 32 bits, a read after its address
    assert (
        chip.registers[SPI_CTRLR0] == 0xA0 << 24 | 4 << 11 | 8 << 2 | 2
    )  # mode bits, wait cycles, address, all on four
    assert chip.registers[BAUDR] % 2 == 0
    assert core.read("msp") == 0x2000_1000
    assert core.read("pc") == 0x1000_0200


def test_it_enables_four_lines_in_a_chip_that_has_them_off() -> None:
    chip = _FlashChip(0)
    run_stage(stage_of("zig"), chip)
    assert chip.commands == [(0x35, 0), (0x06,), (0x31, 2), (0x05, 0), (0x05, 0), (0x05, 0), (0x05, 0), (0xEB, 0xA0)]
    assert chip.status2 == QUAD_ENABLE
