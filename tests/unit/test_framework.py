"""Projects for the frameworks of official PlatformIO platforms: their text, and that their sources compile and run."""

import subprocess
from pathlib import Path

import pytest
from support.tiny_model import tiny_model, tiny_self_test

from tinyq.cli.build import command
from tinyq.codegen.generated import SelfTest
from tinyq.codegen.write import write_if_changed
from tinyq.errors import TinyqError
from tinyq.firmware.board import board_names, load_board
from tinyq.firmware.framework import FRAMEWORKS, framework_files
from tinyq.firmware.project import project_files
from tinyq.firmware.toolchain import build_flags
from tinyq.firmware.toolchain_check import require_platform
from tinyq.tools.zig import zig_command, zig_environment

GOLDEN = Path(__file__).parents[1] / "golden"
PAIRS = [(name, framework) for name in board_names() for framework in load_board(name).frameworks]

ARDUINO_STUB = """
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#define HEX 16
struct Port {
    void begin(unsigned long) {}
    void print(const char *text) { fputs(text, stdout); }
    void print(unsigned long number, int base = 10) { printf(base == HEX ? "%lX" : "%lu", number); }
    void println() { puts(""); }
    template <class T> void println(T value) { print(value); println(); }
};
static Port Serial;
static unsigned long micros() { return 0; }
static void delay(unsigned long) { exit(0); }
"""


def files_of(name: str, framework: str, self_test: SelfTest | None = None) -> dict[str, str]:
    return framework_files(tiny_model(), load_board(name), framework, self_test or tiny_self_test())


@pytest.mark.parametrize(
    ("name", "framework", "path"),
    [
        ("nano33", "arduino", "platformio.ini"),
        ("nano33", "arduino", "src/main.cpp"),
        ("nucleo_h743zi", "stm32cube", "platformio.ini"),
        ("nucleo_h743zi", "stm32cube", "src/before_main.c"),
    ],
)
def test_the_text_is_the_golden_one(name: str, framework: str, path: str) -> None:
    golden = GOLDEN / f"{framework}.{Path(path).name}"
    assert files_of(name, framework)[path] == golden.read_text()


def test_which_boards_have_which_framework() -> None:
    assert PAIRS == [
        ("blackpill_f411ce", "stm32cube"),
        ("nano33", "arduino"),
        ("nucleo_f446re", "stm32cube"),
        ("nucleo_h743zi", "stm32cube"),
        ("nucleo_l4r5zi", "stm32cube"),
        ("nucleo_u575zi", "stm32cube"),
        ("rpi_pico", "arduino"),
    ]


def test_the_command_line_takes_every_framework() -> None:
    (option,) = (parameter for parameter in command.params if parameter.name == "framework")
    assert tuple(option.type.choices) == FRAMEWORKS  # type: ignore[attr-defined]  # it is a click.Choice


@pytest.mark.parametrize(("name", "framework"), PAIRS)
def test_the_model_is_that_of_the_bare_board_and_nothing_runs_before_the_frameworks_startup(
    name: str, framework: str
) -> None:
    files, bare = files_of(name, framework), project_files(tiny_model(), load_board(name), "zig", tiny_self_test())
    model = {path for path in bare if path.startswith(("lib/tiny/", "lib/tinyq_runtime/"))}
    assert {path: files[path] for path in model} == {path: bare[path] for path in model}
    assert not {path for path in files if path.endswith(("startup.c", "boot.c", ".ld", "platform.json"))}


def test_a_board_without_the_framework_is_told_which_have_it() -> None:
    with pytest.raises(TinyqError) as caught:
        files_of("nano33", "stm32cube")
    assert str(caught.value) == (
        "nano33 can't be built with the framework stm32cube; accepted: arduino\n"
        "  hint: leave --framework out, or choose a board that has it: blackpill_f411ce, nucleo_f446re, nucleo_h743zi, "
        "nucleo_l4r5zi, nucleo_u575zi"
    )


@pytest.mark.parametrize("name", ["nano33", "rpi_pico"])
def test_the_sketch_compiles_and_passes_its_self_test(name: str, tmp_path: Path) -> None:
    write_if_changed(tmp_path, {**files_of(name, "arduino"), "lib/stub/Arduino.h": ARDUINO_STUB})
    (tmp_path / "run.cpp").write_text('#include "src/main.cpp"\nint main() { setup(); for (;;) { loop(); } }\n')
    compile_c = [*zig_command(), "cc", "-c", "-std=c99", "lib/tiny/tiny.c", "-Ilib/tinyq_runtime", "-o", "tiny.o"]
    strict = ["-Wall", "-Wextra", "-Werror", "-fno-exceptions", "-fno-rtti"]
    compile_cpp = [*zig_command(), "c++", *strict, "-c", "run.cpp", "-Ilib/tiny", "-Ilib/stub", "-o", "run.o"]
    # As C: zig builds its library of C++ first, for a minute, where C++ is linked; nothing here needs it.
    link = [*zig_command(), "cc", "run.o", "tiny.o", "-o", "run"]
    for line in (compile_c, compile_cpp, link):
        subprocess.run(line, cwd=tmp_path, env=zig_environment(), check=True)
    said = subprocess.run([tmp_path / "run"], capture_output=True, text=True, check=True).stdout
    assert said == "model: tiny\noutput 0: 0E 0C 11 16 10 15 13 12\nmicroseconds: 0\nself-test: passed\n"


def test_the_sources_for_stm32cube_compile(tmp_path: Path) -> None:
    name = "nucleo_h743zi"
    bare = project_files(tiny_model(), load_board(name), "zig", None)
    header = {"include/string.h": bare["platforms/tinyq/include/string.h"]}
    write_if_changed(tmp_path, {**files_of(name, "stm32cube"), **header})
    sources = [str(path) for path in sorted(tmp_path.rglob("*.c"))]
    flags = build_flags("zig", load_board(name).processor)
    folders = [
        f"-I{tmp_path / folder}" for folder in ("lib/tiny", "lib/tinyq_runtime", "lib/tinyq_platform", "include")
    ]
    check = [*zig_command(), "cc", *flags.c_flags, *flags.flags, *folders, "-c", *sources]
    subprocess.run(check, cwd=tmp_path, env=zig_environment(), check=True)


def test_an_unreachable_registry_is_said_at_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ConnectionRefusedError

    monkeypatch.setattr("urllib.request.urlopen", refuse)
    with pytest.raises(TinyqError) as caught:
        require_platform("nordicnrf52", tmp_path, Path("build/nano33/project"))
    assert str(caught.value) == (
        "PlatformIO's registry, which holds the platform nordicnrf52, did not answer within 5 s\n"
        "  hint: the project is written: run `pio run` in build/nano33/project where the registry can be reached, "
        "check the network and its proxy (HTTPS_PROXY), or leave --framework out, which needs no registry"
    )


def test_a_platform_that_was_fetched_needs_no_registry(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("urllib.request.urlopen", None)
    (tmp_path / "platforms" / "ststm32").mkdir(parents=True)
    require_platform("ststm32", tmp_path, tmp_path)
