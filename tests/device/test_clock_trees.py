"""What the emulated clocks refuse: a board whose start-up code or TOML is wrong must not boot as if nothing were."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from support.board_images import build, tiny_image

from tinyq.emulator.device.machine import Machine
from tinyq.emulator.device.peripherals._stm32 import Flags, followed
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board, board_names, load_board

CHECKED = [name for name in board_names() if load_board(name).clock.driver.startswith(("stm32", "rp2040"))]


def refusal(elf: Path, board: Board) -> str:
    """Why an image does not boot."""
    with pytest.raises(TinyqError) as caught:
        Machine.load(elf, board).run()
    return caught.value.message


@pytest.mark.parametrize("name", CHECKED)
def test_another_speed_than_promised_is_refused(name: str) -> None:
    board = load_board(name)
    faster = replace(board, clock_hz=board.clock_hz + 1_000_000)
    complaint = f"the processor runs at {board.clock_hz:,} Hz, {name}.toml promises {faster.clock_hz:,} Hz"
    assert complaint in refusal(tiny_image(name), faster)


@pytest.mark.parametrize("name", CHECKED)
def test_another_baud_rate_than_promised_is_refused(name: str) -> None:
    board = load_board(name)
    other = replace(board, serial=replace(board.serial, baud=9600))
    assert f"baud, {name}.toml promises 9,600" in refusal(tiny_image(name), other)


def test_the_whole_text_names_the_block_and_the_culprit() -> None:
    board = load_board("nucleo_l4r5zi")
    with pytest.raises(TinyqError) as caught:
        Machine.load(tiny_image(board.name), replace(board, clock_hz=1)).run()
    assert re.fullmatch(
        r"RCC: the processor runs at 120,000,000 Hz, nucleo_l4r5zi.toml promises 1 Hz, in serial_start\+0x[0-9a-f]+\n"
        r"  hint: this is a fault of the board's clock driver or TOML file",
        str(caught.value),
    )


@pytest.mark.parametrize(
    ("name", "change", "complaint"),
    [
        ("nucleo_l4r5zi", {"flash_wait_states": 4}, "RCC: 4 wait states are too few for 120,000,000 Hz"),
        ("nucleo_l4r5zi", {"vddio2": 0}, "RCC: pin tx is not connected: found function None, wanted 8"),
        ("nucleo_l4r5zi", {"pll_m": 8}, "RCC: 2,000,000 Hz enter the PLL, 2.66 to 16 MHz may"),
        ("nucleo_f446re", {"over_drive": 0}, "RCC: 180,000,000 Hz at a voltage for 168,000,000 Hz"),
        ("nucleo_f446re", {"apb1_divider": 2}, "RCC: APB1 at 90,000,000 Hz, APB2 at 90,000,000 Hz"),
        (
            "blackpill_f411ce",
            {"pll_n": 500},
            "RCC: the PLL's oscillator runs at 500,000,000 Hz, 100 to 432 MHz are allowed",
        ),
        ("nucleo_h743zi", {"flash_wait_states": 1}, "RCC: 1 wait states are too few for 200,000,000 Hz"),
        ("nucleo_h743zi", {"pll_n": 418}, "RCC: 418,000,000 Hz, AXI 209,000,000 Hz, at a voltage for 400,000,000 Hz"),
        ("nucleo_u575zi", {"flash_wait_states": 3}, "RCC: 3 wait states are too few for 160,000,000 Hz"),
        ("nucleo_u575zi", {"boost_divider": 8}, "RCC: the voltage booster gets 2,000,000 Hz, 4 to 16 MHz it must be"),
        (
            "rpi_pico",
            {"pll_feedback": 140},
            "CLOCKS: the PLL's oscillator runs at 1,680,000,000 Hz, 750 to 1600 MHz are allowed",
        ),
    ],
)
def test_a_wrong_setting_is_refused(name: str, change: dict[str, int], complaint: str, tmp_path: Path) -> None:
    board = load_board(name)
    changed = replace(board, clock=replace(board.clock, parameters={**board.clock.parameters, **change}))
    assert refusal(build(tmp_path, changed), changed).startswith(complaint)


def test_without_its_crystal_a_board_goes_on_at_the_same_speed(monkeypatch: pytest.MonkeyPatch) -> None:
    def dead(word: int, flags: Flags) -> int:
        return followed(word, flags) & ~(1 << 17)  # HSERDY

    monkeypatch.setattr("tinyq.emulator.device.peripherals.stm32f4.followed", dead)
    machine = Machine.load(tiny_image("blackpill_f411ce"), load_board("blackpill_f411ce"))
    machine.run()
    assert machine.sent.endswith(b"self-test: passed\n")
