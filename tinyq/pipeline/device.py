"""The firmware image in the emulator: which image, and what it is asked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from tinyq.codegen.generated import SelfTest
from tinyq.codegen.write import write_if_changed
from tinyq.emulator.device.engine import DeviceEngine
from tinyq.emulator.device.profile import Profile, profile
from tinyq.emulator.device.run import DEFAULT_LIMIT
from tinyq.emulator.validation import Engine
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board, load_board
from tinyq.firmware.platformio import build_image
from tinyq.firmware.project import project_files
from tinyq.firmware.toolchain import TOOLCHAINS, Toolchain
from tinyq.pipeline.compile import CompiledModel
from tinyq.pipeline.display import Display
from tinyq.pipeline.measure import TestSet, self_test
from tinyq.tools.cache import cache_folder

_SELF_TEST_FILE = "src/main.c"  # its sample may be another one, the model is the same


def device_image(compiled: CompiledModel, board: Board, test: SelfTest | None, out: Path | None) -> Path:
    """The image of a model: the one in a build's folder where it is of this very C, else one built in tinyq's cache.

    Args:
        compiled: the model.
        board: where it runs.
        test: the sample that a new image runs after reset.
        out: a build's folder; it must hold the image then. None for `build/<board>`, if that does.

    Raises:
        TinyqError: `out` holds no image of this model, or the image can't be built.
    """
    folder = out or Path("build") / board.name
    if _is_built_there(folder, compiled, board):
        return folder / "firmware.elf"
    if out is not None:
        raise TinyqError(
            f"{out}: holds no firmware of this model for {board.title}",
            f"tinyq build --board {board.name} --out {out} builds it; without --out one is built for the emulator",
        )
    return cached_image(compiled, board, test)


def cached_image(compiled: CompiledModel, board: Board, test: SelfTest | None, toolchain: Toolchain = "zig") -> Path:
    """The image of a model, built in tinyq's cache where it is not there yet.

    Args:
        compiled: the model.
        board: where it runs.
        test: the sample that it runs after reset.
        toolchain: what compiles it.

    Raises:
        TinyqError: it can't be built.
    """
    files = project_files(compiled.generated, board, toolchain, test)
    project = cache_folder() / "device" / _digest(files)
    built = project / ".pio" / "build" / board.name / "firmware.elf"
    if not built.is_file():
        write_if_changed(project, files)
        built = build_image(project, toolchain)
    return built


def checked_device(compiled: CompiledModel, board: str, tests: TestSet, out: Path | None, display: Display) -> Engine:
    """The image on the emulated board, as an engine, after it has booted from reset and its own self-test has passed.

    Args:
        compiled: the model.
        board: the name of the board.
        tests: their first sample is the self-test of a new image.
        out: as for `device_image`.
        display: is told what happens.

    Raises:
        TinyqError: the self-test fails, or the image can't be built, faults or hangs.
    """
    target = load_board(board)
    display.stage(f"building the firmware for {target.title}")
    image = device_image(compiled, target, self_test(compiled, tests), out)
    device = DeviceEngine(image, target, compiled.generated, layers=compiled.layers)
    display.stage(f"booting it on an emulated {target.title}")
    device.self_test()
    display.done(f"the firmware boots on an emulated {target.title}, and its self-test passes")
    return Engine("device", device.run)


def device_profile(
    compiled: CompiledModel, board: Board, image: Path, sample: bytes | None, limit: int = DEFAULT_LIMIT
) -> Profile:
    """Instructions and cycles of each layer for one sample; `sample` is its raw bytes, None for zeros.

    More instructions than `limit` are a hang.

    Raises:
        TinyqError: the image faults or hangs.
    """
    return profile(image, board, compiled.generated, compiled.layers, sample, limit)


def _is_built_there(folder: Path, compiled: CompiledModel, board: Board) -> bool:
    if not (folder / "firmware.elf").is_file():
        return False
    return any(
        _is_written(folder / "project", project_files(compiled.generated, board, toolchain, None))
        for toolchain in TOOLCHAINS
    )


def _is_written(project: Path, files: Mapping[str, str]) -> bool:
    return all(
        (project / path).is_file() and (project / path).read_text() == text
        for path, text in files.items()
        if path != _SELF_TEST_FILE
    )


def _digest(files: Mapping[str, str]) -> str:
    content = "\0".join(part for path in sorted(files) for part in (path, files[path]))
    return hashlib.sha256(content.encode()).hexdigest()[:32]
