"""Layers of 4, 8 and 16 bits in one model: each has the bits chosen for it, and all engines answer alike."""

import json
import tempfile
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from support import mlperf
from support.calibrated import quiet
from support.examples import examples
from support.host_c import compile_quickly

from tinyq.cli import main
from tinyq.emulator.agreement import mismatches
from tinyq.emulator.host import HostModel
from tinyq.emulator.oracle import run_oracle
from tinyq.emulator.reference import run_reference
from tinyq.emulator.validation import raw_inputs
from tinyq.errors import TinyqError
from tinyq.frontend.choices import Choices
from tinyq.frontend.schema import parse
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.bits import Bits
from tinyq.ir.graph import Array, Graph
from tinyq.kernels import InstructionSet, Optimize, Target
from tinyq.mixing.layers import layers_to_choose
from tinyq.mixing.mixed import mixed
from tinyq.mixing.owners import owned_operations
from tinyq.pipeline import compile_tflite
from tinyq.pipeline.source import Source, read_source

REPOSITORY = Path(__file__).parent.parent.parent
DIGITS = REPOSITORY / "examples/digits"
TARGETS = [Target(instructions, goal) for instructions in get_args(InstructionSet) for goal in get_args(Optimize)]
CHANCE = np.random.default_rng(1)


def read(model: Path, data: Path, choices: Choices | None = None) -> Source:
    return read_source(model, str(data), quiet, choices or Choices())


@pytest.fixture(scope="module")
def residual(mixing_models: Path) -> Source:
    return read(mixing_models / "residual.keras", mixing_models / "residual.npz")


@pytest.fixture(scope="module")
def digits() -> Source:
    return read(DIGITS / "digits.keras", DIGITS / "calibration.npz")


def mix(source: Source, bits: Mapping[str, Bits]) -> bytes:
    assert source.ranged is not None
    return mixed(source.tflite, source.ranged, bits)


def all_of(source: Source, bits: Bits) -> dict[str, Bits]:
    return {layer.name: bits for layer in layers_to_choose(source.tflite) if bits in layer.possible}


def graph_of(tflite: bytes) -> Graph:
    return import_tflite(tflite, "net", "net.tflite")


def any_inputs(graph: Graph, samples: int) -> list[Array]:
    tensors = [graph.tensors[name] for name in graph.inputs]
    limits = [np.iinfo(tensor.dtype) for tensor in tensors]
    return [
        CHANCE.integers(limit.min, limit.max + 1, (samples, *tensor.shape)).astype(tensor.dtype)
        for tensor, limit in zip(tensors, limits, strict=True)
    ]


def assert_exact(tflite: bytes, target: Target) -> None:
    """tflite-micro, NumPy and the generated C for `target` answer alike."""
    graph = graph_of(tflite)
    inputs = any_inputs(graph, 6)
    expected = run_reference(graph, inputs)
    assert mismatches(expected, run_oracle(tflite, len(graph.outputs), inputs)) == 0, "tflite-micro differs"
    model = compile_tflite(tflite, "net", "net.tflite", target)
    with tempfile.TemporaryDirectory() as folder:
        host = HostModel(model.generated, model.layers, compile_quickly(), Path(folder))
        assert mismatches(expected, host.run(inputs)) == 0, f"the C for {target} differs"


def assert_as_chosen(tflite: bytes, chosen: Mapping[str, Bits]) -> None:
    """Each operator has the types of its layer, and no tensor is converted twice to one type."""
    graph, converted = graph_of(tflite), Counter[tuple[str | None, str]]()
    layers = {
        each.operation.outputs[0].name: each.layer
        for each in owned_operations(parse(tflite, "net.tflite"), "net.tflite")
    }
    for node in graph.nodes:
        answer = graph.tensors[node.outputs[0]]
        if node.op == "QUANTIZE":
            assert {graph.tensors[str(node.inputs[0])].dtype, answer.dtype} == {"int8", "int16"}
            converted[node.inputs[0], answer.dtype] += 1
        else:
            expected = chosen.get(layers[answer.name], 8)
            assert graph.bits(node) == (8 if expected == 4 and not _has_weights(graph, node.inputs) else expected)
    assert set(converted.values()) <= {1}


def _has_weights(graph: Graph, inputs: tuple[str | None, ...]) -> bool:
    place = inputs[1] if len(inputs) > 2 else None
    return place is not None and graph.tensors[place].is_constant


