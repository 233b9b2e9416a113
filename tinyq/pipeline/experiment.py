"""Measures one assignment of bits: accuracy by the generated C, cycles, flash and RAM by the firmware image."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

import tinyq
from tinyq.codegen.write import write_if_changed
from tinyq.emulator.device.engine import interface_of
from tinyq.emulator.device.model import DeviceModel
from tinyq.emulator.device.profile import profile
from tinyq.emulator.host import HostModel
from tinyq.emulator.packing import pack
from tinyq.emulator.validation import raw_inputs, real_values
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board
from tinyq.firmware.fit import check_fit
from tinyq.firmware.image import ImageSizes, image_sizes
from tinyq.firmware.platformio import build_image
from tinyq.firmware.project import project_files
from tinyq.frontend.choices import Choices
from tinyq.ir.graph import Array
from tinyq.memory.picture import peak
from tinyq.mixing.layers import Layer
from tinyq.mixing.mixed import mixed
from tinyq.pipeline.build import self_test
from tinyq.pipeline.compile import CompiledModel, compile_tflite
from tinyq.pipeline.measure import TestSet
from tinyq.pipeline.target import chosen_target
from tinyq.tuning.metric import Metric
from tinyq.tuning.point import Assignment, Measured, Refused
from tinyq.tuning.result import changed
from tinyq.tuning.search import Outcome

_ON_DEVICE = 2  # samples, or one sequence: that the image answers as the C on this machine is proven by every test


@dataclass(frozen=True, eq=False)
class Experiment:
    """All that measuring needs: bytes and numbers, so that any process on any machine measures the same.

    Attributes:
        int8: the quantized .tflite.
        ranged: the float model that it was made of.
        layers: whose bits are chosen.
        name: of the model in C.
        where: its file, for error messages.
        board: what it is built for.
        choices: how it is computed.
        samples: for each model input, real values [samples, ...].
        steps: so many samples in a row are one sequence.
        metric: how outputs are scored.
    """

    int8: bytes
    ranged: bytes
    layers: tuple[Layer, ...]
    name: str
    where: str
    board: Board
    choices: Choices
    samples: tuple[Array, ...]
    steps: int
    metric: Metric

    def __call__(self, bits: Assignment) -> Outcome:
        """What `bits` cost; Refused where that model can't be built for the board."""
        try:
            return self._measured(bits)
        except TinyqError as error:
            return Refused(error.message)

    @property
    def digest(self) -> str:
        """SHA-256 of all that an outcome depends on besides the bits."""
        versions = tinyq.__version__, version("ziglang"), version("numpy")
        described = (versions, self.layers, self.name, self.board, self.choices, self.steps, self.metric.name)
        digest = hashlib.sha256(repr(described).encode())
        labels = () if self.metric.labels is None else (self.metric.labels.values,)
        for part in (self.int8, self.ranged, *map(_content, (*self.samples, *self.metric.expected, *labels))):
            digest.update(hashlib.sha256(part).digest())
        return digest.hexdigest()

    def _measured(self, bits: Assignment) -> Measured:
        compiled = compile_tflite(
            mixed(self.int8, self.ranged, changed(self.layers, bits)),
            self.name,
            self.where,
            chosen_target(self.board, self.choices),
        )
        check_fit(
            self.board, compiled.plan.arena_bytes, compiled.weight_bytes, peak(compiled.graph, compiled.plan).layer
        )
        inputs = raw_inputs(self.samples, compiled.generated.inputs)
        # A folder of its own: a killed process may leave it behind, and nobody takes that for a build.
        with TemporaryDirectory(prefix="tinyq-tune-", ignore_cleanup_errors=True) as folder:
            answers = HostModel(compiled.generated, compiled.layers, folder=Path(folder) / "host").run(
                inputs, steps=self.steps
            )
            cycles, sizes = self._on_the_board(compiled, inputs, answers, Path(folder) / "project")
        outputs = [real_values(*each) for each in zip(answers, compiled.generated.outputs, strict=True)]
        return Measured(*self.metric.measured(outputs), cycles, sizes.flash_bytes, sizes.ram_bytes)

    def _on_the_board(
        self, compiled: CompiledModel, inputs: Sequence[Array], answers: Sequence[Array], project: Path
    ) -> tuple[int, ImageSizes]:
        """Cycles and sizes of the image, after it has answered the first samples as the C did on this machine."""
        model, test = compiled.generated, self_test(compiled, TestSet(tuple(inputs), None, None, self.steps))
        write_if_changed(project, project_files(model, self.board, "zig", test))
        image = build_image(project)
        few = max(_ON_DEVICE, self.steps) // self.steps * self.steps
        given = pack([array[:few] for array in inputs], model.inputs)
        wanted = pack([array[:few] for array in answers], model.outputs)
        found = DeviceModel(image, self.board, interface_of(model)).run(given, self.steps, None)
        if not np.array_equal(found, wanted):
            raise TinyqError(
                f"{self.where}: the firmware image answers otherwise than the generated C on this machine",
                "this is a fault of tinyq or of the compiler: please report it with the model",
            )
        sample = b"".join(array[:1].tobytes() for array in inputs)
        counted = profile(image, self.board, model, compiled.layers, sample)
        return counted.cycles, image_sizes(image, model.identifier, self.board)


def _content(array: Array) -> bytes:
    return f"{array.dtype}{array.shape}".encode() + np.ascontiguousarray(array).tobytes()
