"""Puts a built image onto a board: finds the one device, and the method that reaches it."""

from pathlib import Path

from tinyq.errors import TinyqError
from tinyq.firmware.board import Board
from tinyq.firmware.built import load_built
from tinyq.firmware.flash import Device, Display, Wanted, method


def flash_image(folder: Path, board: Board, port: str | None, chosen: str | None, display: Display) -> str:
    """Flash the image in a build's folder, and return a sentence about what was done.

    Args:
        folder: what `tinyq build --out` named.
        board: what is to be flashed.
        port: the device: a serial port, a probe's serial number or a drive's folder; None to find the only one.
        chosen: the method; None for the first of the board's that finds a device.
        display: is told what happens.

    Raises:
        TinyqError: no image or one for another board, no device or several, or the image could not be written.
    """
    image = load_built(folder, board)
    wanted = [
        (name, Wanted(image, board, board.flash_methods[name], port, display)) for name in _methods(board, chosen)
    ]
    for name, request in wanted:
        devices = method(name).find(request)
        if len(devices) > 1:
            raise _several(board, [*devices])
        if devices:
            checked = _flash(name, devices[0], request)
            return (
                f"flashed {image.model} onto {board.title} at {devices[0].address} by {name}: "
                f"{len(image.content):,} bytes; {checked}"
            )
    looked = "".join(f"\n  - {name}: {method(name).looked_for(request)}" for name, request in wanted)
    named = f" at {port}" if port is not None else ""
    raise TinyqError(f"no {board.title} found{named}; looked for{looked}", "plug the board in, then try again")


def _methods(board: Board, chosen: str | None) -> tuple[str, ...]:
    if not board.flash_methods:
        raise TinyqError(
            f"{board.title} can't be flashed: its description names no way",
            "a virtual board runs in the emulator only: tinyq validate --engine device",
        )
    if chosen is None:
        return tuple(board.flash_methods)
    if chosen not in board.flash_methods:
        raise TinyqError(
            f"{board.title} can't be flashed by {chosen!r}", f"accepted: --method {', '.join(board.flash_methods)}"
        )
    return (chosen,)


def _flash(name: str, device: Device, wanted: Wanted) -> str:
    try:
        return method(name).flash(device, wanted)
    except KeyboardInterrupt as error:
        raise TinyqError(
            f"flashing {wanted.board.title} at {device.address} was interrupted: it may hold half an image",
            "run `tinyq flash` again: the bootloader or the probe is still there",
        ) from error


def _several(board: Board, devices: list[Device]) -> TinyqError:
    return TinyqError(
        f"{len(devices)} devices could be the {board.title}: {', '.join(map(str, devices))}",
        f"name one: --port {devices[0].address}",
    )
