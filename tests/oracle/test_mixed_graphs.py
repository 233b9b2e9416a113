"""Layers of 4, 8 and 16 bits in one model: each has the bits chosen for it, and all engines answer alike."""

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples
from support.mixing import all_of, assert_exact, graph_of, mix, read

from tinyq.emulator.reference import run_reference
from tinyq.emulator.validation import raw_inputs
from tinyq.errors import TinyqError
from tinyq.frontend.choices import Choices
from tinyq.frontend.schema import parse
from tinyq.ir.bits import Bits
from tinyq.ir.graph import Graph
from tinyq.kernels import InstructionSet, Optimize, Target
from tinyq.mixing.layers import layers_to_choose
from tinyq.mixing.mixed import mixed
from tinyq.mixing.owners import owned_operations
from tinyq.pipeline.source import Source

DIGITS = Path(__file__).parent.parent.parent / "examples/digits"
TARGETS = [Target(instructions, goal) for instructions in get_args(InstructionSet) for goal in get_args(Optimize)]


@pytest.fixture(scope="module")
def residual(mixing_models: Path) -> Source:
    return read(mixing_models / "residual.keras", mixing_models / "residual.npz")


@pytest.fixture(scope="module")
def digits() -> Source:
    return read(DIGITS / "digits.keras", DIGITS / "calibration.npz")


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
