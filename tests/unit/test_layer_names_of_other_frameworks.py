"""Layers are named after PyTorch's modules and after ONNX nodes."""

from types import SimpleNamespace

import pytest
from ai_edge_litert import schema_py_generated as schema
from support.tflite_model import Op, T, tflite_model

from tinyq.frontend.keras.onnx_names import shown_name
from tinyq.frontend.layer_names import layer_name
from tinyq.frontend.pytorch.names import named_by_module
from tinyq.frontend.schema import pack, parse

CONV = "__main__.Net/a.b.Block_stem/torch.nn.modules.conv.Conv2d_conv_1"
NORM = "__main__.Net/a.b.Block_stem/torch.nn.modules.batchnorm.BatchNorm2d_norm"


def renamed(name: str, operator: str = "RELU") -> str:
    """The name of the tensor `name`, which `operator` writes, and of its layer."""
    model = tflite_model(
        [T("x", (1, 4), "float32"), T(name, (1, 4), "float32")], [Op(operator, ["x"], [name])], ["x"], [name]
    )
    tensor = parse(named_by_module(model), "m").subgraphs[0].tensors[1].name.decode()
    return layer_name([tensor], operator)


@pytest.mark.parametrize(
    ("tensor", "layer"),
    [
        ("torch.nn.modules.container.Sequential/torch.nn.modules.linear.Linear_0;1", "linear_0"),
        (f"{CONV};2", "stem.conv_1"),
        (f"__main__.Net;;{NORM};;{CONV};", "stem.conv_1"),
        ("__main__.Net;;__main__.Net;", "relu"),
        ("serving_default_output_0_output", "relu"),
    ],
)
def test_a_module_is_named_as_in_pytorch(tensor: str, layer: str) -> None:
    assert renamed(tensor) == layer


def test_what_only_moves_elements_leaves_a_modules_name_to_what_computes() -> None:
    assert renamed(CONV, "TRANSPOSE") == "transpose"


def test_constants_stay_visible_to_the_quantizer() -> None:
    model = parse(tflite_model([T("x", (1, 4), "float32")], [], ["x"], ["x"]), "m")
    entries = [schema.MetadataT(), schema.MetadataT()]
    entries[0].name, entries[1].name = b"min_runtime_version", b"keep_stablehlo_constant"
    model.metadata = entries
    kept = parse(named_by_module(pack(model)), "m").metadata
    assert [entry.name for entry in kept] == [b"min_runtime_version"]


@pytest.mark.parametrize(
    ("name", "op_type", "shown"),
    [
        ("node_conv2d", "Conv", "conv2d"),
        ("/block/conv1/Conv", "Conv", "block.conv1"),
        ("my node:1", "Add", "my_node_1"),
        ("", "Gemm", "gemm"),
        ("/Relu", "Relu", "relu"),
    ],
)
def test_an_onnx_node_keeps_what_a_user_knows_of_its_name(name: str, op_type: str, shown: str) -> None:
    assert shown_name(SimpleNamespace(name=name, op_type=op_type)) == shown
