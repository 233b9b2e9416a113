"""Boards come from TOML files, and what is wrong in one is named."""

from pathlib import Path

import pytest

from tinyq.emulator.device.peripherals import peripherals_of
from tinyq.errors import TinyqError
from tinyq.firmware.board import board_names, load_board, read_board
from tinyq.firmware.cpu import CPUS
from tinyq.resources import boards_folder

NANO33 = (boards_folder() / "nano33.toml").read_text()


def refusal(tmp_path: Path, text: str) -> str:
    """What tinyq says about a board file `wrong.toml`, without the folder's name."""
    path = tmp_path / "wrong.toml"
    path.write_text(text)
    with pytest.raises(TinyqError) as caught:
        read_board(path)
    return str(caught.value).replace(f"{tmp_path}/", "")


@pytest.mark.parametrize("name", board_names())
def test_every_board_loads(name: str) -> None:
    board = load_board(name)
    assert board.name == name
    assert board.processor is CPUS[board.cpu]
    assert 0 < board.stack_bytes < board.ram.bytes


def test_the_nano33_is_as_its_data_sheet_says() -> None:
    board = load_board("nano33")
    assert (board.cpu, board.clock_hz) == ("cortex-m4", 64_000_000)
    assert (board.flash.origin, board.flash.origin + board.flash.bytes) == (0x10000, 1024 * 1024)
    assert (board.ram.origin, board.ram.bytes) == (0x20000000, 256 * 1024)
    assert (board.serial.driver, board.serial.baud) == ("nrf_uarte", 115200)
    assert board.serial.parameters == {"base": 0x40002000, "tx_port": 1, "tx_pin": 3, "rx_port": 1, "rx_pin": 10}


def test_an_alias_finds_its_board() -> None:
    assert load_board("nano33ble") is load_board("nano33")


def test_no_two_boards_share_a_name() -> None:
    names = [name for board in map(load_board, board_names()) for name in (board.name, *board.aliases)]
    assert len(names) == len(set(names))


def test_an_unknown_board_is_answered_with_the_nearest_and_all() -> None:
    with pytest.raises(TinyqError) as caught:
        load_board("nano3")
    assert str(caught.value) == (
        f"unknown board 'nano3'; known boards: {', '.join(board_names())}\n"
        "  hint: did you mean nano33? `tinyq boards` describes each"
    )


def test_a_name_unlike_any_gets_no_guess() -> None:
    with pytest.raises(TinyqError) as caught:
        load_board("xyzzy")
    assert caught.value.hint == "`tinyq boards` describes each"


def test_a_file_that_is_no_toml_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path, "title = ") == (
        "wrong.toml: not a TOML file: Invalid value (at end of document)\n"
        "  hint: boards/nano33.toml is a board file to compare it with"
    )


def test_an_unknown_key_is_named_with_the_accepted_ones(tmp_path: Path) -> None:
    assert refusal(tmp_path, "colour = 1\n" + NANO33) == (
        "wrong.toml: unknown key colour\n"
        "  hint: keys of a board: title, aliases, cpu, clock_hz, interrupts, stack_bytes, flash, ram, clock, serial, "
        "flash_wait_cycles, flash_line_bytes, flash_methods, boot, uf2_family, virtual, qemu_machine, frameworks, "
        "active_current"
    )


def test_a_missing_key_is_named_with_its_section(tmp_path: Path) -> None:
    assert refusal(tmp_path, NANO33.replace("origin = 0x2000_0000\n", "")) == (
        "wrong.toml: key ram.origin is missing\n  hint: keys of [ram]: origin, bytes"
    )


def test_a_value_of_the_wrong_type_is_named(tmp_path: Path) -> None:
    assert refusal(tmp_path, NANO33.replace("64_000_000", '"64 MHz"')).startswith(
        "wrong.toml: clock_hz = '64 MHz' is not an integer\n"
    )


