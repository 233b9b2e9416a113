"""Which image is flashed, by which way, onto which device; and what stops it before anything is written."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from support.built_board import Silent, write_build

from tinyq.cli import main
from tinyq.errors import TinyqError
from tinyq.firmware.board import board_names, load_board, read_board
from tinyq.firmware.board_parts import Memory
from tinyq.firmware.flash import method, method_keys, method_names
from tinyq.firmware.flashing import flash_image
from tinyq.resources import boards_folder

NANO33 = load_board("nano33")


@pytest.fixture
def out(tiny_elf: Path, tmp_path: Path) -> Path:
    return write_build(tmp_path / "out", tiny_elf, NANO33)


def refusal(out: Path, board: str = "nano33", chosen: str | None = None) -> str:
    with pytest.raises(TinyqError) as caught:
        flash_image(out, load_board(board), None, chosen, Silent())
    return str(caught.value).replace(str(out), "OUT")


@pytest.mark.parametrize("name", method_names())
def test_every_method_has_its_four_names(name: str) -> None:
    found = method(name)
    assert found.KEYS is method_keys(name)
    assert callable(found.find)
    assert callable(found.looked_for)
    assert callable(found.flash)


@pytest.mark.parametrize("name", board_names())
def test_every_board_but_the_virtual_ones_can_be_flashed(name: str) -> None:
    board = load_board(name)
    assert bool(board.flash_methods) != board.virtual


def test_without_a_build_there_is_nothing_to_flash(tmp_path: Path) -> None:
    assert refusal(tmp_path / "out") == (
        "OUT: no image was built there\n"
        "  hint: run `tinyq build MODEL --board nano33` first, or name the folder of a build with --out"
    )


def test_an_image_for_another_board_is_never_flashed(out: Path) -> None:
    assert refusal(out, "microbit_v2") == (
        "OUT: the image was built for nano33, not for microbit_v2\n"
        "  hint: run `tinyq build --board microbit_v2`, or flash with `--board nano33`"
    )


def test_a_report_that_was_changed_by_hand_makes_no_image_of_another_board(out: Path) -> None:
    report = {"board": {"name": "rpi_pico"}, "model": {"name": "tiny"}}
    (out / "report.json").write_text(json.dumps(report))
    assert "outside of the flash of Raspberry Pi Pico\n  hint: build it again for this board" in refusal(
        out, "rpi_pico"
    )


def test_a_report_that_is_none_is_refused(out: Path) -> None:
    (out / "report.json").write_text("{}")
    assert (
        refusal(out)
        == "OUT/report.json: not the report of a build\n  hint: build the firmware again with `tinyq build`"
    )


def test_an_image_that_was_changed_is_refused(out: Path) -> None:
    with (out / "firmware.bin").open("ab") as file:
        file.write(b"more")
    assert refusal(out) == (
        "OUT: firmware.bin and firmware.elf are not of one build\n  hint: build the firmware again with `tinyq build`"
    )


def test_an_image_without_a_file_is_refused(out: Path) -> None:
    (out / "firmware.bin").unlink()
    assert refusal(out) == "OUT/firmware.bin: no such file\n  hint: build the firmware again with `tinyq build`"


def test_an_image_that_is_too_large_is_refused(out: Path) -> None:
    small = replace(NANO33, flash=Memory(NANO33.flash.origin, 1024))
    size = (out / "firmware.bin").stat().st_size
    with pytest.raises(TinyqError) as caught:
        flash_image(out, small, None, None, Silent())
    assert str(caught.value) == (
        f"{out}/firmware.bin: {size} bytes do not fit into the 1024 bytes of flash of Arduino Nano 33 BLE\n"
        "  hint: use a smaller model, or a board with more memory (`tinyq boards` lists them)"
    )


def test_a_method_that_the_board_lacks_is_answered_with_all(out: Path) -> None:
    assert refusal(out, chosen="drive") == (
        "Arduino Nano 33 BLE can't be flashed by 'drive'\n  hint: accepted: --method sam_ba, pyocd, platformio"
    )


def test_a_virtual_board_can_not_be_flashed(out: Path) -> None:
    virtual = replace(NANO33, flash_methods={}, title="Virtual")
    with pytest.raises(TinyqError) as caught:
        flash_image(out, virtual, None, None, Silent())
    assert str(caught.value) == (
        "Virtual can't be flashed: its description names no way\n"
        "  hint: a virtual board runs in the emulator only: tinyq validate --engine device"
    )


def test_the_command_prints_the_error_and_ends_with_1(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["flash", "--board", "nano33", "--out", str(tmp_path / "out")])
    assert result.exit_code == 1
    assert result.output.startswith(f"error: {tmp_path / 'out'}: no image was built there\n  hint: run `tinyq build ")


def test_platformio_uploads_only_projects_that_have_an_uploader(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (out / "project").mkdir()
    (out / "project" / "platformio.ini").write_text("[env:nano33]\nplatform = tinyq\n")
    assert refusal(out, chosen="platformio") == (
        "no Arduino Nano 33 BLE found; looked for\n"
        "  - platformio: a project with an uploader of PlatformIO's (`tinyq build --framework` makes one; "
        "it needs the internet)\n"
        "  hint: plug the board in, then try again"
    )
    uploaded: list[tuple[Path, str | None]] = []
    monkeypatch.setattr("tinyq.firmware.platformio.upload", lambda *given: uploaded.append(given))
    (out / "project" / "platformio.ini").write_text("[env:nano33]\nframework = arduino\n")
    flash_image(out, NANO33, None, "platformio", Silent())
    assert uploaded == [(out / "project", None)]


@pytest.mark.parametrize(
    ("section", "message"),
    [
        (
            "[flash_methods.pigeon]",
            (
                "wrong.toml: flash_methods.pigeon is not a section about a way of flashing\n"
                "  hint: accepted: [flash_methods.drive], [flash_methods.platformio], [flash_methods.pyocd], "
                "[flash_methods.sam_ba]"
            ),
        ),
        (
            '[flash_methods.drive]\ninfo = "I"\ncontains = []\nfile = "hex"\nlabel = "D"',
            (
                "wrong.toml: unknown key flash_methods.drive.label\n"
                "  hint: keys of [flash_methods.drive]: info, contains, file, boot"
            ),
        ),
        (
            "[flash_methods.drive]",
            (
                "wrong.toml: key flash_methods.drive.info is missing\n"
                "  hint: keys of [flash_methods.drive]: info, contains, file, boot"
            ),
        ),
    ],
)
def test_a_board_file_with_a_wrong_way_of_flashing_is_refused(tmp_path: Path, section: str, message: str) -> None:
    path = tmp_path / "wrong.toml"
    text = (boards_folder() / "nano33.toml").read_text().partition("[flash_methods")[0]
    path.write_text(f"{text}\n{section}\n")
    with pytest.raises(TinyqError) as caught:
        read_board(path)
    assert str(caught.value).replace(f"{tmp_path}/", "") == message
