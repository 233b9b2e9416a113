"""The parts of mixed precision: weights of 4 bits, ranges of 16, and what belongs to a layer."""

import numpy as np
import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from support.cases import Case
from support.cases._case import Array
from support.cases._draw import chances
from support.examples import examples
from support.tflite_model import Op, T, tflite_model
from support.whole_graphs import tflm_takes, whole_graphs

from tinyq.emulator.agreement import mismatches
from tinyq.emulator.oracle import run_oracle
from tinyq.emulator.reference import run_reference
from tinyq.frontend.schema import parse
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.bits import Bits
from tinyq.ir.graph import Graph, Quantization
from tinyq.ir.wide import wide_quantization
from tinyq.mixing.constants import RealConstants
from tinyq.mixing.layers import layers_to_choose
from tinyq.mixing.mixed import mixed
from tinyq.mixing.owners import owned_operations
from tinyq.numerics.fitted_int4 import to_int4
from tinyq.ops import supported_operators

CHANCE = np.random.default_rng(2)
WINDOW = {"strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1, "padding": 1}


@examples(200)
@given(seed=st.integers(0, 2**32), axis=st.sampled_from([0, 3, None]))
def test_weights_of_4_bits_have_no_more_error_than_over_the_whole_range(seed: int, axis: int | None) -> None:
    chance = np.random.default_rng(seed)
    weights = chance.standard_t(3, (5, 3, 2, 4)) * chance.choice([0, 1e-6, 1, 1e3], (5, 1, 1, 4))
    values, scales = to_int4(weights, axis)
    assert values.dtype == np.int8
    assert np.abs(values).max() <= 7
    assert (scales > 0).all()
    assert len(scales) == (1 if axis is None else weights.shape[axis])
    others = tuple(each for each in range(4) if each != axis)
    shape = [-1 if each == axis else 1 for each in range(4)]
    plain = np.maximum(np.abs(weights).max(axis=others), 1e-30).reshape(shape) / 7
    errors, plain_errors = (
        ((weights - numbers * steps) ** 2).sum(axis=others)
        for numbers, steps in ((values, scales.reshape(shape)), (np.rint(weights / plain), plain))
    )
    assert (errors <= plain_errors * (1 + 1e-6)).all()


def test_the_rare_large_ones_of_many_weights_are_cut_off() -> None:
    weights = CHANCE.normal(size=(1, 10_000))
    _, scales = to_int4(weights, 0)
    assert 2 < 7 * scales[0] < 3 < np.abs(weights).max()  # in standard deviations


@examples(200)
@given(scale=st.floats(1e-6, 1e3), zero_point=st.integers(-128, 127))
def test_int16_covers_what_int8_covers_in_finer_steps(scale: float, zero_point: int) -> None:
    wide = wide_quantization(Quantization((scale,), (zero_point,)))
    low, high = (-128 - zero_point) * scale, (127 - zero_point) * scale
    assert wide.zero_points == (0,)
    assert -32768 * wide.scale <= low * (1 - 1e-6)
    assert high * (1 - 1e-6) <= 32767 * wide.scale
    assert wide.scale <= scale / 128 * (1 + 1e-6)


@pytest.mark.parametrize(("scale", "zero_point"), [(1 / 256, -128), (1 / 128, 0)])
def test_the_scales_that_tflite_prescribes_become_each_other(scale: float, zero_point: int) -> None:
    assert wide_quantization(Quantization((scale,), (zero_point,))) == Quantization((1 / 32768,), (0,))


def quantized(name: str, *shape: int, data: Array | None = None) -> T:
    return T(name, shape, scales=(0.5,), zero_points=(3 if data is None else 0,), data=data)


def a_net() -> bytes:
    """A RESHAPE of the input, a convolution that is called twice with the same weights, and a sum with a constant."""
    numbers = CHANCE.integers(-127, 128, (2, 1, 1, 2)).astype(np.int8)
    tensors = [
        quantized("image", 1, 8),
        T("shape", (4,), "int32", data=np.array([1, 2, 2, 2])),
        quantized("net/flat/Reshape", 1, 2, 2, 2),
        quantized("net/conv/Conv2D", 2, 1, 1, 2, data=numbers),
        T("net/conv/bias", (2,), "int32", (0.25,), (0,), data=np.array([100, -100])),
        quantized("net/conv/Relu", 1, 2, 2, 2),
        quantized("net/conv_1/Relu", 1, 2, 2, 2),
        quantized("net/sum/y", 1, 1, 1, 2, data=np.array([[[[5, -7]]]], np.int8)),
        quantized("net/sum/Add", 1, 2, 2, 2),
    ]
    conv = ("net/conv/Conv2D", "net/conv/bias")
    operators = [
        Op("RESHAPE", ["image", "shape"], ["net/flat/Reshape"]),
        Op("CONV_2D", ["net/flat/Reshape", *conv], ["net/conv/Relu"], "Conv2DOptions", WINDOW),
        Op("CONV_2D", ["net/conv/Relu", *conv], ["net/conv_1/Relu"], "Conv2DOptions", WINDOW),
        Op("ADD", ["net/conv_1/Relu", "net/sum/y"], ["net/sum/Add"], "AddOptions"),
    ]
    return tflite_model(tensors, operators, ["image"], ["net/sum/Add"])


def test_what_moves_the_input_goes_with_its_reader() -> None:
    owned = owned_operations(parse(a_net(), "net.tflite"), "net.tflite")
    assert [(each.operation.op, each.layer) for each in owned] == [
        ("RESHAPE", "conv"),
        ("CONV_2D", "conv"),
        ("CONV_2D", "conv"),
        ("ADD", "sum"),
    ]


@pytest.mark.parametrize("bits", [{"conv": 4}, {"conv": 16}, {"sum": 16}, {"conv": 4, "sum": 16}])
def test_constants_that_several_operators_share_are_converted_for_each(bits: dict[str, Bits]) -> None:
    tflite = mixed(a_net(), b"", bits)
    graph = import_tflite(tflite, "net", "net.tflite")
    inputs = any_inputs(graph, [np.zeros((7, 1, 8), np.int8)])
    assert mismatches(run_reference(graph, inputs), run_oracle(tflite, 1, inputs)) == 0
    assert [graph.bits(node) for node in graph.nodes if node.op in ("CONV_2D", "ADD")] == [
        *[bits.get("conv", 8)] * 2,
        bits.get("sum", 8),
    ]


def test_real_numbers_that_the_integers_are_no_rounding_of_are_not_taken() -> None:
    graph = import_tflite(a_net(), "net", "net.tflite")
    weights = graph.tensors["net/conv/Conv2D"]
    assert weights.data is not None
    exact = weights.data * 0.5
    for offset, taken in ((0.2, True), (0.4, False)):
        real = T("net/conv/Conv2D", weights.shape, "float32", data=exact + offset)
        ends = [T("x", (1,), "float32"), T("y", (1,), "float32")]
        float32 = tflite_model([*ends, real], [Op("ADD", ["x", real.name], ["y"], "AddOptions")], ["x"], ["y"])
        assert np.allclose(RealConstants(float32).of(weights), exact + offset * taken)
    assert np.array_equal(RealConstants(b"").of(weights), exact)


def any_inputs(graph: Graph, drawn: list[Array]) -> list[Array]:
    """`drawn`, or other numbers where the model takes int16 now."""
    tensors = [graph.tensors[name] for name in graph.inputs]
    return [
        array if tensor.dtype == array.dtype.name else CHANCE.integers(-(2**15), 2**15, array.shape).astype(np.int16)
        for tensor, array in zip(tensors, drawn, strict=True)
    ]


# Operators that compute int16 here and in TensorFlow Lite, but not in tflite-micro; an LSTM it takes in another form.
_NOT_IN_TFLM = (
    *("ARG_MAX", "ARG_MIN", "BATCH_TO_SPACE_ND", "DEPTH_TO_SPACE", "EMBEDDING_LOOKUP", "FILL", "GATHER", "MIRROR_PAD"),
    *(
        "REDUCE_MAX",
        "REDUCE_MIN",
        "RESIZE_BILINEAR",
        "RSQRT",
        "SPACE_TO_BATCH_ND",
        "SPACE_TO_DEPTH",
        "UNIDIRECTIONAL_SEQUENCE_LSTM",
    ),
)


def assert_any_graph_can_be_mixed(data: st.DataObject) -> None:
    case: Case = data.draw(whole_graphs(tflm_takes, _NOT_IN_TFLM))
    layers = layers_to_choose(case.tflite)
    chance = data.draw(chances)  # a seed: there are many layers
    bits = {layer.name: layer.possible[chance.integers(len(layer.possible))] for layer in layers}
    tflite = mixed(case.tflite, b"", bits)
    graph = import_tflite(tflite, "net", "net.tflite")
    inputs, steps = any_inputs(graph, list(case.inputs)), case.steps
    expected = run_reference(graph, inputs, steps=steps)
    try:
        answers = run_oracle(tflite, case.outputs, inputs, steps=steps if steps > 1 else None)
    except RuntimeError:  # with scales near 0, it refuses that a fused RELU6 ends beyond 2**31 steps of int16
        reject()
    assert mismatches(expected, [array.reshape(each.shape) for array, each in zip(answers, expected, strict=True)]) == 0


@examples(10, compiled=True)
@given(data=st.data())
def test_any_graph_can_be_mixed(data: st.DataObject) -> None:
    assert_any_graph_can_be_mixed(data)


@pytest.mark.slow
@examples(1000, at_random=True, compiled=True)
@given(data=st.data())
def test_many_graphs_can_be_mixed(data: st.DataObject) -> None:
    assert_any_graph_can_be_mixed(data)


def test_the_operators_left_out_are_operators() -> None:
    assert set(_NOT_IN_TFLM) <= set(supported_operators())
