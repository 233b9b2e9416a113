"""A model on a real board, driven over a serial port."""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

import numpy as np

from tinyq.codegen.generated import GeneratedModel
from tinyq.device_link.frame import MOST_BYTES
from tinyq.device_link.identity import read_identity, require_model
from tinyq.device_link.link import Command, Link, Patience
from tinyq.emulator.packing import pack, unpack
from tinyq.errors import TinyqError
from tinyq.ir.graph import Array
from tinyq.tools.serial_port import Port, open_port, port_errors

# Opening the port resets some boards, and the self-test of a large model takes its time.
FIRST_ANSWER = Patience(attempts=20, seconds=0.5)
LONGEST_RUN_SECONDS = 60.0

_WRITE_BYTES = MOST_BYTES - 2 - 5  # a request's head; number of the tensor and offset
_READ_BYTES = MOST_BYTES - 3  # a reply's head


class BoardModel:
    """The model on the board behind a port, after it has said that it is this one.

    Args:
        port: to the board.
        model: what it should hold.

    Attributes:
        link: the conversation.
        identity: what the board says about itself.
        cycles: of the last sample, as the board's cycle counter has them; None where it lacks one.

    Raises:
        TinyqError: it does not answer, or holds another model.
    """

    def __init__(self, port: Port, model: GeneratedModel) -> None:
        self.link, self._model = Link(port), model
        with port_errors(port.name):
            port.reset_input_buffer()
        self.identity = read_identity(self.link, FIRST_ANSWER)
        require_model(self.link, self.identity, model)
        self.cycles: int | None = None
        self._run_seconds = LONGEST_RUN_SECONDS  # until the first run has shown better

    def run(
        self, inputs: Sequence[Array], on_progress: Callable[[int], None] | None = None, steps: int = 1
    ) -> tuple[Array, ...]:
        """The outputs for many samples.

        Args:
            inputs: for each model input an array [samples, *shape] of the input's dtype.
            on_progress: told after each sample how many are done.
            steps: so many samples in a row are one sequence, which starts after a reset.

        Returns:
            For each model output an array [samples, *shape].

        Raises:
            TinyqError: the board stops answering, or its model fails.
        """
        rows = []
        for number, row in enumerate(pack(inputs, self._model.inputs)):
            if self._model.is_stateful and number % steps == 0:
                self.link.request(Command.RESET)
            rows.append(np.frombuffer(self._answer(row.tobytes()), np.uint8))
            if on_progress is not None:
                on_progress(number + 1)
        return unpack(np.stack(rows), self._model.outputs)

    def _answer(self, sample: bytes) -> bytes:
        start = 0
        for index, tensor in enumerate(self._model.inputs):
            self._write(index, sample[start : start + tensor.bytes])
            start += tensor.bytes
        self._run()
        return b"".join(self._read(index, tensor.bytes) for index, tensor in enumerate(self._model.outputs))

    def _write(self, index: int, content: bytes) -> None:
        for offset in range(0, len(content), _WRITE_BYTES):
            part = content[offset : offset + _WRITE_BYTES]
            self.link.request(Command.WRITE, bytes((index,)) + offset.to_bytes(4, "little") + part)

    def _run(self) -> None:
        start, usual = time.monotonic(), self.link.patience
        # Asked again while the model runs, the board answers twice without a second run: asking often does no harm.
        attempts = usual.attempts + math.ceil(self._run_seconds / usual.seconds)
        reply = self.link.request(Command.RUN, patience=Patience(attempts, usual.seconds))
        self._run_seconds = min(LONGEST_RUN_SECONDS, 2 * (time.monotonic() - start))
        status = int.from_bytes(reply[:4], "little", signed=True)
        if status != 0:
            raise TinyqError(
                f"{self.link.name}: {self._model.identifier}_invoke() returned {status} on the board",
                "this is a fault of tinyq: please report it with the model",
            )
        self.cycles = int.from_bytes(reply[4:8], "little") if self.identity.get("cycle_counter") else None

    def _read(self, index: int, size: int) -> bytes:
        content = b""
        while len(content) < size:
            count = min(_READ_BYTES, size - len(content))
            place = bytes((index,)) + len(content).to_bytes(4, "little")
            part = self.link.request(Command.READ, place + bytes((count,)))
            if len(part) != count:
                raise TinyqError(
                    f"{self.link.name}: the board sent {len(part)} bytes of output {index} instead of {count}",
                    "its firmware is of another version: build and flash it again",
                )
            content += part
        return content


@contextmanager
def connected(name: str, baud: int, model: GeneratedModel) -> Iterator[BoardModel]:
    """The model on the board behind the serial port `name`.

    Args:
        name: such as /dev/ttyACM0 or COM3.
        baud: symbols a second.
        model: what the board should hold.

    Raises:
        TinyqError: the port can't be opened, nobody answers, or the board holds another model.
    """
    with open_port(name, baud) as port:
        yield BoardModel(port, model)
