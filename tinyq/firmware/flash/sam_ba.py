"""Arduino's SAM-BA bootloader over USB serial: no probe, no driver, nothing to install."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from tinyq.errors import TinyqError
from tinyq.firmware.flash import Device, Keys, Wanted
from tinyq.firmware.flash._sam_ba_protocol import PAGE_BYTES, SamBa
from tinyq.tools.serial_port import PortInfo, open_port, port_errors, serial_ports

# usb: the board while an application with USB runs; boot_usb: while its bootloader runs; device: how the bootloader
# calls the processor.
KEYS = Keys({"usb": list, "boot_usb": list, "device": str})

BOOT_SECONDS = 8.0  # for the bootloader's port to appear
_TOUCH_BAUD = 1200  # opening the port at this speed means: start the bootloader
_BAUD = 921600
_ERASED = b"\xff"


def find(wanted: Wanted) -> Sequence[Device]:
    """Ports of the board, whichever of application and bootloader runs; a port that was named is taken at its word."""
    ids = {*wanted.parameters["usb"], *wanted.parameters["boot_usb"]}
    ports = {port.name: port for port in serial_ports()}
    if wanted.port is None:
        return [Device(port.name, port.title) for port in ports.values() if port.usb_id in ids]
    named = ports.get(wanted.port)
    if named is None:
        is_port = Path(wanted.port).is_char_device()
        return [Device(wanted.port, "serial port")] if is_port else []
    if named.usb_id and named.usb_id not in ids:
        raise TinyqError(
            f"{named.name}: this is {named.title or 'another device'} (USB {named.usb_id}), not {wanted.board.title} "
            f"(USB {', '.join(sorted(ids))})",
            f"give the port of the {wanted.board.title}, or leave --port out",
        )
    return [Device(named.name, named.title)]


def looked_for(wanted: Wanted) -> str:
    """The USB ids, and how the bootloader is called up."""
    ids = ", ".join([*wanted.parameters["usb"], *wanted.parameters["boot_usb"]])
    return (
        f"a serial port with USB id {ids} (an image of tinyq has no USB: double tap the reset button, "
        "and the bootloader's port appears)"
    )


def flash(device: Device, wanted: Wanted) -> str:
    """Call the bootloader up, write all pages, check each, start the application."""
    port = _bootloader(device, wanted)
    pages = _pages(wanted.image.content)
    with _opened(port, wanted) as boot:
        boot.erase()
        for done, (offset, page) in enumerate(pages):
            wanted.display.progress(f"writing to {port}", done, len(pages))
            boot.write_page(offset, page)
        for done, (offset, page) in enumerate(pages if boot.can_verify else ()):
            wanted.display.progress("verifying", done, len(pages))
            _require_page(boot, port, offset, page)
        boot.start()
        return f"{len(pages)} pages verified" if boot.can_verify else "not verified: this bootloader can't"


def _pages(content: bytes) -> list[tuple[int, bytes]]:
    return [
        (offset, content[offset : offset + PAGE_BYTES].ljust(PAGE_BYTES, _ERASED))
        for offset in range(0, len(content), PAGE_BYTES)
    ]


def _require_page(boot: SamBa, port: str, offset: int, page: bytes) -> None:
    if not boot.has_page(offset, page):
        raise TinyqError(
            f"{port}: verification failed: the page at {offset:#x} is not what was written",
            "double tap the reset button and flash again; if it fails again, try another cable",
        )


@contextmanager
def _opened(port: str, wanted: Wanted) -> Iterator[SamBa]:
    with open_port(port, _BAUD) as opened, port_errors(port):
        boot = SamBa(opened)
        if wanted.parameters["device"] not in boot.device:
            raise TinyqError(
                f"{port}: the bootloader runs on {boot.device!r}; {wanted.board.title} has "
                f"{wanted.parameters['device']!r}",
                "this is another board: give the right port with --port",
            )
        yield boot


def _bootloader(device: Device, wanted: Wanted) -> str:
    """The port of the bootloader, called up where it does not run yet."""
    ports = {port.name: port for port in serial_ports()}
    info = ports.get(device.address)
    if info is not None and info.usb_id in wanted.parameters["boot_usb"]:
        return device.address
    wanted.display.stage(f"starting the bootloader behind {device.address}")
    _touch(device.address)
    return _appeared(device.address, info, wanted)


def _touch(port: str) -> None:
    # A line without DTR (a pseudo-terminal) has no board that could be touched.
    with open_port(port, _TOUCH_BAUD) as opened, suppress(OSError):
        opened.dtr = False


def _appeared(port: str, info: PortInfo | None, wanted: Wanted) -> str:
    """Wait for the bootloader's port; a port without USB id (a cable, a test) stays what it is."""
    if info is None or not info.usb_id:
        return port
    deadline = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < deadline:
        found = [one.name for one in serial_ports() if one.usb_id in wanted.parameters["boot_usb"]]
        if found:
            return port if port in found else found[0]
        time.sleep(0.1)
    raise TinyqError(
        f"{port}: the bootloader did not start within {BOOT_SECONDS:g} s",
        "double tap the board's reset button (the orange light pulses) and try again",
    )
