"""A bootloader that speaks SAM-BA as Arduino's does, and keeps what is written to it."""

import re
from binascii import crc_hqx
from dataclasses import dataclass, field

VERSION = b"Arduino Bootloader (SAM-BA extended) 2.0 [Arduino:IKXYZ]"
_COMMAND = re.compile(rb"([A-Z])([0-9A-F]*)(?:,([0-9A-F]*))?#")


@dataclass
class SamBaBoard:
    """The far end of a serial line.

    Attributes:
        version: what it says about itself.
        device: the processor that it claims.
        flips: whether its flash keeps a byte wrong.
        silent_after: how many commands it answers; None for all.
        flash: what was written.
        commands: what it was asked, without the data.
        started: whether the application was started.
    """

    version: bytes = VERSION
    device: bytes = b"nRF52840-QIAA"
    flips: bool = False
    silent_after: int | None = None
    flash: bytearray = field(default_factory=lambda: bytearray(b"\xff" * 0xF0000))
    commands: list[str] = field(default_factory=list)
    started: bool = False
    _buffer: bytearray = field(default_factory=lambda: bytearray(8192))
    _waiting: bytearray = field(default_factory=bytearray)
    _copy_from: int = 0
    _load: tuple[int, int] | None = None

    def answer(self, received: bytes) -> bytes:
        """What comes back for what arrives."""
        self._waiting += received
        said = b""
        while (reply := self._step()) is not None:
            said += reply
        return said

    def _step(self) -> bytes | None:
        if self._load is not None:
            return self._loaded(*self._load)
        found = _COMMAND.match(bytes(self._waiting))
        if found is None:
            return None
        del self._waiting[: found.end()]
        self.commands.append(found[0].decode())
        if self.silent_after is not None and len(self.commands) > self.silent_after:
            return b""
        return self._obey(found[1].decode(), int(found[2] or b"0", 16), int(found[3] or b"0", 16))

    def _loaded(self, address: int, size: int) -> bytes | None:
        if len(self._waiting) < size:
            return None
        self._buffer[address : address + size] = self._waiting[:size]
        del self._waiting[:size]
        self._load = None
        return b""

    def _obey(self, command: str, first: int, second: int) -> bytes:
        if command == "S":
            self._load = (first, second)
        elif command == "Y" and second == 0:
            self._copy_from = first
        elif command == "Y":
            self.flash[first : first + second] = self._buffer[self._copy_from : self._copy_from + second]
            self.flash[first] ^= 1 if self.flips else 0
        elif command == "K":
            self.started = True
        elif command == "Z":
            return b"Z%08X#\n\r" % crc_hqx(bytes(self.flash[first : first + second]), 0)
        texts = {"N": b"", "V": self.version, "I": self.device, "X": b"X", "Y": b"Y"}
        return texts[command] + b"\n\r" if command in texts else b""
