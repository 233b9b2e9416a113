"""The model in a firmware image: called on an emulated board as the application calls it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tinyq.emulator.device.counting import Count
from tinyq.emulator.device.lifetimes import Lifetimes
from tinyq.emulator.device.machine import Machine
from tinyq.emulator.device.run import DEFAULT_LIMIT, Ending
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board
from tinyq.ir.graph import Array

# A sample that takes longer at full speed goes on counted, so that a hang is found. It is no limit of its own.
_SECONDS_AT_FULL_SPEED = 120.0


@dataclass(frozen=True)
class Interface:
    """How a model is called.

    Attributes:
        identifier: the C identifier that its functions start with.
        input_bytes: size of each input.
        output_bytes: size of each output.
        is_stateful: whether it has a reset function, which must be called before a sequence starts.
    """

    identifier: str
    input_bytes: tuple[int, ...]
    output_bytes: tuple[int, ...]
    is_stateful: bool = False


class DeviceModel:
    """An image that has come to `main`, and its model.

    Args:
        image: `firmware.elf`.
        board: the board that it was linked for.
        interface: how its model is called.

    Raises:
        TinyqError: the image does not come to `main`, or holds another model.
    """

    def __init__(self, image: Path, board: Board, interface: Interface) -> None:
        self._interface = interface
        self.machine = Machine.load(image, board)
        for part in ("input", "invoke", "output", *(("reset",) if interface.is_stateful else ())):
            self.machine.symbols.required(f"{interface.identifier}_{part}")
        run = self.machine.run(self.machine.symbols.required("main").start)
        if run.ending is not Ending.RETURNED:
            raise TinyqError(f"{image}: does not come to main: {run.ending.name.lower()}", "look at its start-up code")

    def run(self, rows: Array, steps: int = 1, lifetimes: Lifetimes | None = None) -> Array:
        """The outputs of many samples, at full speed.

        Args:
            rows: the inputs' bytes, [samples, bytes of all inputs].
            steps: so many samples in a row are one sequence, which starts after a reset.
            lifetimes: of the arena; what they call dead is overwritten in the first sequence.

        Returns:
            The outputs' bytes, [samples, bytes of all outputs].
        """
        answers = []
        for number, row in enumerate(rows):
            watched = lifetimes if number < steps else None
            if watched is not None:
                watched.begin(self.machine)
            if number % steps == 0:
                self._reset()
            answers.append(self._answer(row.tobytes(), watched))
        return np.frombuffer(b"".join(answers), np.uint8).reshape(len(rows), sum(self._interface.output_bytes))

    def count(self, row: bytes, owners: Mapping[str, Iterable[int]], limit: int = DEFAULT_LIMIT) -> Count:
        """Run one sample after a reset and count the inference; `machine.counter` then knows the share of each owner.

        Args:
            row: the inputs' bytes.
            owners: for each, the addresses from which on it is the one who runs.
            limit: of instructions.
        """
        counter = self.machine.counter
        for owner, addresses in owners.items():
            counter.give(owner, addresses)

        self._reset()
        self._write_inputs(row)
        counter.begin()
        self._check(self.machine.call(f"{self._interface.identifier}_invoke", limit=limit))
        return counter.total()

    def _answer(self, row: bytes, lifetimes: Lifetimes | None) -> bytes:
        self._write_inputs(row)
        invoke = f"{self._interface.identifier}_invoke"
        if lifetimes is None:
            self._check(self._at_full_speed(invoke))
        else:
            self._check(lifetimes.invoke(self.machine, invoke, _SECONDS_AT_FULL_SPEED))
        return b"".join(
            self.machine.read_memory(self._at_full_speed(f"{self._interface.identifier}_output", index), size)
            for index, size in enumerate(self._interface.output_bytes)
        )

    def _reset(self) -> None:
        if self._interface.is_stateful:
            self._at_full_speed(f"{self._interface.identifier}_reset")

    def _write_inputs(self, row: bytes) -> None:
        start = 0
        for index, size in enumerate(self._interface.input_bytes):
            address = self._at_full_speed(f"{self._interface.identifier}_input", index)
            self.machine.write_memory(address, row[start : start + size])
            start += size

    def _at_full_speed(self, function: str, *arguments: int) -> int:
        return self.machine.call_uncounted(function, *arguments, seconds=_SECONDS_AT_FULL_SPEED)

    def _check(self, status: int) -> None:
        if status != 0:
            signed = status - (1 << 32) if status >> 31 else status
            raise TinyqError(f"{self._interface.identifier}_invoke() returned {signed}", "0 is success")
