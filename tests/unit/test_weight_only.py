"""Weights of int8 or int4 computed in float32: what the file holds, and that no float32 copy of them is made."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.oracles import builtin_ref
from support.tflite_model import Op, T, tflite_model

from tinyq.emulator.reference import run_reference
from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board
from tinyq.frontend.schema import parse
from tinyq.frontend.weight_only import with_stored_weights
from tinyq.kernels import Target
from tinyq.numerics.affine import symmetric
from tinyq.pipeline import CompiledModel, compile_tflite
from tinyq.pipeline.float_layers import float_warnings

CHANCE = np.random.default_rng(4)
WINDOW = {"padding": 0, "strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1}
DEPTHWISE_WINDOW = {**WINDOW, "depthMultiplier": 1}
CONV = CHANCE.normal(size=(8, 3, 3, 4)).astype(np.float32)
DEPTHWISE = CHANCE.normal(size=(1, 5, 5, 8)).astype(np.float32)
DENSE = CHANCE.normal(size=(6, 128)).astype(np.float32)
BIAS = CHANCE.normal(size=8).astype(np.float32)
NARROW = CHANCE.normal(size=(6, 1)).astype(np.float32)

OTHER_AXIS = (
    "found weights w with a scale for each slice along axis 1; accepted: one scale, or one for each output channel"
)


def convnet() -> bytes:
    """Convolutions with one bias for both, and a dense layer, all of float32."""
    tensors = [
        T("x", (1, 4, 4, 4), "float32"),
        T("conv", CONV.shape, "float32", data=CONV),
        T("depthwise", DEPTHWISE.shape, "float32", data=DEPTHWISE),
        T("dense", DENSE.shape, "float32", data=DENSE),
        T("bias", (8,), "float32", data=BIAS),
        T("a", (1, 4, 4, 8), "float32"),
        T("b", (1, 4, 4, 8), "float32"),
        T("y", (1, 6), "float32"),
    ]
    operators = [
        Op("CONV_2D", ["x", "conv", "bias"], ["a"], "Conv2DOptions", WINDOW),
        Op(
            "DEPTHWISE_CONV_2D",
            ["a", "depthwise", "bias"],
            ["b"],
            "DepthwiseConv2DOptions",
            {**WINDOW, "depthMultiplier": 1},
        ),
        Op("FULLY_CONNECTED", ["b", "dense"], ["y"], "FullyConnectedOptions"),
    ]
    return tflite_model(tensors, operators, ["x"], ["y"])


def dense_and_sum() -> bytes:
    """A dense layer whose weights are an operand of an ADD as well."""
    shape = (6, 6)
    weights = T("w", shape, "float32", data=CHANCE.normal(size=shape).astype(np.float32))
    operators = [
        Op("FULLY_CONNECTED", ["x", "w"], ["a"], "FullyConnectedOptions"),
        Op("ADD", ["a", "w"], ["y"], "AddOptions"),
    ]
    others = [T(name, shape, "float32") for name in ("x", "a", "y")]
    return tflite_model([weights, *others], operators, ["x"], ["y"])


def dense_of_one_input() -> bytes:
    tensors = [T("x", (1, 1), "float32"), T("w", NARROW.shape, "float32", data=NARROW), T("y", (1, 6), "float32")]
    return tflite_model(tensors, [Op("FULLY_CONNECTED", ["x", "w"], ["y"], "FullyConnectedOptions")], ["x"], ["y"])


def compiled(tflite: bytes) -> CompiledModel:
    return compile_tflite(tflite, "net", "net.tflite", Target(allow_float=True))


@pytest.mark.parametrize("dtype", ["int8", "int4"])
def test_the_answers_are_those_of_tensorflow_lite(dtype: str) -> None:
    tflite = with_stored_weights(convnet(), dtype, "net.tflite")
    inputs = [CHANCE.normal(size=(5, 1, 4, 4, 4)).astype(np.float32)]
    np.testing.assert_array_equal(run_reference(compiled(tflite).graph, inputs), builtin_ref(tflite, inputs))


@pytest.mark.parametrize(("dtype", "weights"), [("int8", 288 + 200 + 768), ("int4", 144 + 100 + 384)])
def test_flash_holds_the_integers_and_their_scales_and_nothing_else(dtype: str, weights: int) -> None:
    made = compiled(with_stored_weights(convnet(), dtype, "net.tflite"))
    assert made.graph.scheme == f"{dtype}-weights"
    assert made.weight_bytes == weights + 4 * (8 + 8 + 6) + 2 * BIAS.nbytes
    assert [layer.op for layer in made.layers] == ["CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED"]
    assert made.plan.arena_bytes == compiled(convnet()).plan.arena_bytes


def test_the_cost_of_integer_weights_is_told() -> None:
    graph = compiled(with_stored_weights(convnet(), "int8", "net.tflite")).graph
    assert float_warnings(graph, load_board("nano33")) == (
        "the whole model computes in float32 on the FPU: about 98,176 cycles",
    )
    assert float_warnings(graph, load_board("rpi_pico")) == (
        "the whole model computes in float32 in software, since the processor has no FPU: about 4,002,560 cycles",
    )


def test_the_file_holds_them_once() -> None:
    numbers = CONV.size + DEPTHWISE.size + DENSE.size
    assert len(with_stored_weights(convnet(), "int8", "net.tflite")) < len(convnet()) - 2 * numbers
    assert with_stored_weights(convnet(), "int8", "net.tflite") == with_stored_weights(convnet(), "int8", "net.tflite")


@pytest.mark.parametrize("tflite", [dense_and_sum(), dense_of_one_input()], ids=["read elsewhere", "too few"])
def test_what_is_read_elsewhere_or_would_not_shrink_stays(tflite: bytes) -> None:
    made = with_stored_weights(tflite, "int8", "net.tflite")
    assert {int(tensor.type) for tensor in parse(made, "net.tflite").subgraphs[0].tensors} == {0}
    assert compiled(made).graph.scheme == "float32"


def test_a_stored_constant_that_no_operator_takes_becomes_float32_at_build_time() -> None:
    stored = T("w", (2, 3), "int8", (0.5, 0.25), axis=0, data=np.array([[1, -2, 3], [4, -5, 127]]))
    tensors = [stored, *(T(name, (2, 3), "float32") for name in ("real", "x", "y"))]
    operators = [Op("DEQUANTIZE", ["w"], ["real"]), Op("ADD", ["x", "real"], ["y"], "AddOptions")]
    graph = compiled(tflite_model(tensors, operators, ["x"], ["y"])).graph
    assert [node.op for node in graph.nodes] == ["ADD"]
    (answer,) = run_reference(graph, [np.zeros((1, 2, 3), np.float32)])
    assert answer.tolist() == [[[0.5, -1.0, 1.5], [1.0, -1.25, 31.75]]]


@given(st.integers(0, 2**32 - 1))
def test_symmetric_integers_are_within_half_a_step_of_the_numbers(seed: int) -> None:
    chance = np.random.default_rng(seed)
    real = (chance.normal(size=(3, 4, 5)) * 2.0 ** chance.uniform(-20, 20, (1, 4, 1))).astype(np.float32)
    integers, scales = symmetric(real, 1)
    steps = scales.reshape(1, 4, 1)
    assert np.abs(integers).max((0, 2)).tolist() == [127] * 4
    assert (np.abs(integers * steps - real) <= 0.50001 * steps).all()


@pytest.mark.parametrize("dtype", ["int8", "int4"])
def test_channels_of_zeros_or_of_denormal_numbers_are_built(dtype: str) -> None:
    weights = np.zeros((3, 40), np.float32)
    weights[1], weights[2, 0] = 1e-45, 1.0
    tensors = [T("x", (1, 40), "float32"), T("w", (3, 40), "float32", data=weights), T("y", (1, 3), "float32")]
    dense = Op("FULLY_CONNECTED", ["x", "w"], ["y"], "FullyConnectedOptions")
    graph = compiled(with_stored_weights(tflite_model(tensors, [dense], ["x"], ["y"]), dtype, "net.tflite")).graph
    (answer,) = run_reference(graph, [np.ones((1, 1, 40), np.float32)])
    assert answer.tolist() == [[[0.0, 0.0, 1.0]]]


def stored_dense(**changes: object) -> bytes:
    quantization = {"scales": (0.5,) * 6, "axis": 0, **changes}
    stored = T("w", (6, 4), "int8", data=np.ones((6, 4)), **quantization)  # type: ignore[arg-type]  # as T takes them
    others = [T("real", (6, 4), "float32"), T("x", (1, 4), "float32"), T("y", (1, 6), "float32")]
    operators = [
        Op("DEQUANTIZE", ["w"], ["real"]),
        Op("FULLY_CONNECTED", ["x", "real"], ["y"], "FullyConnectedOptions"),
    ]
    return tflite_model([stored, *others], operators, ["x"], ["y"])


@pytest.mark.parametrize(
    ("tflite", "found"),
    [
        (stored_dense(scales=(0.5,) * 4, axis=1), OTHER_AXIS),
        (
            stored_dense(zero_points=(0, 0, 3, 0, 0, 0)),
            "found weights w with zero points other than 0; accepted: symmetric weights",
        ),
    ],
)
def test_other_weights_are_refused(tflite: bytes, found: str) -> None:
    with pytest.raises(TinyqError) as caught:
        compiled(tflite)
    assert str(caught.value) == f"net.tflite: layer w (FULLY_CONNECTED): {found}"
