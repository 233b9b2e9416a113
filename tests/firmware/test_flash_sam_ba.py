"""Flashing by SAM-BA: a pseudo-terminal plays Arduino's bootloader and keeps what is written."""

import errno
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from support.built_board import Silent, write_build
from support.sam_ba_board import VERSION, SamBaBoard
from support.serial_line import SerialLine

from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board
from tinyq.firmware.flash import sam_ba
from tinyq.firmware.flashing import flash_image
from tinyq.tools.serial_port import PortInfo, port_error

NANO33 = load_board("nano33")
ORANGE = "double tap the board's reset button"


@pytest.fixture
def out(tiny_elf: Path, tmp_path: Path) -> Path:
    return write_build(tmp_path / "out", tiny_elf, NANO33)


def flashed(board: SamBaBoard, out: Path) -> str:
    with SerialLine(board.answer) as line:
        said = flash_image(out, NANO33, line.name, "sam_ba", Silent())
        return said.replace(line.name, "PORT")


def refusal(board: SamBaBoard, out: Path) -> str:
    with SerialLine(board.answer) as line:
        with pytest.raises(TinyqError) as caught:
            flash_image(out, NANO33, line.name, "sam_ba", Silent())
        return str(caught.value).replace(line.name, "PORT")


def plugged_in(monkeypatch: pytest.MonkeyPatch, *ports: PortInfo) -> None:
    def listed() -> Sequence[PortInfo]:
        return ports

    monkeypatch.setattr(sam_ba, "serial_ports", listed)


