"""The commands of Arduino's SAM-BA bootloader, as its uploader bossac speaks them.

Sources: Arduino's fork of BOSSA (src/Samba.cpp, commands X, Y and Z), its debug log of an upload to a Nano 33 BLE, and
Arduino's Renesas bootloader, which answers the same commands. Addresses count from the start of the application.
"""

import time
from binascii import crc_hqx

from tinyq.errors import TinyqError
from tinyq.tools.serial_port import Port

PAGE_BYTES = 4096
# Where in the bootloader's RAM a page waits; bossac leaves room for its applet below.
_BUFFER = 0x34
_QUICK_SECONDS, _PAGE_SECONDS = 1.0, 5.0
_EXTENSIONS = "[Arduino:"


class SamBa:
    """A bootloader behind an open port (a `serial.Serial`).

    Attributes:
        version: what it says about itself.
        device: the processor that it runs on.

    Raises:
        TinyqError: nobody there speaks SAM-BA with Arduino's extensions.
    """

    def __init__(self, port: Port) -> None:
        self._port = port
        port.reset_input_buffer()
        self._command("N#", b"\n\r", "set binary mode")
        self.version = self._line("V#")
        self.device = self._line("I#")
        letters = self.version.partition(_EXTENSIONS)[2].partition("]")[0]
        if "Y" not in letters:
            raise TinyqError(
                f"{port.name}: the bootloader {self.version!r} lacks Arduino's extensions",
                "update the bootloader from Arduino's IDE, or flash with a debug probe (--method pyocd)",
            )
        self.can_erase, self.can_verify = "X" in letters, "Z" in letters

    def erase(self) -> None:
        """Tell it that everything will be written anew; it erases each page when that is written."""
        if self.can_erase:
            self._command("X00000000#", b"X\n\r", "erase")

    def write_page(self, offset: int, page: bytes) -> None:
        """Write one page; its bytes travel first, into RAM."""
        self._send(f"S{_BUFFER:08X},{len(page):08X}#".encode())
        self._send(page)
        self._command(f"Y{_BUFFER:08X},0#", b"Y\n\r", "take a page")
        self._command(f"Y{offset:08X},{len(page):08X}#", b"Y\n\r", f"write the page at {offset:#x}")

    def has_page(self, offset: int, page: bytes) -> bool:
        """Whether flash holds `page`, by its CRC."""
        answer = self._command(f"Z{offset:08X},{len(page):08X}#", b"Z", f"check the page at {offset:#x}", 12)
        return int(answer[1:9], 16) == crc_hqx(page, 0)

    def start(self) -> None:
        """Leave the bootloader; the application starts, and this port disappears."""
        self._send(b"K#")

    def _line(self, command: str) -> str:
        self._send(command.encode())
        return self._answer(command, b"\r").decode(errors="replace").strip()

    def _command(self, command: str, expected: bytes, what: str, count: int | None = None) -> bytes:
        self._send(command.encode())
        answer = self._answer(what, expected, count or len(expected))
        if not answer.startswith(expected) or (count and not _is_hexadecimal(answer[1:9])):
            raise TinyqError(
                f"{self._port.name}: the bootloader did not {what}: it answered {answer!r} instead of {expected!r}",
                "double tap the board's reset button and try again; the bootloader is still there",
            )
        return answer

    def _answer(self, what: str, end: bytes, count: int | None = None) -> bytes:
        """`count` bytes, or as many as end with `end`; fewer after a while."""
        answer, deadline = b"", time.monotonic() + (_QUICK_SECONDS if count is None else _PAGE_SECONDS)
        while len(answer) < count if count is not None else not answer.endswith(end):
            if time.monotonic() > deadline:
                break
            answer += self._port.read(1)
        if not answer:
            raise TinyqError(
                f"{self._port.name}: the bootloader does not answer ({what})",
                "double tap the board's reset button, so that its bootloader runs, and try again",
            )
        return answer

    def _send(self, data: bytes) -> None:
        self._port.write(data)
        # The bootloader takes a command and the data behind it for one thing if they come in one USB packet.
        self._port.flush()


def _is_hexadecimal(text: bytes) -> bool:
    return len(text) == 8 and all(digit in b"0123456789abcdefABCDEF" for digit in text)
