"""The generated C is clean: no warning of any compiler, valid C++, no undefined behaviour, no clash of two models."""

from pathlib import Path

import numpy as np
import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.sections import SymbolTableSection
from support.cases._case import Array
from support.compilers import C_WARNINGS, CPP_WARNINGS, compile_c, run_program, write_all
from support.graphs import convnet
from support.host_program import ADDRESS_AND_UNDEFINED, SANITIZED, main_of, write_program
from support.varied_model import varied_model

from tinyq.emulator.packing import pack, unpack
from tinyq.emulator.reference import run_reference
from tinyq.pipeline import CompiledModel, compile_tflite

SAMPLES = 20


def varied(name: str = "varied") -> CompiledModel:
    return compile_tflite(varied_model(), name, f"{name}.tflite")


def samples() -> list[Array]:
    chance = np.random.default_rng(3)
    images = chance.uniform(-3, 3, (SAMPLES, 1, 6, 5, 2)).astype(np.float32)
    images[0, 0, 0, 0] = [np.inf, np.nan]
    return [images, chance.integers(-128, 128, (SAMPLES, 4)).astype(np.int8)]


def assert_the_program_answers_as_the_reference(program: Path, model: CompiledModel) -> None:
    inputs = samples()
    stdout = run_program(program, pack(inputs, model.generated.inputs).tobytes())
    answers = unpack(np.frombuffer(stdout, np.uint8).reshape(SAMPLES, -1), model.generated.outputs)
    for expected, answer in zip(run_reference(model.graph, inputs), answers, strict=True):
        assert answer.tobytes() == expected.tobytes()
    assert len(np.unique(answers[0])) > 10, "the model answers too little for a difference to show"


@pytest.mark.parametrize("name", ["zig cc", "gcc", "clang"])
def test_it_compiles_without_a_warning_as_c99(name: str, tmp_path: Path) -> None:
    _, source = write_program(varied(), tmp_path)
    compile_c(name, ["-std=c99", "-O2", *C_WARNINGS, "-c"], [source], tmp_path, tmp_path / "varied.o")


@pytest.mark.parametrize("name", ["zig c++", "g++", "clang++"])
@pytest.mark.parametrize("standard", ["c++11", "gnu++17"])
def test_it_compiles_without_a_warning_as_cpp(name: str, standard: str, tmp_path: Path) -> None:
    _, source = write_program(varied(), tmp_path)
    options = [f"-std={standard}", "-O2", *CPP_WARNINGS, "-c", "-x", "c++"]
    compile_c(name, options, [source], tmp_path, tmp_path / "varied.o")


@pytest.mark.parametrize(
    ("name", "sanitizer"),
    [
        ("zig cc", ["-fsanitize=undefined", "-fsanitize-trap=undefined"]),
        ("gcc", [*ADDRESS_AND_UNDEFINED]),
    ],
)
def test_it_runs_without_undefined_behaviour(name: str, sanitizer: list[str], tmp_path: Path) -> None:
    model, program = varied(), tmp_path / "program"
    compile_c(name, [*SANITIZED, *sanitizer], write_program(model, tmp_path), tmp_path, program)
    assert_the_program_answers_as_the_reference(program, model)


def test_two_models_link_into_one_image_and_leave_each_other_alone(tmp_path: Path) -> None:
    model, other = varied("first"), varied("second")
    write_all(tmp_path, model.generated.files, other.generated.files, model.generated.runtime_files)
    disturb = "        memset(second_input(0), 1, 8);\n        if (second_invoke() != 0) return 2;"
    (tmp_path / "main.c").write_text(main_of(model, '#include "second.h"', disturb))
    sources = [tmp_path / name for name in ("main.c", "first.c", "second.c")]
    compile_c("zig cc", ["-std=c99", "-O2", "-fno-sanitize=undefined"], sources, tmp_path, tmp_path / "program")
    assert_the_program_answers_as_the_reference(tmp_path / "program", model)


def test_the_interface_is_all_that_an_image_sees(tmp_path: Path) -> None:
    _, source = write_program(varied(), tmp_path)
    options = ["-target", "x86_64-linux-musl", "-std=c99", "-O2", "-fno-sanitize=undefined", "-c"]
    compile_c("zig cc", options, [source], tmp_path, tmp_path / "varied.o")
    with (tmp_path / "varied.o").open("rb") as file:
        table = ELFFile(file).get_section_by_name(".symtab")
        assert isinstance(table, SymbolTableSection)
        symbols = list(table.iter_symbols())
    visible = {
        symbol.name
        for symbol in symbols
        if symbol["st_info"]["bind"] == "STB_GLOBAL" and symbol["st_shndx"] != "SHN_UNDEF"
    }
    assert visible == {"varied_arena", "varied_input", "varied_invoke", "varied_output"}


def test_a_model_with_one_input_and_one_output_compiles_as_well(tmp_path: Path) -> None:
    _, source = write_program(compile_tflite(convnet(), "net", "net.tflite"), tmp_path)
    compile_c("zig cc", ["-std=c99", "-O2", *C_WARNINGS, "-c"], [source], tmp_path, tmp_path / "net.o")
