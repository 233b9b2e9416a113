"""Runs the firmware image on a test set, spread over processes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from tinyq.codegen.generated import GeneratedModel
from tinyq.codegen.view import Layer
from tinyq.emulator.device.lifetimes import Lifetimes, lifetimes_of
from tinyq.emulator.device.machine import Machine
from tinyq.emulator.device.model import DeviceModel, Interface
from tinyq.emulator.device.run import Ending
from tinyq.emulator.packing import pack, unpack
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board
from tinyq.ir.graph import Array

_MOST_WORKERS = 8
_CHUNKS_PER_WORKER = 8  # so often each tells its progress
_WORTH_PROCESSES = 8  # samples: below, starting processes takes longer than it saves

_PASSED = ("self-test: passed", "self-test: none")


def interface_of(model: GeneratedModel) -> Interface:
    """How the C of `model` is called."""
    return Interface(
        model.identifier,
        tuple(tensor.bytes for tensor in model.inputs),
        tuple(tensor.bytes for tensor in model.outputs),
        model.is_stateful,
    )


@dataclass(frozen=True, eq=False)
class DeviceEngine:
    """A firmware image on an emulated board.

    Attributes:
        image: `firmware.elf`.
        board: the board that it was linked for.
        model: the generated C in it.
        workers: processes to spread samples over; None for one each processor, 8 at most.
        layers: of `model`; with them, what the memory plan takes for dead after each layer is overwritten in the first
            sample or sequence that a process runs. Without them, nothing is.
    """

    image: Path
    board: Board
    model: GeneratedModel
    workers: int | None = None
    layers: Sequence[Layer] | None = None

    def run(
        self, inputs: Sequence[Array], on_progress: Callable[[int], None] | None = None, steps: int = 1
    ) -> tuple[Array, ...]:
        """The outputs for many samples.

        Args:
            inputs: for each model input an array [samples, *shape] of the input's dtype.
            on_progress: told after each part how many samples are done.
            steps: so many samples in a row are one sequence, which starts after a reset.

        Returns:
            For each model output an array [samples, *shape].

        Raises:
            TinyqError: the image faults or hangs.
        """
        rows = pack(inputs, self.model.inputs)
        image = _Image(
            self.image,
            self.board,
            interface_of(self.model),
            None if self.layers is None else lifetimes_of(self.model, self.layers),
        )
        outputs = np.empty((len(rows), sum(image.interface.output_bytes)), np.uint8)
        done = 0
        for part, answers in self._parts(rows, image, steps):
            outputs[part] = answers
            done += len(answers)
            if on_progress is not None:
                on_progress(done)
        return unpack(outputs, self.model.outputs)

    def self_test(self) -> str:
        """What the image says over its serial port after reset.

        Raises:
            TinyqError: it faults or hangs, or its self-test fails.
        """
        machine = Machine.load(self.image, self.board)
        run = machine.run()
        said = machine.sent.decode(errors="replace")
        if run.ending is not Ending.ASLEEP or not said.rstrip("\n").endswith(_PASSED):
            raise TinyqError(
                f"{self.image}: its self-test did not pass on the emulated {self.board.title}; it said:\n"
                f"{said.rstrip()}",
                "build it again; if it stays, please report it with the model",
            )
        return said

    def _parts(self, rows: Array, image: _Image, steps: int) -> Iterator[tuple[slice, Array]]:
        """Answers to slices of the samples, in any order."""
        if len(rows) < _WORTH_PROCESSES:
            yield slice(0, len(rows)), _answers(image, rows, steps)
            return
        workers = min(self.workers or os.cpu_count() or 1, _MOST_WORKERS)
        step = -(-len(rows) // (workers * _CHUNKS_PER_WORKER * steps)) * steps
        # Forking would copy the threads of whatever the program has imported, TensorFlow's among them.
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            futures: dict[Future[Array], slice] = {}
            for start in range(0, len(rows), step):
                part = slice(start, start + step)
                futures[pool.submit(_answers, image, rows[part], steps)] = part
            try:
                for future in as_completed(futures):
                    yield futures[future], future.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)


@dataclass(frozen=True)
class _Image:
    """What a process must know to run samples."""

    path: Path
    board: Board
    interface: Interface
    lifetimes: Lifetimes | None


def _answers(image: _Image, rows: Array, steps: int) -> Array:
    """In a process of its own: boot, then run samples."""
    return DeviceModel(image.path, image.board, image.interface).run(rows, steps, image.lifetimes)
