"""Whatever the tensors of a model are called, its C is valid and computes the same."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cases._case import Array
from support.compilers import C_WARNINGS, compile_c, write_all
from support.examples import examples
from support.renamed import renamed
from support.varied_model import varied_model

from tinyq.codegen.model import generate
from tinyq.codegen.names import c_identifier, comment_text
from tinyq.emulator.host import HostModel
from tinyq.emulator.reference import run_reference
from tinyq.memory.lifetimes import blocks
from tinyq.memory.planner import plan_memory
from tinyq.pipeline import CompiledModel, compile_tflite
from tinyq.resources import templates_folder

NAMES = {
    "one name for all": ["same"],
    "no name at all": [""],
    "C keywords": ["int", "while", "class", "inline", "goto", "void"],
    "names of the interface": ["input", "output", "invoke", "arena", "reset"],
    "names of other symbols": ["conv", "conv_weights", "conv_bias", "conv_2", "conv_operand2", "conv_exponentials"],
    "ends of comments": ["a*/b", "*/", "*", "/*/", "/*", "**//", "a;b*/ int x; /*"],
    "escapes": ['"', "%s%n", "a\\", "\\n", "{{ id }}", "{% raw %}", "#define X", "// c", "\x00\n\r\t"],
    "trigraphs": ["??/", "x??/", "??>", "??="],
    "unicode": ["schön", "слой", "层", "\u202eabc", "🙂", "\ufeff", "é/è", "\u2028"],
    "paths": ["a/b/c", "/", "//", "a//b", "model/conv2d/Conv2D;model/bn/x"],
    "digits": ["1", "2nd", "3_3", "_", "___"],
    "very long": ["x" * 5000, "x" * 4999 + "y", "layer/" * 700],
}


def compiled(names: list[str]) -> CompiledModel:
    model = renamed(varied_model(), [name.encode() for name in names])
    return compile_tflite(model, "odd", "odd.tflite")


@pytest.mark.parametrize("kind", NAMES)
def test_odd_names_give_c_that_computes_the_same(kind: str, tmp_path: Path) -> None:
    model, chance = compiled(NAMES[kind]), np.random.default_rng(1)
    images = chance.uniform(-3, 3, (5, 1, 6, 5, 2)).astype(np.float32)
    inputs: list[Array] = [images, chance.integers(-128, 128, (5, 4)).astype(np.int8)]
    expected = run_reference(compile_tflite(varied_model(), "plain", "plain.tflite").graph, inputs)
    answers = HostModel(model.generated, model.layers, folder=tmp_path).run(inputs)
    assert [answer.tobytes() for answer in answers] == [array.tobytes() for array in expected]


@pytest.mark.parametrize("name", ["gcc", "g++"])
def test_odd_names_give_no_warning(name: str, tmp_path: Path) -> None:
    for number, names in enumerate(NAMES.values()):
        model, folder = compiled(names), tmp_path / str(number)
        folder.mkdir()
        write_all(folder, model.generated.files, model.generated.runtime_files)
        options = ["-std=c99", *C_WARNINGS] if name == "gcc" else ["-std=c++11", "-Wall", "-Wextra", "-Werror"]
        compile_c(name, [*options, "-c"], [folder / "odd.c"], folder, folder / "odd.o")


def test_a_layer_called_as_another_layers_constant_has_a_name_of_its_own(tmp_path: Path) -> None:
    graph = compiled(["same"]).graph
    names = {"CONV_2D": "conv", "DEPTHWISE_CONV_2D": "conv_weights", "QUANTIZE": "conv_bias", "ADD": "add"}
    names |= {"MEAN": "add_operand2", "SOFTMAX": "invoke", "DEQUANTIZE": "arena"}
    nodes = [replace(node, name=names.get(node.op, "a*/b")) for node in graph.nodes]
    named = graph.with_nodes(nodes)
    model, layers = generate(named, plan_memory(blocks(named)), "odd")
    symbols = [name for layer in layers for name in (layer.symbol, *(constant.name for constant in layer.constants))]
    assert len(set(symbols)) == len(symbols)
    write_all(tmp_path, model.files, model.runtime_files)
    compile_c("zig cc", ["-std=c99", *C_WARNINGS, "-c"], [tmp_path / "odd.c"], tmp_path, tmp_path / "odd.o")


def test_a_name_that_is_no_utf8_is_shown_with_marks() -> None:
    model = compile_tflite(renamed(varied_model(), [b"\xff\xfe*/"]), "odd", "odd.tflite")
    assert "*/" not in comment_text(model.graph.inputs[0])


@examples(500)
@given(text=st.text(max_size=20) | st.text("*/?=\\ab", max_size=8))
def test_text_in_a_comment_never_ends_it_or_opens_another(text: str) -> None:
    shown = comment_text(text)
    assert not re.search(r"\*/|/\*|\?\?|[\x00-\x1f]", f"/{shown}*".removeprefix("/").removesuffix("*"))
    assert shown.isprintable()


@pytest.mark.parametrize("text", ["kws", "a1", "keras_tensor"])
def test_plain_text_is_shown_as_it_is(text: str) -> None:
    assert (comment_text(text), c_identifier(text)) == (text, text)


@examples(500)
@given(text=st.text(max_size=20))
def test_every_text_becomes_an_identifier_of_lower_case_letters_and_digits(text: str) -> None:
    assert re.fullmatch("[a-z][a-z0-9]*(_[a-z0-9]+)*", c_identifier(text))


@pytest.mark.parametrize("name", ["tinyq", "tinyq_dynamic", "main", "stdint", "Math", "class", "7up"])
def test_a_model_does_not_take_a_name_that_is_taken(name: str) -> None:
    assert c_identifier(name) == f"model_{name.lower()}"


def test_a_model_does_not_take_the_name_of_a_header_of_the_project() -> None:
    headers = {file.name.partition(".")[0] for file in templates_folder().rglob("*.h*")} - {"model", "weights"}
    assert len(headers) > 10
    assert {name for name in headers if c_identifier(name) == name} == set()
