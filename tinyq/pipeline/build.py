"""Everything that `tinyq build` does, in its order."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tinyq.codegen.write import not_writable, write_if_changed, write_project
from tinyq.emulator.validation import Validation
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board, load_board
from tinyq.firmware.framework import framework_files, required_framework
from tinyq.firmware.image import image_compiler, image_kinds, image_sizes, write_image
from tinyq.firmware.platformio import build_framework_image, build_image
from tinyq.firmware.project import project_files
from tinyq.firmware.toolchain import Toolchain, build_flags
from tinyq.frontend.choices import NOTHING_CHOSEN, Choices
from tinyq.memory.picture_svg import arena_svg
from tinyq.pipeline.comparison import Comparison, NotCompared, Subject, compared
from tinyq.pipeline.compile import CompiledModel, Dump, compile_tflite
from tinyq.pipeline.display import Display
from tinyq.pipeline.fit import require_fit
from tinyq.pipeline.float_layers import float_warnings
from tinyq.pipeline.measure import TestSet, host_engine, measure, self_test, test_set
from tinyq.pipeline.report import REPORT, CompilerUsed, Report, as_json
from tinyq.pipeline.source import Source, read_source
from tinyq.pipeline.target import chosen_target
from tinyq.tools.lock import folder_lock

ARENA_PICTURE = "arena.svg"
_ARTIFACTS = ("firmware.elf", "firmware.hex", "firmware.bin", "firmware.uf2", REPORT, ARENA_PICTURE)


@dataclass(frozen=True)
class BuildRequest:
    """What the user asked for.

    Attributes:
        model: a .tflite, a .keras, .h5, .onnx or .pt2 file, or a SavedModel folder.
        name: of the model in C.
        board: its name.
        data: representative data.
        test: data to measure on; `data` where it is None.
        out: the folder that everything is left in.
        toolchain: what compiles the firmware.
        framework: of an official PlatformIO platform, with its own compiler; None for tinyq's own startup code.
        choices: how the model is made small and computed.
        compare: whether the model is also built in float32, to compare with, where there are data to measure on.
    """

    model: Path
    name: str
    board: str
    data: str | None
    test: str | None
    out: Path
    toolchain: Toolchain = "zig"
    framework: str | None = None
    choices: Choices = NOTHING_CHOSEN
    compare: bool = True


@dataclass(frozen=True, eq=False)
class Built:
    """A finished build: its report, and the model it was made of."""

    report: Report
    compiled: CompiledModel
    source: Source


def build(request: BuildRequest, display: Display, dump: Dump | None = None) -> Built:
    """Quantize, compile, validate and build firmware; leaves image, project and report in `request.out`.

    Raises:
        TinyqError: anything that the user can mend. Nothing of an earlier or half-finished image stays behind then.
    """
    board = load_board(request.board)
    target = chosen_target(board, request.choices)
    if request.framework is not None:
        required_framework(board, request.framework)
    source = _read(request, display)
    compiled = compile_tflite(source.tflite, request.name, source.where, target, dump)
    if compiled.savings.text:
        display.done(compiled.savings.text)
    for warning in float_warnings(compiled.graph, board):
        display.warn(warning)
    fullest = require_fit(compiled, board)
    display.done(
        f"planned {len(compiled.layers)} layers: arena {compiled.plan.arena_bytes:,} bytes, "
        f"fullest in {fullest}; constants {compiled.weight_bytes:,} bytes"
    )
    tests = test_set(compiled, request.test or request.data)
    display.stage("comparing the generated C with the NumPy reference")
    validation = measure(compiled, tests, [host_engine(compiled)], source.float32, display.progress)
    require_agreement(validation)
    display.done(f"generated C equals the NumPy reference on {validation.samples} {_kind(tests)}samples: 0 mismatches")
    with _output_folder(request.out):
        report = _firmware(request, compiled, board, source, tests, validation, display)
    return Built(report, compiled, source)


def require_agreement(validation: Validation) -> None:
    """Refuse an engine that differs from the NumPy reference: its image must not be flashed.

    Raises:
        TinyqError: with the first differing value.
    """
    for agreement in validation.agreements:
        if agreement.mismatches:
            where = f"; first: {agreement.difference}" if agreement.difference is not None else ""
            raise TinyqError(
                f"{agreement.engine}: {agreement.mismatches} of {agreement.values} outputs differ from the NumPy "
                f"reference{where}",
                "this is a fault of tinyq or of the compiler: please report it with the model",
            )


def _kind(tests: TestSet) -> str:
    return "random " if tests.real is None and tests.labels is None else ""


def _read(request: BuildRequest, display: Display) -> Source:
    display.stage(f"reading {request.model.name}")
    source = read_source(request.model, request.data, display.stage, request.choices)
    for note in source.notes:
        display.done(note)
    for warning in source.warnings:
        display.warn(warning)
    verb = "read" if source.float32 in (None, source.tflite) else "quantized"
    display.done(f"{verb} {request.model.name}: {len(source.tflite):,} bytes of TFLite")
    return source


@contextmanager
def _output_folder(out: Path) -> Iterator[None]:
    """Hold `out` for this build; an image of an earlier build goes, so that a failed build leaves none."""
    try:
        out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_writable(out, error) from error
    with folder_lock(out):
        try:
            for name in _ARTIFACTS:
                (out / name).unlink(missing_ok=True)
        except OSError as error:
            raise not_writable(out, error) from error
        try:
            yield
        except BaseException:
            for name in _ARTIFACTS:
                (out / name).unlink(missing_ok=True)
            raise


def _firmware(
    request: BuildRequest,
    compiled: CompiledModel,
    board: Board,
    source: Source,
    tests: TestSet,
    validation: Validation,
    display: Display,
) -> Report:
    display.stage(f"building the firmware for {board.title}")
    elf, compiler = _image(request, compiled, board, tests)
    write_image(elf, board, request.out)
    sizes = image_sizes(elf, compiled.generated.identifier, board)
    tested = tests.real is not None or tests.labels is not None
    subject = Subject(compiled, source, board, elf, request.toolchain, compiler.version)
    report = Report(
        compiled.generated,
        compiled.target,
        compiled.layers,
        source.sha256,
        board,
        sizes,
        compiler,
        compiled.graph.scheme,
        validation if tested else None,
        source.calibration,
        _compared(request, subject, tests, validation, display),
    )
    picture = arena_svg(compiled.graph, compiled.plan)
    write_if_changed(request.out, {REPORT: as_json(report.as_dict()), ARENA_PICTURE: picture})
    display.done(
        f"built firmware.{', .'.join(image_kinds(board))} for {board.title}: {sizes.flash_bytes:,} bytes of flash"
    )
    return report


def _compared(
    request: BuildRequest, subject: Subject, tests: TestSet, validation: Validation, display: Display
) -> Comparison | NotCompared | None:
    """The image beside one of the same model in float32; None where there is nothing to measure on."""
    if tests.real is None and tests.labels is None:
        return None
    if not request.compare:
        return NotCompared("--no-compare was given")
    if request.framework is not None:
        return NotCompared(f"tinyq emulates no image of the framework {request.framework}")
    display.stage("building and running the model in float32, to compare with")
    return compared(subject, tests, validation)


def _image(request: BuildRequest, compiled: CompiledModel, board: Board, tests: TestSet) -> tuple[Path, CompilerUsed]:
    """Write the project and build it."""
    project, test = request.out / "project", self_test(compiled, tests)
    if request.framework is not None:
        write_project(project, framework_files(compiled.generated, board, request.framework, test))
        elf = build_framework_image(project, required_framework(board, request.framework).platform)
        return elf, CompilerUsed(request.framework, image_compiler(elf), ())
    write_project(project, project_files(compiled.generated, board, request.toolchain, test))
    elf = build_image(project, request.toolchain)
    flags = (*build_flags(request.toolchain, board.processor).all, *compiled.generated.flags)
    return elf, CompilerUsed(request.toolchain, image_compiler(elf), flags)
