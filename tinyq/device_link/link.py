"""Requests and replies over a serial port that may lose, change or repeat bytes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from tinyq.device_link.frame import MOST_BYTES, FrameReader, pack
from tinyq.errors import TinyqError
from tinyq.tools.serial_port import Port, port_errors

ATTEMPTS = 8
REPLY_SECONDS = 0.3  # until a request is repeated, besides the time on the wire
_BITS_A_BYTE = 10  # with start and stop bit
_STATES = {1: "it does not know this request", 2: "it has no such tensor, or not so many bytes"}


class Command(IntEnum):
    """What can be asked; firmware_templates/app/serve.c.j2 answers."""

    IDENTIFY = 1
    WRITE = 2
    RUN = 3
    READ = 4
    RESET = 5


@dataclass(frozen=True)
class Patience:
    """How long to wait for a reply.

    Attributes:
        attempts: how often the request is sent.
        seconds: how long after each.
    """

    attempts: int
    seconds: float


class Link:
    """One conversation with a board.

    Attributes:
        repeated: how many requests had to be sent again.
    """

    def __init__(self, port: Port, clock: Callable[[], float] = time.monotonic) -> None:
        self.repeated = 0
        self._port, self._clock = port, clock
        self._reader, self._sequence = FrameReader(), 0
        wire = 2 * (MOST_BYTES + 8) * _BITS_A_BYTE / port.baudrate
        self.patience = Patience(ATTEMPTS, REPLY_SECONDS + wire)

    @property
    def name(self) -> str:
        """The port."""
        return self._port.name

    def request(self, command: Command, data: bytes = b"", patience: Patience | None = None) -> bytes:
        """Ask the board, and return its reply.

        Args:
            command: what is asked.
            data: what goes with it.
            patience: how long to wait; `self.patience` where it is None.

        Raises:
            TinyqError: it does not answer, it refuses, or the port fails.
        """
        patience = patience or self.patience
        self._sequence = (self._sequence + 1) % 256
        head = bytes((self._sequence, command))
        with port_errors(self.name):
            for attempt in range(patience.attempts):
                self.repeated += attempt > 0
                self._port.write(pack(head + data))
                reply = self._reply(head, self._clock() + patience.seconds)
                if reply is not None:
                    return self._checked(command, reply)
        raise TinyqError(
            f"{self.name}: no answer within {patience.attempts * patience.seconds:.1f} s, "
            f"after {patience.attempts} attempts; {self._reader.damaged} damaged frames arrived",
            "check the cable (TX to RX, RX to TX, ground to ground), the baud rate, and that the board runs a firmware "
            "of tinyq (`tinyq flash`); reset it and try again",
        )

    def _reply(self, head: bytes, deadline: float) -> bytes | None:
        """The reply to a request, without its head; replies to earlier ones are dropped."""
        while (left := deadline - self._clock()) > 0:
            self._port.timeout = min(left, 0.1)
            for body in self._reader.feed(self._port.read(max(1, self._port.in_waiting))):
                if body[:2] == head and len(body) > 2:
                    return body[2:]
        return None

    def _checked(self, command: Command, reply: bytes) -> bytes:
        if reply[0] != 0:
            why = _STATES.get(reply[0], f"state {reply[0]}")
            raise TinyqError(
                f"{self.name}: the board refuses {command.name}: {why}",
                "its firmware is of another version: build and flash it again",
            )
        return reply[1:]
