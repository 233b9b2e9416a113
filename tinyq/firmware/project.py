"""The PlatformIO project of one model on one board, as a value: `{path: text}`."""

import json
from collections.abc import Mapping

from tinyq.codegen.generated import GeneratedModel, SelfTest
from tinyq.codegen.render import render
from tinyq.firmware.board import Board
from tinyq.firmware.driver import driver_template
from tinyq.firmware.identity import c_lines, identity
from tinyq.firmware.toolchain import GCC_PACKAGE, GCC_PACKAGE_VERSION, Toolchain, build_flags

_PLATFORM = "platforms/tinyq"
APPLICATION = (
    "cycles.h",
    "frame.c",
    "frame.h",
    "identity.h",
    "main.c",
    "serve.c",
    "serve.h",
    "text.c",
    "text.h",
)


def project_files(
    model: GeneratedModel, board: Board, toolchain: Toolchain, self_test: SelfTest | None
) -> dict[str, str]:
    """Everything that `pio run` needs to build the firmware; paths are relative to the project's folder.

    Args:
        model: the generated C.
        board: where it runs.
        toolchain: which compiler builds it.
        self_test: the sample that the firmware runs after reset; None runs it once on zeros.
    """
    values = template_values(model, board, self_test)
    return {
        "platformio.ini": render("project/platformio.ini.j2", **values),
        **{f"src/{name}": render(f"app/{name}.j2", **values) for name in APPLICATION},
        **library(model.identifier, model.files, model.flags),
        **library("tinyq_runtime", model.runtime_files),
        **library("tinyq_platform", {**platform_library(board), **_startup(board)}, ("-Os",)),
        f"{_PLATFORM}/linker.ld": render("platform/linker.ld.j2", **values),
        f"{_PLATFORM}/builder/main.py": render("project/builder/main.py.j2"),
        f"{_PLATFORM}/include/string.h": render("platform/include/string.h.j2"),
        f"{_PLATFORM}/platform.json": _json(_platform_manifest(toolchain)),
        f"{_PLATFORM}/boards/{board.name}.json": _json(_board_manifest(board, toolchain)),
    }


def template_values(model: GeneratedModel, board: Board, self_test: SelfTest | None) -> dict[str, object]:
    """What the templates of an application see."""
    return {
        "model": model,
        "board": board,
        "cpu": board.processor,
        "self_test": self_test,
        "identity": c_lines(identity(model, board)),
        "vector_alignment": _vector_alignment(board),
    }


def platform_library(board: Board) -> dict[str, str]:
    """The board's drivers, without what runs before main()."""
    clock, serial = board.clock, board.serial
    files = {
        "tinyq_platform.h": render("platform/tinyq_platform.h.j2", board=board),
        "clock.c": render(driver_template("clock", clock.driver), board=board, **clock.parameters),
        "serial.c": render(
            driver_template("serial", serial.driver), board=board, baud=serial.baud, **serial.parameters
        ),
    }
    if board.processor.caches:
        files["caches.c"] = render("platform/caches.c.j2", board=board)
    return files


def _startup(board: Board) -> dict[str, str]:
    files = {"startup.c": render("platform/startup.c.j2", board=board, cpu=board.processor)}
    if board.boot is not None:
        files["boot.c"] = render(driver_template("boot", board.boot.driver), board=board)
    return files


def _vector_alignment(board: Board) -> int:
    """What VTOR asks of a table of this size (Armv7-M Architecture Reference Manual, B3.2.5); 256 on Armv6-M."""
    words = 16 + board.interrupts
    return max(256, 1 << (4 * words - 1).bit_length())


def library(name: str, files: Mapping[str, str], flags: tuple[str, ...] = ()) -> dict[str, str]:
    """A library of the project, built with `flags` besides those of all sources.

    PlatformIO builds it because a source includes one of its headers.
    """
    build = {"srcDir": ".", "includeDir": ".", **({"flags": list(flags)} if flags else {})}
    manifest = _json({"name": name, "version": "1.0.0", "build": build})
    return {
        f"lib/{name}/library.json": manifest,
        **{f"lib/{name}/{path}": text for path, text in files.items()},
    }


def _platform_manifest(toolchain: Toolchain) -> dict[str, object]:
    compiler = {"type": "toolchain", "owner": "platformio", "version": GCC_PACKAGE_VERSION}
    return {
        "name": "tinyq",
        "title": "Bare Cortex-M by tinyq",
        "description": "Builds for a bare Cortex-M",
        "version": "1.0.0",
        # Any package named here is looked for in PlatformIO's registry.
        "packages": {GCC_PACKAGE: compiler} if toolchain == "platformio" else {},
    }


def _board_manifest(board: Board, toolchain: Toolchain) -> dict[str, object]:
    flags = build_flags(toolchain, board.processor)
    return {
        "name": board.title,
        "vendor": "tinyq",
        "url": "",
        "build": {
            "mcu": board.cpu,
            "f_cpu": f"{board.clock_hz}L",
            "compiler": flags.compiler,
            "c_flags": flags.c_flags,
            "flags": flags.flags,
            "link_flags": flags.link_flags,
            "include_folders": flags.include_folders,
        },
        "upload": {"maximum_size": board.flash.bytes, "maximum_ram_size": board.ram.bytes},
    }


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"
