"""Serial ports of this machine, through pyserial; what goes wrong with one becomes an error of ours."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tinyq.errors import TinyqError

WRITE_SECONDS = 5.0  # a port that takes nothing for so long is stuck


@dataclass(frozen=True)
class PortInfo:
    """A serial port as the operating system describes it.

    Attributes:
        name: what opens it, such as /dev/ttyACM0 or COM3.
        title: what the system calls it.
        usb_id: vendor and product such as `2341:805a`; empty where it is not on USB.
    """

    name: str
    title: str
    usb_id: str


class Port(Protocol):
    """The part of pyserial's `Serial` that tinyq uses."""

    name: str
    baudrate: int
    timeout: float | None
    dtr: bool

    @property
    def in_waiting(self) -> int:
        """Bytes that have arrived."""

    def read(self, size: int) -> bytes:
        """At most `size` bytes; fewer after `timeout` seconds."""

    def write(self, data: bytes) -> int | None:
        """Send `data`."""

    def flush(self) -> None:
        """Wait until everything has been sent."""

    def reset_input_buffer(self) -> None:
        """Forget what has arrived."""


def serial_ports() -> tuple[PortInfo, ...]:
    """The ports that there are, sorted by name; those that no hardware is known behind are left out."""
    from serial.tools.list_ports import comports

    found = [
        PortInfo(port.device, port.description or "", f"{port.vid:04x}:{port.pid:04x}" if port.vid is not None else "")
        for port in comports()
        if port.hwid not in (None, "n/a")
    ]
    return tuple(sorted(found, key=lambda port: port.name))


def open_port(name: str, baud: int) -> AbstractContextManager[Port]:
    """The port `name`, opened for this process alone; use it in a `with` statement, which closes it.

    Args:
        name: such as /dev/ttyACM0 or COM3.
        baud: symbols a second.

    Raises:
        TinyqError: there is no such port, or it can't be opened.
    """
    import serial

    try:
        opened: AbstractContextManager[Port] = serial.Serial(
            name, baud, timeout=0.1, write_timeout=WRITE_SECONDS, exclusive=True
        )
    except (serial.SerialException, ValueError, OSError) as error:
        raise port_error(name, error) from error
    return opened


@contextmanager
def port_errors(name: str) -> Iterator[None]:
    """Turn what pyserial raises in here into a `TinyqError` about the port `name`."""
    import serial

    try:
        yield
    except (serial.SerialException, OSError) as error:
        raise port_error(name, error) from error


def port_error(name: str, error: Exception) -> TinyqError:
    """The error that an exception of pyserial means."""
    import serial

    number = getattr(error, "errno", None)
    if isinstance(error, serial.SerialTimeoutException):
        return TinyqError(f"{name}: took no data for {WRITE_SECONDS:g} s", "unplug the board, plug it in, try again")
    if number in (errno.ENOENT, errno.ENXIO, errno.ENODEV) or "FileNotFoundError" in str(error):
        return TinyqError(f"{name}: there is no such serial port", f"ports found: {_known_ports()}")
    if number in (errno.EACCES, errno.EPERM) or "PermissionError" in str(error):
        return TinyqError(f"{name}: permission denied", permission_hint(name))
    if number in (errno.EBUSY, errno.EAGAIN):
        return TinyqError(
            f"{name}: another program has this port open", "close serial monitors, and wait for other tinyqs"
        )
    return TinyqError(f"{name}: the serial port failed: {error}", "unplug the board, plug it in, try again")


def permission_hint(name: str) -> str:
    """How to get the right to open the port `name`."""
    if sys.platform == "win32":
        return "close the program that has the port open"
    group = _group_of(name)
    return (
        f"join the group that owns it, then log out and in: `sudo usermod -aG {group} $USER`; "
        f'or add a udev rule: SUBSYSTEM=="tty", MODE="0660", TAG+="uaccess"'
    )


def _group_of(name: str) -> str:
    import grp

    try:
        return grp.getgrgid(os.stat(name).st_gid).gr_name  # noqa: PTH116 - Path.stat would be longer
    except (OSError, KeyError):
        return "dialout" if Path("/etc/debian_version").exists() else "uucp"


def _known_ports() -> str:
    return ", ".join(port.name for port in serial_ports()) or "none; plug the board in with a cable that carries data"
