"""Builds a model for a board, and measures the image that would be flashed."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from tinyq.emulator.device.profile import Profile
from tinyq.firmware.board import Board
from tinyq.firmware.image import image_sizes
from tinyq.kernels import Optimize
from tinyq.pipeline.compile import compile_tflite
from tinyq.pipeline.device import device_image, device_profile
from tinyq.pipeline.measure import self_test, test_set
from tinyq.pipeline.target import target_of

REFERENCE = "nucleo_l4r5zi"  # the board of the table in README.md


@dataclass(frozen=True)
class Measured:
    """What one image needs.

    Attributes:
        model: its name.
        optimize: what the build was told to save.
        instructions: of one inference; exact.
        cycles: of one inference by the rules of the processor, without waits for flash.
        ram: bytes of the arena, scratch included.
        flash: bytes of the whole image, the self-test's sample included.
        layers: instructions of each layer.
        board: the emulated one.
    """

    model: str
    optimize: Optimize
    instructions: int
    cycles: int
    ram: int
    flash: int
    layers: dict[str, int]
    board: str = REFERENCE

    @property
    def key(self) -> str:
        """The name under which it is recorded."""
        return ", ".join((self.model, self.optimize, *(() if self.board == REFERENCE else (self.board,))))

    def as_dict(self) -> dict[str, Any]:
        """As JSON keeps it."""
        return asdict(self)


def measure_model(path: Path, name: str, board: Board, optimize: Optimize) -> Measured:
    """Build, run one sample on the emulated board, and count.

    Args:
        path: a quantized .tflite.
        name: the model's C identifier.
        board: where it runs.
        optimize: what the build should save.

    Raises:
        TinyqError: a model that can't be built.
    """
    compiled = compile_tflite(path.read_bytes(), name, str(path), target_of(board, optimize))
    tests = test_set(compiled, None)
    image = device_image(compiled, board, self_test(compiled, tests), None)
    sample = b"".join(array[:1].tobytes() for array in tests.inputs)
    found = device_profile(compiled, board, image, sample)
    sizes = image_sizes(image, compiled.generated.identifier, board)
    return Measured(
        name,
        optimize,
        found.instructions,
        cycles_without_waits(found),
        sizes.arena_bytes,
        sizes.flash_bytes,
        {layer.name: layer.instructions for layer in found.layers},
        board.name,
    )


def cycles_without_waits(found: Profile) -> int:
    """Cycles of one inference as if flash answered at once."""
    return found.cycles - sum(layer.flash_cycles for layer in found.layers)
