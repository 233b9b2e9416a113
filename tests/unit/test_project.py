"""The project as a value: its files depend on the model, the board and the toolchain, and on nothing else."""

import json
import re
from dataclasses import replace
from typing import get_args

import pytest
from support.tiny_model import tiny_model, tiny_self_test

from tinyq.firmware.board import load_board
from tinyq.firmware.cpu import CPUS
from tinyq.firmware.project import project_files
from tinyq.firmware.toolchain import TOOLCHAINS, Toolchain, build_flags

NANO33 = load_board("nano33")


def test_the_files_lie_where_platformio_looks() -> None:
    assert sorted(project_files(tiny_model(), NANO33, "zig", tiny_self_test())) == [
        "lib/tiny/library.json",
        "lib/tiny/tiny.c",
        "lib/tiny/tiny.h",
        "lib/tinyq_platform/clock.c",
        "lib/tinyq_platform/library.json",
        "lib/tinyq_platform/serial.c",
        "lib/tinyq_platform/startup.c",
        "lib/tinyq_platform/tinyq_platform.h",
        "lib/tinyq_runtime/library.json",
        "lib/tinyq_runtime/tinyq_tiny_runtime.h",
        "platformio.ini",
        "platforms/tinyq/boards/nano33.json",
        "platforms/tinyq/builder/main.py",
        "platforms/tinyq/include/string.h",
        "platforms/tinyq/linker.ld",
        "platforms/tinyq/platform.json",
        "src/cycles.h",
        "src/frame.c",
        "src/frame.h",
        "src/identity.h",
        "src/main.c",
        "src/serve.c",
        "src/serve.h",
        "src/text.c",
        "src/text.h",
    ]


@pytest.mark.parametrize("toolchain", TOOLCHAINS)
def test_no_file_holds_an_absolute_path_or_a_date(toolchain: Toolchain) -> None:
    for path, text in project_files(tiny_model(), NANO33, toolchain, None).items():
        assert not re.search(r"(?<![\w*.<])/(home|tmp|usr|work|root|Users)/", text), path
        assert not re.search(r"\b20\d\d-\d\d-\d\d\b", text), path


@pytest.mark.parametrize("toolchain", ["zig", "gcc"])
def test_only_platformios_own_compiler_is_fetched(toolchain: Toolchain) -> None:
    files = project_files(tiny_model(), NANO33, toolchain, None)
    assert json.loads(files["platforms/tinyq/platform.json"])["packages"] == {}


def test_platformios_own_compiler_is_asked_for_by_version() -> None:
    files = project_files(tiny_model(), NANO33, "platformio", None)
    (package,) = json.loads(files["platforms/tinyq/platform.json"])["packages"].items()
    assert package == (
        "toolchain-gccarmnoneeabi",
        {"type": "toolchain", "owner": "platformio", "version": "~1.120301.0"},
    )


@pytest.mark.parametrize("toolchain", get_args(Toolchain))
@pytest.mark.parametrize("cpu", CPUS)
def test_every_compiler_has_flags_for_every_processor(toolchain: Toolchain, cpu: str) -> None:
    flags = build_flags(toolchain, CPUS[cpu])
    assert "-Werror" in flags.all
    assert "-ffp-contract=off" in flags.all


def test_a_processor_without_an_fpu_switches_none_on() -> None:
    startup = "lib/tinyq_platform/startup.c"
    integer_board = replace(NANO33, cpu="cortex-m0plus")
    assert "CPACR" in project_files(tiny_model(), NANO33, "zig", None)[startup]
    assert "CPACR" not in project_files(tiny_model(), integer_board, "zig", None)[startup]


def test_a_processor_without_a_cycle_counter_reports_no_cycles() -> None:
    integer_board = replace(NANO33, cpu="cortex-m0plus")
    main = project_files(tiny_model(), integer_board, "zig", None)["src/main.c"]
    assert "CYCCNT" not in main
    assert "cycles" not in main


def test_a_processor_without_a_vector_table_register_is_not_told_of_the_table() -> None:
    startup = "lib/tinyq_platform/startup.c"
    assert "VTOR" in project_files(tiny_model(), replace(NANO33, cpu="cortex-m0plus"), "zig", None)[startup]
    assert "VTOR" not in project_files(tiny_model(), replace(NANO33, cpu="cortex-m0"), "zig", None)[startup]


def test_caches_are_switched_on_where_the_processor_has_them() -> None:
    with_caches = project_files(tiny_model(), load_board("nucleo_h743zi"), "zig", None)
    assert "lib/tinyq_platform/caches.c" in with_caches
    assert with_caches["lib/tinyq_platform/startup.c"].index("caches_start();\n    const") > 0
    assert "lib/tinyq_platform/caches.c" not in project_files(tiny_model(), NANO33, "zig", None)


def test_the_vector_table_must_be_aligned_to_its_size() -> None:
    linker_script = "platforms/tinyq/linker.ld"
    for name, bytes_ in (("rpi_pico", 256), ("nano33", 256), ("nucleo_f446re", 512), ("nucleo_h743zi", 1024)):
        assert f"% {bytes_} == 0" in project_files(tiny_model(), load_board(name), "zig", None)[linker_script]
