"""What a model costs on a board: flash, RAM and cycles of its firmware image; measured once, then kept in the cache."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from tinyq.emulator.device.timing import timing_of
from tinyq.emulator.packing import pack
from tinyq.emulator.validation import raw_inputs
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board
from tinyq.firmware.image import image_sizes
from tinyq.firmware.toolchain import Toolchain
from tinyq.ir.graph import Array
from tinyq.kernels import Target
from tinyq.pipeline.compile import CompiledModel, compile_tflite
from tinyq.pipeline.device import cached_image, device_profile
from tinyq.pipeline.fit import require_fit
from tinyq.pipeline.measure import TestSet, self_test
from tinyq.tools.cache import cache_folder, write_whole
from tinyq.tools.digest import own_sha256

# In software float32 takes a thousand instructions where int8 takes a few; more is a hang.
_INSTRUCTIONS = 10_000_000_000


@dataclass(frozen=True)
class Cost:
    """What an image needs of its board.

    Attributes:
        flash_bytes: of the whole image, the self-test's sample among them.
        weight_bytes: the part of it that is the model's constants.
        ram_bytes: stack and variables, the arena among them.
        arena_bytes: the model's arena.
        cycles: of one inference, flash waits included; None where tinyq emulates no such processor.
    """

    flash_bytes: int
    weight_bytes: int
    ram_bytes: int
    arena_bytes: int
    cycles: int | None


@dataclass(frozen=True, eq=False)
class FloatModel:
    """A float32 model, and how it is built to compare with.

    Attributes:
        tflite: the file's bytes.
        name: of the model in C.
        where: the model that the user named, for error messages.
        target: what its kernels may use and save.
        board: where it runs.
        toolchain: what compiles it.
        compiler: which version of that, so that another one counts anew.
        sample: for each input real values [1, ...]; the cycles of this sample are counted.
    """

    tflite: bytes
    name: str
    where: str
    target: Target
    board: Board
    toolchain: Toolchain
    compiler: str
    sample: tuple[Array, ...]


def image_cost(compiled: CompiledModel, board: Board, image: Path, inputs: Sequence[Array]) -> Cost:
    """The cost of an image.

    Args:
        compiled: the model in it.
        board: where it runs.
        image: `firmware.elf`.
        inputs: for each input an array [samples, *shape]; the first sample's cycles are counted.

    Raises:
        TinyqError: the image faults or hangs.
    """
    sizes = image_sizes(image, compiled.generated.identifier, board)
    row = pack([array[:1] for array in inputs], compiled.generated.inputs).tobytes()

    def cost() -> Cost:
        cycles = device_profile(compiled, board, image, row, _INSTRUCTIONS).cycles if is_emulated(board) else None
        return Cost(sizes.flash_bytes, sizes.weight_bytes, sizes.ram_bytes, sizes.arena_bytes, cycles)

    return _kept([_sha256(image.read_bytes()), board.name, _sha256(row)], cost)


def float32_cost(model: FloatModel) -> Cost:
    """The cost of a float32 model, for which an image is built.

    Raises:
        TinyqError: it has no form in C, does not fit into the board, or faults or hangs there.
    """
    parts = (model.name, asdict(model.target), model.board.name, model.toolchain, model.compiler)
    key = [_sha256(model.tflite), json.dumps(parts), *(_sha256(array.tobytes()) for array in model.sample)]
    return _kept(key, lambda: _float32_cost(model))


def _float32_cost(model: FloatModel) -> Cost:
    try:
        compiled = compile_tflite(model.tflite, model.name, model.where, model.target)
        require_fit(compiled, model.board)
    except TinyqError as error:
        raise _UnbuildableError(error.message, error.hint) from error
    tests = TestSet(raw_inputs(model.sample, compiled.generated.inputs), None, None)
    image = cached_image(compiled, model.board, self_test(compiled, tests), model.toolchain)
    return image_cost(compiled, model.board, image, tests.inputs)


class _UnbuildableError(TinyqError):
    """The model can't be built for the board, whenever it is tried."""


def is_emulated(board: Board) -> bool:
    """Whether cycles can be counted."""
    try:
        timing_of(board.cpu)
    except TinyqError:
        return False
    return True


def _kept(key: Sequence[str], measure: Callable[[], Cost]) -> Cost:
    """What this very tinyq measured under `key`, models that can't be built among it; else what `measure` finds now."""
    entry = cache_folder() / "cost" / _sha256(json.dumps([own_sha256(), *key]).encode())
    if entry.is_file():
        held = json.loads(entry.read_text())
        if "refused" in held:
            raise TinyqError(*held["refused"])
        return Cost(**held)
    try:
        found = measure()
    except _UnbuildableError as error:
        write_whole(entry, json.dumps({"refused": [error.message, error.hint]}).encode())
        raise
    write_whole(entry, json.dumps(asdict(found)).encode())
    return found


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