def assert_any_choice_is_exact(source: Source, data: st.DataObject) -> None:
    layers = layers_to_choose(source.tflite)
    chosen = {layer.name: data.draw(st.sampled_from(layer.possible), layer.name) for layer in layers}
    tflite = mix(source, chosen)
    assert_as_chosen(tflite, chosen)
    assert_exact(tflite, data.draw(st.sampled_from(TARGETS)))


@examples(12, compiled=True)
@given(data=st.data())
def test_any_choice_is_exact(residual: Source, data: st.DataObject) -> None:
    assert_any_choice_is_exact(residual, data)


@pytest.mark.slow
@examples(300, at_random=True, compiled=True)
@given(data=st.data())
def test_many_choices_are_exact(residual: Source, data: st.DataObject) -> None:
    assert_any_choice_is_exact(residual, data)


def test_layers_have_the_names_of_keras_and_all_that_belongs_to_them(residual: Source) -> None:
    found = {layer.name: (layer.op, layer.weights, layer.possible) for layer in layers_to_choose(residual.tflite)}
    assert list(found) == [
        *("stem", "deep", "wide", "cut", "mean", "gate", "scaled", "separable_conv2d", "swish"),
        *("large", "small", "joined", "head"),
    ]
    assert found["stem"] == ("CONV_2D", 8 * 9 * 3, (4, 8, 16))
    assert found["cut"] == ("ADD", 0, (8, 16))  # and the ReLU that is fused with it
    owned = owned_operations(parse(residual.tflite, "net.tflite"), "net.tflite")
    parts = {name: [each.operation.op for each in owned if each.layer == name] for name in ("gate", "swish", "head")}
    assert parts == {
        "gate": ["FULLY_CONNECTED", "LOGISTIC"],
        "swish": ["CONV_2D", "LOGISTIC", "MUL"],
        "head": ["FULLY_CONNECTED", "SOFTMAX"],
    }
    assert [each.layer for each in owned if each.operation.op == "RESHAPE"] == ["joined"]


def test_all_of_8_bits_are_the_very_bytes_of_int8(residual: Source) -> None:
    assert mix(residual, all_of(residual, 8)) == residual.tflite
    assert mix(residual, {}) == residual.tflite


def test_the_same_choice_gives_the_same_bytes(residual: Source) -> None:
    chosen: dict[str, Bits] = {"stem": 16, "deep": 4}
    assert mix(residual, chosen) == mix(residual, dict(reversed(chosen.items())))


def test_all_of_16_bits_are_int16x8(digits: Source) -> None:
    converted = read(DIGITS / "digits.keras", DIGITS / "calibration.npz", Choices(scheme="int16x8")).tflite
    images = np.load(DIGITS / "test.npz")["x"]
    graphs = [graph_of(converted), graph_of(mix(digits, all_of(digits, 16)))]
    assert [node.op for node in graphs[0].nodes] == [node.op for node in graphs[1].nodes]
    assert {graph.scheme for graph in graphs} == {"int16x8"}
    for name, tensor in graphs[0].tensors.items():
        twin = graphs[1].tensors[name]
        assert (tensor.shape, tensor.dtype) == (twin.shape, twin.dtype)
        if tensor.dtype == "int8" and tensor.data is not None:
            assert tensor.quantization == twin.quantization
            assert np.array_equal(tensor.data, np.asarray(twin.data))
    classes = [
        run_reference(graph, raw_inputs([images], [graph.tensors[graph.inputs[0]]]))[0].reshape(-1, 10).argmax(axis=1)
        for graph in graphs
    ]
    assert np.array_equal(*classes)


def test_4_bits_take_less_flash_and_come_from_the_float_weights(digits: Source) -> None:
    graph = graph_of(mix(digits, {"shapes": 4}))
    (weights,) = [tensor for tensor in graph.tensors.values() if tensor.dtype == "int4"]
    assert weights.bytes == weights.elements // 2
    assert weights.quantization is not None
    assert len(weights.quantization.scales) == weights.shape[0]
    assert graph.scheme == "mixed"
    assert mixed(digits.tflite, b"", {"shapes": 4}) != mix(digits, {"shapes": 4})


def test_a_layer_without_an_int16x8_form_leaves_it_to_the_others(mixing_models: Path) -> None:
    hard = read(mixing_models / "hard.keras", mixing_models / "hard.npz")
    assert {layer.name: layer.possible for layer in layers_to_choose(hard.tflite)} == {
        "first": (4, 8, 16),
        "middle": (8,),
        "last": (4, 8, 16),
    }
    assert_exact(mix(hard, {"first": 16, "last": 16}), Target())
    with pytest.raises(TinyqError) as caught:
        mix(hard, {"middle": 16})
    assert str(caught.value) == (
        "layer middle (HARD_SWISH): found 16 bits; accepted: 8\n  hint: leave the layer out for 8 bits"
    )