def test_the_image_is_written_verified_and_started(out: Path) -> None:
    board, image = SamBaBoard(), (out / "firmware.bin").read_bytes()
    pages = -(-len(image) // 4096)
    assert flashed(board, out) == (
        f"flashed tiny onto Arduino Nano 33 BLE at PORT by sam_ba: {len(image):,} bytes; {pages} pages verified"
    )
    assert board.flash[: len(image)] == image
    assert set(board.flash[len(image) :]) == {0xFF}
    assert board.started


def test_the_commands_are_those_that_bossac_sends(out: Path) -> None:
    board = SamBaBoard()
    flashed(board, out)
    assert board.commands[:7] == [
        "N#",
        "V#",
        "I#",
        "X00000000#",
        "S00000034,00001000#",
        "Y00000034,0#",
        "Y00000000,00001000#",
    ]
    assert board.commands[-1] == "K#"


def test_flash_that_keeps_a_byte_wrong_is_noticed(out: Path) -> None:
    board = SamBaBoard(flips=True)
    assert refusal(board, out) == (
        "PORT: verification failed: the page at 0x0 is not what was written\n"
        "  hint: double tap the reset button and flash again; if it fails again, try another cable"
    )
    assert not board.started


def test_a_bootloader_that_can_not_verify_says_so(out: Path) -> None:
    board = SamBaBoard(version=VERSION.replace(b"Z", b""))
    assert flashed(board, out).endswith("; not verified: this bootloader can't")


def test_another_processor_is_refused(out: Path) -> None:
    assert refusal(SamBaBoard(device=b"R7FA4M1AB"), out) == (
        "PORT: the bootloader runs on 'R7FA4M1AB'; Arduino Nano 33 BLE has 'nRF52840'\n"
        "  hint: this is another board: give the right port with --port"
    )


def test_a_bootloader_without_arduinos_extensions_is_refused(out: Path) -> None:
    assert refusal(SamBaBoard(version=b"v1.1 Dec 15 2010"), out) == (
        "PORT: the bootloader 'v1.1 Dec 15 2010' lacks Arduino's extensions\n"
        "  hint: update the bootloader from Arduino's IDE, or flash with a debug probe (--method pyocd)"
    )


def test_silence_ends_with_what_to_press(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinyq.firmware.flash._sam_ba_protocol._PAGE_SECONDS", 0.3)
    assert refusal(SamBaBoard(silent_after=0), out) == (
        "PORT: the bootloader does not answer (set binary mode)\n"
        f"  hint: {ORANGE}, so that its bootloader runs, and try again"
    )


def test_a_board_that_stops_in_the_middle_is_named_with_the_step(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tinyq.firmware.flash._sam_ba_protocol._PAGE_SECONDS", 0.3)
    assert refusal(SamBaBoard(silent_after=6), out).startswith(
        "PORT: the bootloader does not answer (write the page at 0x0)\n"
    )


def test_an_interruption_says_what_the_board_holds(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tinyq.firmware.flash._sam_ba_protocol.SamBa.write_page", interrupt)
    assert refusal(SamBaBoard(), out) == (
        "flashing Arduino Nano 33 BLE at PORT was interrupted: it may hold half an image\n"
        "  hint: run `tinyq flash` again: the bootloader or the probe is still there"
    )


def test_a_running_sketch_is_touched_and_its_bootloader_found_at_another_port(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    board, touched = SamBaBoard(), []
    with SerialLine(lambda _: b"") as sketch, SerialLine(board.answer) as boot:
        plugged_in(monkeypatch, PortInfo(sketch.name, "Nano 33 BLE", "2341:805a"))

        def touch(port: str) -> None:
            touched.append(port)
            plugged_in(monkeypatch, PortInfo(boot.name, "Nano 33 BLE", "2341:005a"))

        monkeypatch.setattr(sam_ba, "_touch", touch)
        said = flash_image(out, NANO33, None, None, Silent())
        assert f"at {sketch.name} by sam_ba" in said
    assert touched == [sketch.name]
    assert board.started


def test_a_bootloader_that_runs_is_not_touched(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    board = SamBaBoard()
    monkeypatch.setattr(sam_ba, "_touch", pytest.fail)
    with SerialLine(board.answer) as boot:
        plugged_in(monkeypatch, PortInfo(boot.name, "Nano 33 BLE", "2341:005a"))
        flash_image(out, NANO33, None, None, Silent())
    assert board.started


def test_a_bootloader_that_does_not_appear_is_waited_for_in_vain(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sam_ba, "BOOT_SECONDS", 0.2)
    with SerialLine(lambda _: b"") as sketch:
        plugged_in(monkeypatch, PortInfo(sketch.name, "Nano 33 BLE", "2341:805a"))
        with pytest.raises(TinyqError) as caught:
            flash_image(out, NANO33, None, None, Silent())
        assert str(caught.value) == (
            f"{sketch.name}: the bootloader did not start within 0.2 s\n"
            f"  hint: {ORANGE} (the orange light pulses) and try again"
        )


def test_two_boards_must_be_told_apart(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugged_in(monkeypatch, *(PortInfo(name, "Nano 33 BLE", "2341:005a") for name in ("/dev/ttyACM0", "/dev/ttyACM1")))
    with pytest.raises(TinyqError) as caught:
        flash_image(out, NANO33, None, None, Silent())
    assert str(caught.value) == (
        "2 devices could be the Arduino Nano 33 BLE: /dev/ttyACM0 (Nano 33 BLE), /dev/ttyACM1 (Nano 33 BLE)\n"
        "  hint: name one: --port /dev/ttyACM0"
    )


def test_the_port_of_another_board_is_refused(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugged_in(monkeypatch, PortInfo("/dev/ttyACM7", "Arduino Uno", "2341:0043"))
    with pytest.raises(TinyqError) as caught:
        flash_image(out, NANO33, "/dev/ttyACM7", None, Silent())
    assert str(caught.value) == (
        "/dev/ttyACM7: this is Arduino Uno (USB 2341:0043), not Arduino Nano 33 BLE (USB 2341:005a, 2341:805a)\n"
        "  hint: give the port of the Arduino Nano 33 BLE, or leave --port out"
    )


def test_no_device_says_what_was_looked_for(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugged_in(monkeypatch)
    board = replace(NANO33, flash_methods={"sam_ba": NANO33.flash_methods["sam_ba"]})
    with pytest.raises(TinyqError) as caught:
        flash_image(out, board, None, None, Silent())
    assert str(caught.value) == (
        "no Arduino Nano 33 BLE found; looked for\n"
        "  - sam_ba: a serial port with USB id 2341:805a, 2341:005a (an image of tinyq has no USB: double tap the "
        "reset button, and the bootloader's port appears)\n"
        "  hint: plug the board in, then try again"
    )


def test_a_port_without_the_right_to_open_it_names_group_and_rule() -> None:
    error = port_error("/dev/ttyACM0", PermissionError(errno.EACCES, "Permission denied"))
    assert error.message == "/dev/ttyACM0: permission denied"
    assert error.hint.startswith("join the group that owns it, then log out and in: `sudo usermod -aG ")
    assert error.hint.endswith('or add a udev rule: SUBSYSTEM=="tty", MODE="0660", TAG+="uaccess"')


def test_a_port_that_is_taken_is_said() -> None:
    assert str(port_error("/dev/ttyACM0", OSError(errno.EBUSY, "busy"))) == (
        "/dev/ttyACM0: another program has this port open\n  hint: close serial monitors, and wait for other tinyqs"
    )
