"""Measures one assignment of bits: accuracy by the generated C, cycles, flash and RAM by the firmware image."""

import hashlib
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from tinyq.codegen.write import write_if_changed
from tinyq.emulator.device.engine import interface_of
from tinyq.emulator.device.model import DeviceModel
from tinyq.emulator.host import HostModel
from tinyq.emulator.packing import pack
from tinyq.emulator.validation import raw_inputs, real_values
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board
from tinyq.firmware.platformio import build_image
from tinyq.firmware.project import project_files
from tinyq.frontend.choices import Choices
from tinyq.ir.graph import Array
from tinyq.mixing.layers import Layer
from tinyq.mixing.mixed import mixed
from tinyq.pipeline.compile import CompiledModel, compile_tflite
from tinyq.pipeline.cost import image_cost
from tinyq.pipeline.fit import require_fit
from tinyq.pipeline.measure import TestSet, self_test
from tinyq.pipeline.target import chosen_target
from tinyq.tools.digest import own_sha256
from tinyq.tuning.metric import Metric
from tinyq.tuning.point import Assignment, Measured, Refused
from tinyq.tuning.result import changed
from tinyq.tuning.search import Outcome

_ON_DEVICE = 2  # samples, or one sequence


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
        """What `bits` cost; Refused where that model can't be built for the board.

        Raises:
            TinyqError: the firmware image answers otherwise than the generated C on this machine.
        """
        # A folder of its own: a killed process may leave it behind, and nobody takes that for a build.
        with TemporaryDirectory(prefix="tinyq-tune-", ignore_cleanup_errors=True) as folder:
            try:
                built = self._built(bits, Path(folder))
            except TinyqError as error:
                return Refused(error.message)
            return self._measured(built)

    @property
    def digest(self) -> str:
        """SHA-256 of all that an outcome depends on besides the bits."""
        versions = own_sha256(), version("ziglang"), version("numpy")
        described = (versions, self.layers, self.name, self.board, self.choices, self.steps, self.metric.name)
        digest = hashlib.sha256(repr(described).encode())
        labels = () if self.metric.labels is None else (self.metric.labels.values,)
        for part in (self.int8, self.ranged, *map(_content, (*self.samples, *self.metric.expected, *labels))):
            digest.update(hashlib.sha256(part).digest())
        return digest.hexdigest()

    def _built(self, bits: Assignment, folder: Path) -> "_Built":
        model = mixed(self.int8, self.ranged, changed(self.layers, bits))
        compiled = compile_tflite(model, self.name, self.where, chosen_target(self.board, self.choices))
        require_fit(compiled, self.board)
        inputs = raw_inputs(self.samples, compiled.generated.inputs)
        test = self_test(compiled, TestSet(inputs, None, None, self.steps))
        write_if_changed(folder / "project", project_files(compiled.generated, self.board, "zig", test))
        image = build_image(folder / "project")
        host = HostModel(compiled.generated, compiled.layers, folder=folder / "host")
        return _Built(compiled, inputs, image, host.run(inputs, steps=self.steps))

    def _measured(self, built: "_Built") -> Measured:
        self._require_same_answers(built)
        cost = image_cost(built.compiled, self.board, built.image, built.inputs)
        assert cost.cycles is not None, "boards that are not emulated are refused"
        outputs = [real_values(*each) for each in zip(built.answers, built.compiled.generated.outputs, strict=True)]
        return Measured(*self.metric.measured(outputs), cost.cycles, cost.flash_bytes, cost.ram_bytes)

    def _require_same_answers(self, built: "_Built") -> None:
        """Refuse an image that answers the first samples otherwise than the C on this machine."""
        model, few = built.compiled.generated, max(_ON_DEVICE, self.steps) // self.steps * self.steps
        given = pack([array[:few] for array in built.inputs], model.inputs)
        wanted = pack([array[:few] for array in built.answers], model.outputs)
        found = DeviceModel(built.image, self.board, interface_of(model)).run(given, self.steps, None)
        if not np.array_equal(found, wanted):
            raise TinyqError(
                f"{self.where}: the firmware image answers otherwise than the generated C on this machine",
                "this is a fault of tinyq or of the compiler: please report it with the model",
            )


@dataclass(frozen=True, eq=False)
class _Built:
    """An assignment's C and firmware image, and what the C answers to all samples, as raw integers."""

    compiled: CompiledModel
    inputs: tuple[Array, ...]
    image: Path
    answers: tuple[Array, ...]


def _content(array: Array) -> bytes:
    return f"{array.dtype}{array.shape}".encode() + np.ascontiguousarray(array).tobytes()
