"""Flashing through a probe: a script on PATH plays pyocd 0.46, with a file as the flash."""

import json
import os
import sys
from pathlib import Path

import pytest
from support.built_board import Silent, write_build

from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board
from tinyq.firmware.flash import pyocd
from tinyq.firmware.flashing import flash_image

NANO33 = load_board("nano33")
PROBE = {"unique_id": "E6614", "info": "Raspberry Pi Debugprobe", "target": "cortex_m"}
_FAKE = f"""#!{sys.executable}
import json, os, pathlib, sys
here = pathlib.Path(__file__).parent
plan = json.loads((here / "plan.json").read_text())
with (here / "calls").open("a") as calls: calls.write(json.dumps(sys.argv[1:]) + "\\n")
if sys.argv[1] == "json":
    print(json.dumps({{"status": 0, "boards": plan["probes"]}}))
elif sys.argv[1] == "load":
    if plan.get("error"): sys.exit(print(plan["error"], file=sys.stderr) or 1)
    assert pathlib.Path(sys.argv[-1]).is_file()
else:
    size = os.stat("firmware.bin").st_size
    print("Mismatched byte at 0x00010000 (offset 0x0): 0xff (memory) != 0x00 (file)" if plan.get("differs")
          else f"All {{size}} bytes match.")
"""


@pytest.fixture
def out(tiny_elf: Path, tmp_path: Path) -> Path:
    return write_build(tmp_path / "out", tiny_elf, NANO33)


class FakePyocd:
    """The script and what it is to do."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        program = folder / "pyocd"
        program.write_text(_FAKE)
        program.chmod(0o755)
        self.plan(probes=[PROBE])

    def plan(self, **plan: object) -> None:
        """What to answer from now on."""
        (self._folder / "plan.json").write_text(json.dumps({"probes": [PROBE], **plan}))

    @property
    def calls(self) -> list[list[str]]:
        """The arguments of each call."""
        return [json.loads(line) for line in (self._folder / "calls").read_text().splitlines()]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePyocd:
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
    return FakePyocd(folder)


def refusal(out: Path, port: str | None = None) -> str:
    with pytest.raises(TinyqError) as caught:
        flash_image(out, NANO33, port, "pyocd", Silent())
    return str(caught.value)


def test_the_image_is_loaded_compared_and_started(out: Path, fake: FakePyocd) -> None:
    said = flash_image(out, NANO33, None, "pyocd", Silent())
    assert said.endswith("; read back and verified")
    which = ["-W", "-t", "nrf52840", "-u", "E6614"]
    assert fake.calls == [
        ["json", "--probes"],
        ["load", *which, "--no-reset", "firmware.hex"],
        ["commander", *which, "-c", "compare 0x10000 firmware.bin", "-c", "reset"],
    ]


def test_flash_that_differs_is_noticed(out: Path, fake: FakePyocd) -> None:
    fake.plan(differs=True)
    assert refusal(out) == (
        "verification failed: Mismatched byte at 0x00010000 (offset 0x0): 0xff (memory) != 0x00 (file)\n"
        "  hint: flash again; if it fails again, try a shorter SWD cable"
    )


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            "0000311 C Target type nrf52840 not recognized. Use 'pyocd list --targets'",
            "pyocd does not know the target 'nrf52840' yet\n  hint: fetch its description: pyocd pack install nrf52840",
        ),
        (
            "0000311 E No target device available [load_cmd]",
            "pyocd finds the probe no more\n  hint: plug it in again, and give the board power",
        ),
        (
            "usb.core.USBError: [Errno 13] Access denied (insufficient permissions)",
            (
                "pyocd may not use the probe: usb.core.USBError: [Errno 13] Access denied (insufficient permissions)\n"
                '  hint: let yourself use USB probes: put the rule SUBSYSTEM=="usb", ATTR{idVendor}=="0d28", '
                'MODE="0666" (the vendor that `lsusb` shows) into /etc/udev/rules.d/50-probe.rules, run '
                "`sudo udevadm control --reload`, plug the probe in again"
            ),
        ),
        (
            "0000001 I fine\n0000300 C SWD/JTAG communication failure (No ACK) [__main__]",
            (
                "pyocd failed: 0000300 C SWD/JTAG communication failure (No ACK) [__main__]\n"
                "  hint: check the SWD wires and the board's power, and try again"
            ),
        ),
    ],
)
def test_what_pyocd_says_is_explained(out: Path, fake: FakePyocd, said: str, message: str) -> None:
    fake.plan(error=said)
    assert refusal(out) == message


def test_several_probes_must_be_told_apart(out: Path, fake: FakePyocd) -> None:
    fake.plan(probes=[PROBE, {**PROBE, "unique_id": "B2"}])
    assert refusal(out) == (
        "2 devices could be the Arduino Nano 33 BLE: E6614 (Raspberry Pi Debugprobe), B2 (Raspberry Pi Debugprobe)\n"
        "  hint: name one: --port E6614"
    )
    flash_image(out, NANO33, "B2", "pyocd", Silent())
    assert fake.calls[-1][5] == "B2"


def test_the_probe_on_another_board_is_not_taken(out: Path, fake: FakePyocd) -> None:
    fake.plan(probes=[{"unique_id": "9904", "info": "BBC micro:bit", "target": "nrf52833"}])
    assert refusal(out) == (
        "no Arduino Nano 33 BLE found; looked for\n"
        "  - pyocd: a debug probe that pyocd knows\n"
        "  hint: plug the board in, then try again"
    )


def test_without_pyocd_it_says_how_to_install_it(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyocd, "command", lambda: None)
    assert (
        "\n  - pyocd: a debug probe that pyocd knows; pyocd is not installed: python -m pip install 'tinyq[probe]'\n"
        in (refusal(out))
    )