def test_bits_that_no_layer_has_are_refused(residual: Source) -> None:
    with pytest.raises(TinyqError) as caught:
        mix(residual, {"cut": 4})
    assert str(caught.value) == "layer cut (ADD): found 4 bits; accepted: 8 or 16\n  hint: write 16"
    with pytest.raises(TinyqError) as caught:
        mix(residual, {"steem": 4})
    assert str(caught.value) == (
        "found bits for a layer steem; accepted: stem, deep, wide, cut, mean, gate, scaled, separable_conv2d, swish, "
        "large, small, joined, head\n  hint: did you mean stem?"
    )
    with pytest.raises(TinyqError) as caught:
        mix(residual, {"flat": 16})
    assert caught.value.hint == "a layer that only moves values has the bits of the layer before it, and is not named"


def test_the_keyword_model_with_a_layer_of_16_and_one_of_4(tmp_path: Path) -> None:
    folder, data = mlperf.mlperf_folder(), tmp_path / "d.npz"
    tensor = mlperf.compiled("kws").generated.inputs[0]
    assert tensor.quantization is not None
    real = (mlperf.inputs("kws").astype(np.float32) - tensor.zero_point) * np.float32(tensor.scale)
    np.savez(data, x=real[:100].reshape(100, 49, 10, 1))
    source = read(folder / "kws_saved_model", data)
    tflite = mix(source, {"conv2d": 16, "conv2d_2": 4})
    assert_exact(tflite, Target("dsp"))
    graphs = [graph_of(source.tflite), graph_of(tflite)]
    samples, classes = real[:300].reshape(-1, 49, 10, 1), mlperf.labels("kws")[:300]
    accuracies = [
        (
            run_reference(graph, raw_inputs([samples], [graph.tensors[graph.inputs[0]]]))[0].argmax(axis=-1).ravel()
            == classes
        )
        for graph in graphs
    ]
    assert abs(accuracies[0].mean() - accuracies[1].mean()) <= 0.02


def test_the_commands_take_the_choice_from_a_file(mixing_models: Path, tmp_path: Path) -> None:
    model, data = str(mixing_models / "residual.keras"), str(mixing_models / "residual.npz")
    layers = tmp_path / "layers.json"
    layers.write_text('{"stem": 16, "wide": 4, "cut": 8}')
    chosen = ["--data", data, "--scheme", "mixed", "--layers", str(layers)]
    on_board = ["--engine", "device", "--board", "nano33", "--json", str(tmp_path / "v.json")]
    for arguments in (
        ["build", model, *chosen, "--board", "nano33", "--out", str(tmp_path / "out")],
        ["quantize", model, *chosen, "--out", str(tmp_path / "net.tflite")],
        ["validate", model, *chosen, *on_board],
        ["debug", model, *chosen],
    ):
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, result.output
    report = json.loads((tmp_path / "out/report.json").read_text())
    bits = {layer["name"]: layer["bits"] for layer in report["model"]["layers"]}
    assert report["scheme"] == "mixed"
    assert [bits[name] for name in ("stem", "stem_int8", "wide", "deep")] == [16, 8, 4, 8]
    validation = json.loads((tmp_path / "v.json").read_text())
    assert [engine["name"] for engine in validation["engines"]] == ["device", "tflite-micro"]
    assert validation["mismatches"] == 0
    assert graph_of((tmp_path / "net.tflite").read_bytes()).scheme == "mixed"


def test_a_stream_is_mixed_around_its_memory() -> None:
    folder = REPOSITORY / "examples/wake_word"
    whole = read(folder / "wake_word.keras", folder / "calibration.npz")
    possible = {layer.name: layer.possible for layer in layers_to_choose(whole.tflite)}
    assert possible["memory"] == (8,)
    chosen = Choices(scheme="mixed", layers={"features": 16, "logits": 16}, stream=True)
    source = read(folder / "wake_word.keras", folder / "calibration.npz", chosen)
    compiled = compile_tflite(source.tflite, "net", "net.tflite")
    frames = CHANCE.integers(-(2**15), 2**15, (9, *compiled.generated.inputs[0].shape)).astype(np.int16)
    expected = run_reference(compiled.graph, [frames], steps=3)
    assert mismatches(expected, run_oracle(source.tflite, 1, [frames], steps=3)) == 0
