"""Checks of what is plugged in, and of the right to use it."""

import os

from tinyq.doctor.result import Result
from tinyq.errors import TinyqError
from tinyq.firmware.board import board_names, load_board
from tinyq.firmware.flash.pyocd import INSTALL, command, probes
from tinyq.tools.serial_port import PortInfo, permission_hint, serial_ports


def check_ports() -> Result:
    """The serial ports, and the boards behind those whose USB ids a board's description names."""
    ports, boards = serial_ports(), _boards_by_usb_id()
    if not ports:
        return Result("serial ports", "missing", "none", "plug a board in, with a cable that carries data")
    return Result("serial ports", "ok", ", ".join(_port_text(port, boards) for port in ports))


def check_permissions() -> Result:
    """Whether this user may open the ports that there are."""
    refused = [port.name for port in serial_ports() if not os.access(port.name, os.R_OK | os.W_OK)]
    if os.name == "nt" or not refused:
        return Result("permissions", "ok", "all serial ports can be opened")
    return Result("permissions", "missing", f"no right to open {', '.join(refused)}", permission_hint(refused[0]))


def check_probes() -> Result:
    """The debug probes that pyocd sees."""
    if command() is None:
        return Result("debug probes", "missing", "pyocd is not installed", f"only to flash through a probe: {INSTALL}")
    try:
        found = [f"{probe.get('info', 'probe')} ({probe['unique_id']})" for probe in probes()]
    except TinyqError as error:
        return Result("debug probes", "missing", error.message, error.hint)
    return Result("debug probes", "ok", ", ".join(found) or "pyocd is there, no probe is plugged in")


def _boards_by_usb_id() -> dict[str, str]:
    boards = [load_board(name) for name in board_names()]
    return {
        usb_id: board.name
        for board in boards
        for parameters in board.flash_methods.values()
        for key in ("usb", "boot_usb")
        for usb_id in parameters.get(key, ())
    }


def _port_text(port: PortInfo, boards: dict[str, str]) -> str:
    board = boards.get(port.usb_id)
    return f"{port.name} ({board or port.title or 'unknown'})"
