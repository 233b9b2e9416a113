"""ONNX models and PyTorch programs, through the real converters: slow, and only where the extras are installed."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from tinyq.cli import main
from tinyq.errors import TinyqError
from tinyq.frontend.quantize import Quantized, quantize

pytestmark = pytest.mark.slow
EXAMPLES = Path(__file__).parent.parent.parent / "examples"
CHANCE = np.random.default_rng(0)
FLOAT = 1
BATCHED = "accepted: a batch of 1, or dynamic, and then fixed sizes"


def quiet(text: str) -> None:
    """A report that nobody reads."""


def answers(model: bytes, x: Any) -> Any:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=model)
    interpreter.allocate_tensors()
    interpreter.set_tensor(interpreter.get_input_details()[0]["index"], x)
    interpreter.invoke()
    return interpreter.get_tensor(interpreter.get_output_details()[0]["index"])


@pytest.mark.parametrize(
    ("example", "package", "right"), [("onnx_digits", "onnx2tf", 0.99), ("pytorch_digits", "litert_torch", 0.98)]
)
@pytest.mark.parametrize("scheme", ["int8", "int16x8", "float32"])
def test_an_example_keeps_its_accuracy_and_every_engine_agrees(
    example: str, package: str, right: float, scheme: str, tmp_path: Path
) -> None:
    pytest.importorskip(package, reason="the extra with this converter is not installed")
    options = ["--project", str(EXAMPLES / example), "--scheme", scheme, "--json", str(tmp_path / "v.json")]
    result = CliRunner().invoke(main, ["validate", "--engine", "host", *options])
    assert result.exit_code == 0, result.output
    found = json.loads((tmp_path / "v.json").read_text())
    assert found["samples"] == 450
    assert found["mismatches"] == 0
    assert min(value for key, value in found.items() if key.startswith("accuracy")) > right


def onnx_image_model(
    file: Path, batch: int | str = "N", width: int | str = 6, *, op: str = "Relu", beside: str = ""
) -> None:
    """A convolution of 3 channels to 4, and `op`: channels first in and out, as ONNX has them."""
    onnx = pytest.importorskip("onnx", reason="the extra onnx is not installed")
    weights = onnx.numpy_helper.from_array(CHANCE.normal(size=(4, 3, 3, 3)).astype(np.float32), "w")
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [
            onnx.helper.make_node("Conv", ["x", "w"], ["c"], name="/body/edges/Conv", pads=[1, 1, 1, 1]),
            onnx.helper.make_node(op, ["c"], ["y"], name="last", domain="" if op == "Relu" else "own"),
        ],
        "g",
        [value("x", FLOAT, [batch, 3, 5, width])],
        [value("y", FLOAT, [batch, 4, 5, width])],
        [weights],
    )
    domains = [onnx.helper.make_opsetid("", 18), onnx.helper.make_opsetid("own", 1)]
    model = onnx.helper.make_model(graph, opset_imports=domains, ir_version=10)
    onnx.save(model, file, save_as_external_data=bool(beside), location=beside or None, size_threshold=0)


def quantized(model: Path, shape: tuple[int, ...]) -> Quantized:
    np.savez(model.with_name("d.npz"), x=CHANCE.normal(size=(20, *shape)))
    return quantize(model, str(model.with_name("d.npz")), report=quiet)


def refusal(model: Path) -> str:
    with pytest.raises(TinyqError) as caught:
        quantized(model, (3, 5, 6))
    return str(caught.value).replace(f"{model}: ", "")


@pytest.mark.parametrize("beside", ["", "m.onnx.data"])
def test_an_onnx_image_keeps_its_layout_in_and_out(beside: str, tmp_path: Path) -> None:
    onnxruntime = pytest.importorskip("onnxruntime", reason="the extra onnx is not installed")
    onnx_image_model(tmp_path / "m.onnx", beside=beside)
    made = quantized(tmp_path / "m.onnx", (3, 5, 6))
    x = CHANCE.normal(size=(1, 3, 5, 6)).astype(np.float32)
    wanted = onnxruntime.InferenceSession(tmp_path / "m.onnx").run(None, {"x": x})[0]
    np.testing.assert_allclose(answers(made.float32, x), wanted, atol=1e-5)
    assert answers(made.tflite, np.zeros(x.shape, np.int8)).shape == wanted.shape
    assert quantized(tmp_path / "m.onnx", (3, 5, 6)).float32 == made.float32


@pytest.mark.parametrize(("batch", "width", "found"), [(2, 6, "2, 3, 5, 6"), ("N", "W", "dynamic, 3, 5, dynamic")])
def test_unknown_sizes_are_refused(batch: int | str, width: int | str, found: str, tmp_path: Path) -> None:
    onnx_image_model(tmp_path / "m.onnx", batch, width)
    assert refusal(tmp_path / "m.onnx") == (
        f"input x has the shape [{found}]; {BATCHED}\n"
        "  hint: export with an example input of batch 1, and name no other axis in dynamic_axes or dynamic_shapes"
    )


def test_weights_elsewhere_are_refused(tmp_path: Path) -> None:
    onnx_image_model(tmp_path / "m.onnx", beside="w.bin")
    assert refusal(tmp_path / "m.onnx") == (
        "its weights are in w.bin; accepted: in the file itself, or in m.onnx.data beside it\n"
        "  hint: onnx.save(onnx.load('model.onnx'), 'whole.onnx') puts them into one file"
    )


def test_what_is_no_onnx_is_refused(tmp_path: Path) -> None:
    pytest.importorskip("onnx", reason="the extra onnx is not installed")
    (tmp_path / "m.onnx").write_bytes(b"something else")
    found, _, hint = refusal(tmp_path / "m.onnx").partition("\n")
    assert found.startswith("not readable as ONNX: DecodeError: ")
    assert hint == "  hint: export the model again"


def test_an_unknown_operator_is_named(tmp_path: Path) -> None:
    onnx_image_model(tmp_path / "m.onnx", 1, op="Special")
    assert "Special" in refusal(tmp_path / "m.onnx")


def pytorch_program(file: Path, batch: int = 1) -> Any:
    torch = pytest.importorskip("torch", reason="the extra pytorch is not installed")
    pytest.importorskip("litert_torch", reason="the extra pytorch is not installed")
    model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3, padding=1), torch.nn.ReLU()).eval()
    torch.export.save(torch.export.export(model, (torch.zeros(batch, 3, 5, 6),)), file)
    return model


def test_a_pytorch_image_keeps_its_layout_in_and_out(tmp_path: Path) -> None:
    import torch

    model = pytorch_program(tmp_path / "m.pt2")
    made = quantized(tmp_path / "m.pt2", (3, 5, 6))
    x = CHANCE.normal(size=(1, 3, 5, 6)).astype(np.float32)
    np.testing.assert_allclose(answers(made.float32, x), model(torch.tensor(x)).detach().numpy(), atol=1e-5)
    assert answers(made.tflite, np.zeros(x.shape, np.int8)).shape == (1, 4, 5, 6)


def test_a_program_of_another_batch_is_refused(tmp_path: Path) -> None:
    pytorch_program(tmp_path / "m.pt2", 2)
    assert refusal(tmp_path / "m.pt2") == (
        f"input input has the shape [2, 3, 5, 6]; {BATCHED}\n"
        "  hint: export with an example input of batch 1: "
        "torch.export.save(torch.export.export(model.eval(), (example_input,)), 'model.pt2')"
    )


def test_what_is_no_program_is_refused(tmp_path: Path) -> None:
    torch = pytest.importorskip("torch", reason="the extra pytorch is not installed")
    pytest.importorskip("litert_torch", reason="the extra pytorch is not installed")
    (tmp_path / "m.pt2").write_bytes(b"something else")
    assert refusal(tmp_path / "m.pt2").startswith(f"PyTorch {torch.__version__} can't load it: ")