def test_an_unknown_processor_is_answered_with_all(tmp_path: Path) -> None:
    assert refusal(tmp_path, NANO33.replace("cortex-m4", "cortex-m9")) == (
        "wrong.toml: cpu = 'cortex-m9' is unknown\n"
        "  hint: accepted: cortex-m0, cortex-m0plus, cortex-m3, cortex-m4, cortex-m7, cortex-m33, cortex-m55"
    )


def test_an_unknown_driver_is_answered_with_all(tmp_path: Path) -> None:
    assert refusal(tmp_path, NANO33.replace('"nrf_uarte"', '"telegraph"')) == (
        "wrong.toml: serial.driver = 'telegraph' is unknown\n"
        "  hint: accepted: cmsdk_uart, nrf_uarte, rp2040_uart, stm32_usart_v1, stm32_usart_v2"
    )


def test_what_a_driver_asks_for_must_be_there(tmp_path: Path) -> None:
    assert refusal(tmp_path, NANO33.replace("tx_pin = 3\n", "")) == (
        "wrong.toml: key serial.tx_pin is missing\n"
        "  hint: keys of [serial]: driver, baud, base, rx_pin, rx_port, tx_pin, tx_port"
    )


def test_what_a_framework_is_called_must_be_complete(tmp_path: Path) -> None:
    assert refusal(tmp_path, NANO33.replace('board = "nano33ble"\n', "")) == (
        "wrong.toml: key frameworks.arduino.board is missing\n  hint: keys of [frameworks.arduino]: platform, board"
    )


def test_boot_code_lies_in_front_of_the_vector_table() -> None:
    assert load_board("rpi_pico").vector_table == 0x1000_0100
    assert load_board("nano33").vector_table == 0x0001_0000


@pytest.mark.parametrize("name", board_names())
def test_every_board_is_either_real_and_can_be_flashed_or_virtual_and_runs_in_qemu(name: str) -> None:
    board = load_board(name)
    assert board.virtual == (board.qemu_machine is not None) == (not board.flash_methods)


@pytest.mark.parametrize("name", board_names())
def test_every_board_has_its_drivers_emulated(name: str) -> None:
    board = load_board(name)
    emulated = {block.name for block in peripherals_of(board)}
    assert any("UART" in block or "USART" in block for block in emulated)
    assert len(emulated) >= (1 if board.virtual else 3)


def test_what_a_processor_draws_must_be_complete_and_more_than_nothing(tmp_path: Path) -> None:
    keys = "keys of [active_current]: microamperes, clock_hz, millivolts, source"
    assert refusal(tmp_path, NANO33.replace("millivolts = 3000\n", "")) == (
        f"wrong.toml: key active_current.millivolts is missing\n  hint: {keys}"
    )
    assert refusal(tmp_path, NANO33.replace("millivolts = 3000\n", 'millivolts = "3 V"\n')) == (
        f"wrong.toml: active_current.millivolts = '3 V' is not an integer\n  hint: {keys}"
    )
    assert refusal(tmp_path, NANO33.replace("microamperes = 3300\n", "microamperes = 0\n")) == (
        "wrong.toml: active_current.microamperes = 0; accepted: more than 0\n  hint: or leave the section out"
    )


def test_energy_is_time_times_voltage_times_current() -> None:
    current = load_board("nano33").active_current
    assert current is not None
    assert current.joules(64_000_000) == pytest.approx(3.0 * 3.3e-3)  # a second at 64 MHz


def test_energy_of_a_figure_per_megahertz_does_not_depend_on_the_clock() -> None:
    current = load_board("nucleo_l4r5zi").active_current
    assert current is not None
    assert current.joules(120_000_000) == pytest.approx(3.3 * 12e-3)  # a second at 120 MHz: 100 µA * 120


def test_what_no_maker_has_published_a_current_of_has_none() -> None:
    virtual = [board for board in map(load_board, board_names()) if board.virtual]
    assert virtual
    assert all(board.active_current is None for board in virtual)
    assert all(board.active_current.source for board in map(load_board, board_names()) if board.active_current)
