"""What the importer reads, and what it refuses, in which words."""

import dataclasses
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
from support.graphs import convnet
from support.tflite_model import Op, T, tflite_model

from tinyq.errors import TinyqError
from tinyq.frontend.layer_names import layer_name
from tinyq.frontend.tflite import import_tflite
from tinyq.ops import supported_operators

OPERATORS = Path(__file__).parent.parent.parent / "tinyq" / "ops"
MADE_BY_PASSES = {"TABLE", "FUSED_ROWS"}


def refusal(data: bytes) -> str:
    with pytest.raises(TinyqError) as caught:
        import_tflite(data, "net", "net.tflite")
    return str(caught.value)


def quantized(name: str, shape: tuple[int, ...], **changes: object) -> T:
    return dataclasses.replace(T(name, shape, scales=(0.5,), zero_points=(1,)), **changes)  # type: ignore[arg-type]  # test data


def test_a_model_is_read_with_names_shapes_and_quantization() -> None:
    graph = import_tflite(convnet(), "net", "net.tflite")
    assert [node.name for node in graph.nodes] == ["pad", "conv", "flatten", "dense", "softmax"]
    weights = graph.tensors["net/conv/Conv2D"].quantization
    assert weights is not None
    assert weights.scales == tuple(float(np.float32(scale)) for scale in (0.01, 0.02, 0.03, 0.04))
    assert weights.axis == 0
    assert graph.tensors["image"].shape == (1, 6, 6, 2)
    assert (graph.inputs, graph.outputs) == (("image",), ("Identity",))


def test_the_supported_operators_are_those_with_a_file() -> None:
    files = [file for file in OPERATORS.glob("*.py") if "\nOPERATOR = " in file.read_text()]
    assert set(supported_operators()) == {file.stem.upper() for file in files} - MADE_BY_PASSES
    assert {"CONV_2D", "RESHAPE", "SOFTMAX"} < set(supported_operators())


def test_a_file_that_is_no_tflite_is_refused() -> None:
    assert refusal(b"PK\x03\x04 something else") == (
        "net.tflite: not a TensorFlow Lite model (bytes 4 to 7 are b' som', not b'TFL3')\n"
        "  hint: give a .tflite, a .keras, .h5, .onnx or .pt2 file, or a SavedModel folder"
    )


@pytest.mark.parametrize("length", [0, 3, 8, 16, 100, 1000])
def test_a_file_that_is_cut_short_is_refused(length: int) -> None:
    message = refusal(convnet()[:length])
    assert "net.tflite: " in message
    assert "damaged or cut short" in message or "not a TensorFlow Lite model" in message


def test_the_message_about_a_damaged_file_says_what_to_do() -> None:
    assert refusal(convnet()[:100]) == (
        "net.tflite: the file is damaged or cut short (100 bytes, error while reading it)\n"
        "  hint: copy or convert the model again"
    )


def test_damaged_bytes_never_end_in_a_traceback() -> None:
    chance = np.random.default_rng(5)
    model = np.frombuffer(convnet(), np.uint8)
    for _ in range(300):
        broken = model.copy()
        places = chance.integers(8, len(model), 4)
        broken[places] = chance.integers(0, 256, 4)
        with suppress(TinyqError):  # any other exception fails the test
            import_tflite(broken.tobytes(), "net", "net.tflite")


def test_all_unknown_operators_are_listed_at_once_with_their_layers() -> None:
    tensors = [quantized(name, (1, 4)) for name in ("x", "net/sums/Cumsum", "net/hot/OneHot")]
    operators = [
        Op("UNIQUE", ["x"], ["net/sums/Cumsum"]),
        Op("ONE_HOT", ["net/sums/Cumsum"], ["net/hot/OneHot"]),
    ]
    assert refusal(tflite_model(tensors, operators, ["x"], ["net/hot/OneHot"])) == (
        "net.tflite: 2 operators can't be built yet:\n"
        "  UNIQUE in layer sums\n"
        "  ONE_HOT in layer hot\n"
        "  hint: replace these layers; `tinyq ops` lists what can be built"
    )


def test_a_float_model_is_refused_with_the_way_to_quantize_it() -> None:
    tensors = [T("x", (1, 4), "float32"), T("y", (1, 4), "float32")]
    model = tflite_model(tensors, [Op("SOFTMAX", ["x"], ["y"], "SoftmaxOptions", {"beta": 1.0})], ["x"], ["y"])
    assert refusal(model) == (
        "net.tflite: found a float32 model; accepted: full-integer int8\n"
        "  hint: quantize it from its Keras original: tinyq quantize MODEL --data FILE --out net.tflite"
    )


def test_a_tensor_larger_than_any_memory_is_refused() -> None:
    tensors = [quantized("x", (1, 2**27)), quantized("y", (1, 2**27))]
    assert refusal(tflite_model(tensors, [Op("RESHAPE", ["x"], ["y"])], ["x"], ["y"])) == (
        "net.tflite: tensor x: found 134217728 bytes; accepted: up to 67108864, more than any board has\n"
        "  hint: make the model smaller"
    )


