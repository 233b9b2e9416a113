"""What `--optimize size` measures is what the image then holds."""

from pathlib import Path

import pytest
from support.graphs import convnet

from tinyq.codegen.write import write_if_changed
from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board
from tinyq.firmware.code_size import function_sizes, functions_in
from tinyq.firmware.cpu import CPUS
from tinyq.firmware.platformio import build_image
from tinyq.firmware.project import project_files
from tinyq.kernels import InstructionSet, Target
from tinyq.pipeline import compile_tflite

C = """
#include "a.h"
static __attribute__((noinline)) int square(int x) { return x * x / 3; }
int square_twice(int x) { return square(square(x)); }
"""
ASSEMBLY = """
    .syntax unified
    .thumb
    .text
    .type six, %function
six:
    movs r0, #6
    bx   lr
    nop
    .size six, . - six
"""


@pytest.mark.parametrize("instruction_set", sorted({cpu.instruction_set for cpu in CPUS.values()}))
def test_functions_in_c_and_assembly_are_measured_whether_static_or_not(instruction_set: InstructionSet) -> None:
    files = {"a.c": C, "a.h": "", "b.S": ASSEMBLY}
    sizes = function_sizes(files, instruction_set)
    assert sizes.keys() == {"square", "square_twice", "six"}
    assert sizes["six"] == 6
    assert all(0 < size < 100 for size in sizes.values())


def test_code_that_does_not_compile_is_an_error_that_quotes_the_compiler() -> None:
    with pytest.raises(TinyqError) as caught:
        function_sizes({"a.c": "int wrong(void) { return nothing; }\n"}, "dsp")
    assert str(caught.value) == (
        "the C compiler refused the code for cortex_m4+vfp4d16sp:\n"
        "a.c:1:26: error: use of undeclared identifier 'nothing'\n"
        "  hint: this is a fault of tinyq: please report it with the model"
    )


def test_what_is_measured_is_what_the_image_then_holds(tmp_path: Path) -> None:
    small = compile_tflite(convnet(), "net", "net.tflite", Target("dsp", "size")).generated
    measured = function_sizes({**small.files, **small.runtime_files}, "dsp")
    project = tmp_path / "project"
    write_if_changed(project, project_files(small, load_board("nucleo_l4r5zi"), "zig", None))
    linked = {name: size for name, size in functions_in(build_image(project)).items() if name.startswith("net_")}
    assert "net_invoke" in linked
    assert linked.items() <= measured.items()
