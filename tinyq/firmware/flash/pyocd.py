"""A debug probe (SWD), on the board or beside it, through the program pyocd."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from tinyq.errors import TinyqError
from tinyq.firmware.flash import Device, Keys, Wanted

KEYS = Keys({"target": str})  # how pyocd calls the processor

INSTALL = "python -m pip install 'tinyq[probe]'"
_UNKNOWN_TARGET = "cortex_m"  # what pyocd says of a probe that sits on no board
_LIST_SECONDS, _FLASH_SECONDS = 60.0, 600.0
_UDEV = (
    'let yourself use USB probes: put the rule SUBSYSTEM=="usb", ATTR{idVendor}=="0d28", MODE="0666" (the vendor that '
    "`lsusb` shows) into /etc/udev/rules.d/50-probe.rules, run `sudo udevadm control --reload`, plug the probe in again"
)


def find(wanted: Wanted) -> Sequence[Device]:
    """Probes that sit on this board, or on none that pyocd knows."""
    devices = []
    for probe in probes():
        on_board = probe.get("target") in (_UNKNOWN_TARGET, None, wanted.parameters["target"])
        if on_board and wanted.port in (None, probe["unique_id"]):
            devices.append(Device(probe["unique_id"], probe.get("info", "debug probe")))
    return devices


def looked_for(_wanted: Wanted) -> str:
    """A probe, and the program if that is missing."""
    missing = "" if command() is not None else f"; pyocd is not installed: {INSTALL}"
    return f"a debug probe that pyocd knows{missing}"


def flash(device: Device, wanted: Wanted) -> str:
    """Load the image, read it back, start it."""
    which = ["-W", "-t", wanted.parameters["target"], "-u", device.address]
    image = wanted.image
    wanted.display.stage(f"writing through {device.title}")
    _pyocd(["load", *which, "--no-reset", image.file("hex").name], image.folder, wanted)
    wanted.display.stage("verifying")
    compare = f"compare {wanted.board.flash.origin:#x} {image.file('bin').name}"
    said = _pyocd(["commander", *which, "-c", compare, "-c", "reset"], image.folder, wanted)
    if f"All {len(image.content)} bytes match" not in said:
        raise TinyqError(
            f"verification failed: {_first(said, 'ismatch')}", "flash again; if it fails again, try a shorter SWD cable"
        )
    return "read back and verified"


def command() -> list[str] | None:
    """The command that runs pyocd: from PATH, else from this Python environment; None where it is not installed."""
    program = shutil.which("pyocd")
    if program is not None:
        return [program]
    return [sys.executable, "-m", "pyocd"] if find_spec("pyocd") is not None else None


def probes() -> list[dict[str, Any]]:
    """The probes that are plugged in, as `pyocd json --probes` lists them; none where pyocd is not installed.

    Raises:
        TinyqError: pyocd fails.
    """
    if command() is None:
        return []
    done = _run(["json", "--probes"], Path.cwd(), _LIST_SECONDS)
    try:
        found = json.loads(done.stdout)
        return [probe for probe in found["boards"] if probe["unique_id"]]
    except (ValueError, KeyError, TypeError) as error:
        raise _error(done.stdout + done.stderr) from error


def _pyocd(arguments: list[str], folder: Path, wanted: Wanted) -> str:
    done = _run(arguments, folder, _FLASH_SECONDS)
    said = done.stdout + done.stderr
    if done.returncode != 0:
        raise _error(said, wanted.parameters["target"])
    return said


def _run(arguments: list[str], folder: Path, seconds: float) -> subprocess.CompletedProcess[str]:
    program = command()
    assert program is not None
    try:
        return subprocess.run(
            [*program, *arguments],
            cwd=folder,
            timeout=seconds,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
            errors="replace",
        )
    except subprocess.TimeoutExpired as error:
        raise TinyqError(
            f"pyocd {arguments[0]} did not finish within {seconds:g} s", "unplug the probe, plug it in, and try again"
        ) from error


def _error(said: str, target: str = "") -> TinyqError:
    if "not recognized" in said:
        return TinyqError(
            f"pyocd does not know the target {target!r} yet", f"fetch its description: pyocd pack install {target}"
        )
    if re.search(r"No (connected|available) debug probe|No target device available", said):
        return TinyqError("pyocd finds the probe no more", "plug it in again, and give the board power")
    if re.search(r"[Aa]ccess denied|[Pp]ermission|Errno 13", said):
        return TinyqError(f"pyocd may not use the probe: {_first(said, '')}", _UDEV)
    return TinyqError(
        f"pyocd failed: {_first(said, ' C ', ' E ', 'rror')}",
        "check the SWD wires and the board's power, and try again",
    )


def _first(said: str, *signs: str) -> str:
    """The first line that holds one of `signs`, else the last one."""
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["it said nothing"]
    return next((line for sign in signs for line in lines if sign in line), lines[-1])
