"""Semihosting: calls of a debugger's host by `BKPT 0xAB` (Arm Semihosting for AArch32 and AArch64, release 3.0)."""

from __future__ import annotations

from collections.abc import Callable

from tinyq.emulator.device.core import Core

BREAKPOINT = b"\xab\xbe"
_WRITEC, _WRITE0, _EXIT = 0x03, 0x04, 0x18
_APPLICATION_EXIT = 0x20026
_LONGEST_TEXT = 4096


def serve(core: Core, send: Callable[[bytes], None]) -> int | None:
    """Do what r0 and r1 ask for.

    Args:
        core: stands at the breakpoint.
        send: takes the text that the program writes.

    Returns:
        The program's exit status where it ends, else None. Operations besides SYS_WRITEC, SYS_WRITE0 and SYS_EXIT
        answer -1, as a host without them does.
    """
    operation, argument = core.read("r0"), core.read("r1")
    if operation == _WRITEC:
        send(core.read_memory(argument, 1))
    elif operation == _WRITE0:
        send(_text(core, argument))
    elif operation == _EXIT:
        return 0 if argument == _APPLICATION_EXIT else 1
    else:
        core.write("r0", 0xFFFF_FFFF)
    return None


def _text(core: Core, address: int) -> bytes:
    text = bytearray()
    while len(text) < _LONGEST_TEXT and (byte := core.read_memory(address + len(text), 1)) != b"\0":
        text += byte
    return bytes(text)