def test_a_constant_output_is_refused() -> None:
    tensors = [quantized("x", (1, 4)), quantized("always", (1, 4), data=np.zeros((1, 4)))]
    assert refusal(tflite_model(tensors, [], ["x"], ["always"])) == (
        "net.tflite: found output always, which is a constant; accepted: outputs that layers compute\n"
        "  hint: leave it out: it is the same for all inputs"
    )


def test_a_dynamic_shape_is_refused() -> None:
    tensors = [quantized("x", (1, 4), signature=(-1, -1)), quantized("y", (1, 4))]
    model = tflite_model(tensors, [Op("SOFTMAX", ["x"], ["y"], "SoftmaxOptions")], ["x"], ["y"])
    assert refusal(model) == (
        "net.tflite: tensor x: found shape [-1, -1], known only at run time; accepted: fixed shapes (only the batch "
        "may be open)\n"
        "  hint: give the Keras model an Input with every dimension fixed, then convert again"
    )


def test_an_open_batch_is_one() -> None:
    tensors = [
        quantized("x", (1, 4), signature=(-1, 4)),
        quantized("y", (1, 4), scales=(1 / 256,), zero_points=(-128,)),
    ]
    model = tflite_model(tensors, [Op("SOFTMAX", ["x"], ["y"], "SoftmaxOptions", {"beta": 1.0})], ["x"], ["y"])
    assert import_tflite(model, "net", "net.tflite").tensors["x"].shape == (1, 4)


def test_an_element_type_that_no_kernel_knows_is_refused() -> None:
    model = tflite_model([quantized("x", (1, 4))], [], ["x"], ["x"])
    import_tflite(model, "net", "net.tflite")
    import flatbuffers
    from ai_edge_litert import schema_py_generated as schema

    broken = schema.ModelT.InitFromPackedBuf(model, 0)
    broken.subgraphs[0].tensors[0].type = schema.TensorType.COMPLEX64
    builder = flatbuffers.Builder(1024)
    builder.Finish(broken.Pack(builder), b"TFL3")
    assert refusal(bytes(builder.Output())) == (
        "net.tflite: tensor x: found element type COMPLEX64; "
        "accepted: float32, int32, uint8, int64, bool, int16, int8, int4\n"
        "  hint: quantize the model to full-integer int8 with `tinyq quantize`"
    )


def test_a_missing_input_of_an_operator_is_refused() -> None:
    tensors = [quantized("x", (1, 4)), quantized("net/y/add", (1, 4))]
    model = tflite_model(tensors, [Op("ADD", ["x"], ["net/y/add"], "AddOptions")], ["x"], ["net/y/add"])
    assert refusal(model) == (
        "net.tflite: layer y (ADD): found 1 inputs and 1 outputs; accepted: 2 inputs and 1 output\n"
        "  hint: convert the model again"
    )


def test_an_unknown_fused_activation_is_refused_with_its_layer() -> None:
    tensors = [quantized("x", (1, 4)), quantized("net/y/add", (1, 4))]
    add = Op("ADD", ["x", "x"], ["net/y/add"], "AddOptions", {"fusedActivationFunction": 4})
    assert refusal(tflite_model(tensors, [add], ["x"], ["net/y/add"])) == (
        "net.tflite: layer y (ADD): found fused activation number 4; accepted: NONE, RELU, RELU_N1_TO_1, RELU6\n"
        "  hint: put the activation in a layer of its own"
    )


@pytest.mark.parametrize("zero_point", [-129, 128, 1513209474796486528])
def test_a_zero_point_that_its_type_does_not_hold_is_refused(zero_point: int) -> None:
    tensors = [quantized("x", (1, 4)), T("y", (1, 4), scales=(0.5,), zero_points=(zero_point,))]
    add = Op("ADD", ["x", "x"], ["y"], "AddOptions", {"fusedActivationFunction": 1})
    assert refusal(tflite_model(tensors, [add], ["x"], ["y"])) == (
        "net.tflite: the file contradicts itself: graph net:\n"
        f"  tensor y is int8, its zero point {zero_point}\n"
        "  hint: convert the model again"
    )


def test_a_file_that_reads_what_it_never_writes_is_refused() -> None:
    tensors = [quantized("x", (1, 4)), quantized("never", (1, 4)), quantized("y", (1, 4))]
    add = Op("ADD", ["x", "never"], ["y"], "AddOptions")
    assert refusal(tflite_model(tensors, [add], ["x"], ["y"])) == (
        "net.tflite: the file contradicts itself: graph net:\n"
        "  node y reads never before it is written\n"
        "  hint: convert the model again"
    )


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (["model/conv2d/Conv2D"], "conv2d"),
        (["m/batch_norm/FusedBatchNormV3;m/depthwise_conv2d/depthwise;m/depthwise_conv2d/BiasAdd"], "depthwise_conv2d"),
        (["m/activation/Relu;m/batch_norm/FusedBatchNormV3;m/conv2d_1/BiasAdd/ReadVariableOp/resource"], "conv2d_1"),
        (["sequential_1/max_pooling2d_1/MaxPool2d"], "max_pooling2d_1"),
        (["Identity"], "softmax"),
        (["StatefulPartitionedCall:0"], "softmax"),
        (["add"], "add"),
        ([], "softmax"),
    ],
)
def test_a_layer_has_the_name_that_keras_gave_it(names: list[str], expected: str) -> None:
    assert layer_name(names, "SOFTMAX") == expected
