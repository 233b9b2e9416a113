"""The bits that a user chose for each layer: where they are read from, and what is refused."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from support.graphs import convnet

from tinyq.cli import main
from tinyq.errors import TinyqError
from tinyq.frontend.choices import Choices
from tinyq.frontend.layer_bits import read_layer_bits
from tinyq.frontend.project_file import read_project_file

WRITE = '{"layer name": 16}, in which a layer has 4, 8 or 16 bits'


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments, prog_name="tinyq")


def test_the_bits_come_from_a_file_of_json(tmp_path: Path) -> None:
    file = tmp_path / "layers.json"
    file.write_text('{"a": 4, "b": 16, "c": 8}')
    assert read_layer_bits(file) == {"a": 4, "b": 16, "c": 8}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("16,", f"not a JSON file: Extra data: line 1 column 3 (char 2)\n  hint: write such as {WRITE}"),
        ("[16]", f"found [16]; accepted: the bits of layers\n  hint: write such as {WRITE}"),
        ('{"a": 5}', "found 5 for layer a; accepted: 4, 8 or 16 bits\n  hint: leave a layer out for 8 bits"),
        ('{"a": true}', "found true for layer a; accepted: 4, 8 or 16 bits\n  hint: leave a layer out for 8 bits"),
        ('{"a": 8.0}', "found 8.0 for layer a; accepted: 4, 8 or 16 bits\n  hint: leave a layer out for 8 bits"),
        ('{"a": "16"}', 'found "16" for layer a; accepted: 4, 8 or 16 bits\n  hint: leave a layer out for 8 bits'),
    ],
)
def test_a_file_of_something_else_is_refused(tmp_path: Path, text: str, message: str) -> None:
    file = tmp_path / "layers.json"
    file.write_text(text)
    result = run("build", "net.keras", "--scheme", "mixed", "--layers", str(file), "--board", "nano33")
    assert (result.exit_code, result.output) == (1, f"error: {file}: {message}\n")


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TinyqError) as caught:
        read_layer_bits(tmp_path / "layers.json")
    assert str(caught.value) == (
        f"{tmp_path / 'layers.json'}: no such file or directory\n  hint: `tinyq tune` writes such a file: {WRITE}"
    )


def test_the_scheme_mixed_needs_the_bits_of_layers(tmp_path: Path) -> None:
    model = tmp_path / "net.keras"
    model.write_bytes(b"not looked at")
    for command in ("build", "quantize", "validate", "debug"):
        result = run(command, str(model), "--scheme", "mixed", *_needed(command, tmp_path))
        assert result.exit_code == 1
        assert result.output.endswith(
            f"error: {model}: found the scheme mixed, and no bits of layers; accepted: with --layers FILE\n"
            "  hint: find the best ones by `tinyq tune`, which writes such a file; a key layers in tinyq.toml does, "
            "too\n"
        ), command


def _needed(command: str, folder: Path) -> tuple[str, ...]:
    data = ("--data", "x.npz")
    out = ("--out", str(folder / "net.tflite"))
    return {"build": (*data, "--board", "nano33"), "quantize": (*data, *out)}.get(command, data)


def test_the_bits_of_layers_need_the_scheme_mixed(tmp_path: Path) -> None:
    model, layers = tmp_path / "net.keras", tmp_path / "layers.json"
    model.write_bytes(b"not looked at")
    layers.write_text('{"a": 16}')
    for command in ("build", "quantize", "validate", "debug"):
        result = run(command, str(model), "--layers", str(layers), *_needed(command, tmp_path))
        assert (result.exit_code, result.output) == (
            1,
            (
                "error: found --layers and the scheme int8; accepted: --layers with the scheme mixed\n"
                "  hint: add --scheme mixed\n"
            ),
        ), command


def test_a_tflite_is_not_mixed(tmp_path: Path) -> None:
    model, layers = tmp_path / "net.tflite", tmp_path / "layers.json"
    model.write_bytes(convnet())
    layers.write_text('{"a": 16}')
    result = run("build", str(model), "--scheme", "mixed", "--layers", str(layers), "--board", "nano33")
    assert result.output.endswith(
        f"error: {model}: found a .tflite and the scheme mixed; accepted: a Keras model, whose weights are still "
        "float\n"
        "  hint: give the model that it was made of\n"
    )


def test_a_mixed_model_is_inspected_as_int8(tmp_path: Path) -> None:
    model = tmp_path / "net.keras"
    model.write_bytes(b"not looked at")
    result = run("inspect", str(model), "--scheme", "mixed")
    assert result.output.endswith(
        f"error: {model}: found the scheme mixed; "
        "accepted: int8, int16x8, int8-weights, int4-weights, dynamic, float32\n"
        "  hint: the layers are the same in each: --scheme int8 shows them\n"
    )


@pytest.mark.parametrize("layers", ["layers = 'layers.json'", "[layers]\na = 4\nb = 16"])
def test_a_project_file_has_the_bits_in_a_table_or_names_a_file(tmp_path: Path, layers: str) -> None:
    (tmp_path / "layers.json").write_text('{"a": 4, "b": 16}')
    (tmp_path / "tinyq.toml").write_text(f"model = 'net.keras'\nscheme = 'mixed'\n{layers}\n")
    assert read_project_file(tmp_path).choices == Choices(scheme="mixed", layers={"a": 4, "b": 16})


def test_a_project_file_with_other_numbers_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "tinyq.toml"
    path.write_text("model = 'net.keras'\nscheme = 'mixed'\n[layers]\na = 3\n")
    with pytest.raises(TinyqError) as caught:
        read_project_file(tmp_path)
    assert str(caught.value) == (
        f"{path}: found 3 for layer a; accepted: 4, 8 or 16 bits\n  hint: leave a layer out for 8 bits"
    )


def test_what_the_command_line_says_counts_first_even_if_it_is_nothing_for_any_layer() -> None:
    described = Choices(scheme="mixed", layers={"a": 16}, stream=True)
    assert Choices(layers={}).over(described) == Choices(scheme="mixed", layers={}, stream=True)
    assert Choices(layers={"a": 4}).over(described).layers == {"a": 4}
    assert Choices().over(described) == described
