"""Flashing by copying: a folder plays the drive, and a thread the board behind it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from support.built_board import Silent, write_build

from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board
from tinyq.firmware.flash import drive
from tinyq.firmware.flashing import flash_image

NANO33 = load_board("nano33")
PICO = load_board("rpi_pico").flash_methods["drive"]
# The tiny image is linked for the nano33; the drive does not look into it.
BOARD = replace(NANO33, title="Drive Board", flash_methods={"drive": {**PICO, "file": "hex"}})
INFO = "UF2 Bootloader v3.0\nModel: Raspberry Pi RP2\nBoard-ID: RPI-RP2\n"


@pytest.fixture
def out(tiny_elf: Path, tmp_path: Path) -> Path:
    return write_build(tmp_path / "out", tiny_elf, NANO33)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A mounted drive of the board, beside one that is not."""
    folder, other = tmp_path / "RPI-RP2", tmp_path / "STICK"
    folder.mkdir()
    other.mkdir()
    (folder / "INFO_UF2.TXT").write_text(INFO)
    monkeypatch.setattr(drive, "mounted_drives", lambda: [other, folder])
    monkeypatch.setattr(drive, "TAKE_SECONDS", 1.0)
    return folder


@contextmanager
def board_behind(folder: Path, expected: bytes, failure: str | None = None) -> Iterator[list[bytes]]:
    """Takes the file once it is whole, as a bootloader does; then the drive is empty again."""
    taken: list[bytes] = []

    def take() -> None:
        copy, deadline = folder / "firmware.hex", time.monotonic() + 5
        while time.monotonic() < deadline:
            if copy.exists() and copy.stat().st_size == len(expected):
                taken.append(copy.read_bytes())
                if failure is not None:
                    (folder / "FAIL.TXT").write_text(failure)
                copy.unlink()
                return
            time.sleep(0.01)

    thread = threading.Thread(target=take)
    thread.start()
    try:
        yield taken
    finally:
        thread.join()


def refusal(out: Path, port: str | None = None) -> str:
    with pytest.raises(TinyqError) as caught:
        flash_image(out, BOARD, port, None, Silent())
    return str(caught.value)


def test_the_drive_is_found_and_takes_the_file(out: Path, folder: Path) -> None:
    content = (out / "firmware.hex").read_bytes()
    with board_behind(folder, content) as taken:
        said = flash_image(out, BOARD, None, None, Silent())
    assert said.startswith(f"flashed tiny onto Drive Board at {folder} by drive: ")
    assert said.endswith("; taken by the board")
    assert taken == [content]


def test_a_named_drive_is_taken(out: Path, folder: Path) -> None:
    with board_behind(folder, (out / "firmware.hex").read_bytes()) as taken:
        flash_image(out, BOARD, str(folder), None, Silent())
    assert taken


def test_another_board_s_drive_is_refused(out: Path, folder: Path) -> None:
    (folder / "INFO_UF2.TXT").write_text(INFO.replace("RPI-RP2", "SAMD21"))
    assert refusal(out, str(folder)) == (
        f"{folder}: not the drive of Drive Board: INFO_UF2.TXT there names another board\n"
        "  hint: accepted: a drive whose INFO_UF2.TXT holds 'Board-ID: RPI-RP2'"
    )
    assert not (folder / "firmware.hex").exists()


def test_an_ordinary_stick_is_refused(out: Path, folder: Path) -> None:
    stick = folder.parent / "STICK"
    assert refusal(out, str(stick)).startswith(
        f"{stick}: not the drive of Drive Board: INFO_UF2.TXT there is missing\n"
    )


def test_no_drive_says_how_to_get_one(out: Path, folder: Path) -> None:
    (folder / "INFO_UF2.TXT").unlink()
    assert refusal(out) == (
        "no Drive Board found; looked for\n"
        "  - drive: a mounted drive whose INFO_UF2.TXT holds 'Board-ID: RPI-RP2' (hold BOOTSEL while you plug the "
        "board in; see that it is mounted)\n"
        "  hint: plug the board in, then try again"
    )


def test_what_the_board_writes_about_a_failure_is_shown(out: Path, folder: Path) -> None:
    with board_behind(folder, (out / "firmware.hex").read_bytes(), "error: bad hex\r\ntype: user\r\n"):
        said = refusal(out)
    assert said == (
        f"{folder}/FAIL.TXT: the board refused the image: error: bad hex type: user\n"
        "  hint: unplug the board, plug it in, and flash again"
    )


def test_a_drive_that_keeps_the_file_has_not_taken_it(out: Path, folder: Path) -> None:
    assert refusal(out) == (
        f"{folder}: verification failed: the board has not taken firmware.hex within 1 s\n"
        "  hint: unplug the board, plug it in, and flash again; a drive that keeps the file takes another kind of image"
    )


def test_a_full_or_locked_drive_is_said(out: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(drive, "_copy", refuse)
    assert refusal(out) == (
        f"{folder}/firmware.hex: could not write: Permission denied\n"
        "  hint: see that the drive is mounted for you to write to it"
    )


def test_a_drive_that_goes_away_with_the_last_byte_has_taken_it(
    out: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def restart(*_: object) -> None:
        (folder / "INFO_UF2.TXT").unlink()
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(drive, "_copy", restart)
    assert flash_image(out, BOARD, None, None, Silent()).endswith("; taken by the board")
