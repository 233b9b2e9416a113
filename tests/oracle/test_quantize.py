"""Real Keras models, through the real converter, in its child process."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray
from support.mlperf import mlperf_folder

from tinyq.frontend.islands import float_islands
from tinyq.frontend.quantize import Quantized, quantize, quantize_cached
from tinyq.frontend.schema import parse
from tinyq.frontend.tflite import import_tflite

REPOSITORY = Path(__file__).parent.parent.parent
CHANCE = np.random.default_rng(0)
SCALE = (
    "but the model seems to have trained on 0 to 1: give x / {} "
    "(layer {} has learned other means and variances than x gives)"
)


@pytest.fixture
def mlperf() -> Path:
    return mlperf_folder()


def quiet(text: str) -> None:
    """A report that nobody reads."""


def run(model: bytes, *inputs: NDArray[Any]) -> list[NDArray[Any]]:
    interpreter = Interpreter(model_content=model)
    interpreter.allocate_tensors()
    for detail, array in zip(interpreter.get_input_details(), inputs, strict=True):
        interpreter.set_tensor(detail["index"], array)
    interpreter.invoke()
    return [interpreter.get_tensor(detail["index"]) for detail in interpreter.get_output_details()]


def types(model: bytes) -> set[str]:
    interpreter = Interpreter(model_content=model)
    return {
        np.dtype(each["dtype"]).name for each in (*interpreter.get_input_details(), *interpreter.get_output_details())
    }


def kws_data(mlperf: Path) -> NDArray[Any]:
    quantized = np.load(mlperf / "kws_test.npz")["x"][:100]
    graph = import_tflite((mlperf / "kws_int8.tflite").read_bytes(), "kws", "kws_int8.tflite")
    tensor = graph.tensors[graph.inputs[0]]
    return np.asarray((quantized.astype(np.float32) - tensor.zero_point) * np.float32(tensor.scale))


def pixels(mlperf: Path) -> NDArray[Any]:
    return np.asarray(np.load(mlperf / "ic_500.npz")["x"][:100])


def large_pixels(mlperf: Path) -> NDArray[Any]:
    return pixels(mlperf)[:50].repeat(3, axis=1).repeat(3, axis=2)


ORIGINALS: dict[str, tuple[str, Callable[[Path], NDArray[Any]]]] = {
    "KWS": ("kws_saved_model", kws_data),
    "IC": ("ic_resnet8.h5", pixels),
    "VWW": ("vww_96.h5", lambda _: CHANCE.uniform(0, 1, (60, 96, 96, 3)).astype(np.float32)),
    "AD": ("ad01.h5", lambda _: CHANCE.uniform(0, 1, (60, 640)).astype(np.float32)),
}


@pytest.mark.parametrize("name", ORIGINALS)
def test_the_mlperf_originals_become_full_integer_models_without_a_warning(
    name: str, mlperf: Path, tmp_path: Path
) -> None:
    file, data = ORIGINALS[name]
    np.savez(tmp_path / "d.npz", x=data(mlperf))
    quantized = quantize(mlperf / file, str(tmp_path / "d.npz"), report=quiet)
    assert quantized.warnings == ()
    assert types(quantized.tflite) == {"int8"}
    assert types(quantized.float32) == {"float32"}
    assert float_islands(quantized.tflite, file)[0] == ()
    assert import_tflite(quantized.tflite, "model", file).tensors
    weights = [tensor for tensor in parse(quantized.tflite, file).subgraphs[0].tensors if _scales(tensor) > 1]
    assert weights, "no weight is quantized per channel"


def _scales(tensor: Any) -> int:
    scale = None if tensor.quantization is None else tensor.quantization.scale
    return 0 if scale is None else len(scale)


def test_pixels_for_a_model_that_trained_on_0_to_1_are_warned_of(mlperf: Path, tmp_path: Path) -> None:
    source = str(tmp_path / "d.npz")
    np.savez(source, x=large_pixels(mlperf))
    assert quantize(mlperf / "vww_96.h5", source, report=quiet).warnings == (
        f"{source}: input input_1 holds 0 to 255, {SCALE.format(255, 'batch_normalization')}",
    )


def test_unscaled_digits_are_warned_of(tmp_path: Path) -> None:
    source = str(tmp_path / "d.npz")
    np.savez(source, x=np.load(REPOSITORY / "examples/digits/calibration.npz")["x"] * 16)
    assert quantize(REPOSITORY / "examples/digits/digits.keras", source, report=quiet).warnings == (
        f"{source}: input image holds 0 to 16, {SCALE.format(16, 'edges_norm')}",
    )


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> tuple[Quantized, Path, list[str]]:
    """The digits example as converted, the cache it is in, and what was reported."""
    cache, told = tmp_path_factory.mktemp("cache"), list[str]()
    return quantize_cached(*digits_files(), report=told.append, cache=cache), cache, told


def digits_files() -> tuple[Path, str]:
    folder = REPOSITORY / "examples/digits"
    return folder / "digits.keras", str(folder / "calibration.npz")


def test_the_digits_example_keeps_its_accuracy(digits: tuple[Quantized, Path, list[str]]) -> None:
    test = np.load(REPOSITORY / "examples/digits/test.npz")
    right = [
        int(run(digits[0].float32, x[np.newaxis])[0].argmax() == y) for x, y in zip(test["x"], test["y"], strict=True)
    ]
    assert np.mean(right) >= 0.98
    assert digits[0].warnings == ()


def test_the_stages_are_told(digits: tuple[Quantized, Path, list[str]]) -> None:
    calibrating = [f"calibrating {number}/200" for number in range(1, 200)]
    assert digits[2] == [
        "starting TensorFlow",
        "checking the data",
        "converting to float32",
        *calibrating,
        "quantizing to int8",
    ]


def test_layers_keep_their_keras_names(digits: tuple[Quantized, Path, list[str]]) -> None:
    graph = import_tflite(digits[0].tflite, "digits", "digits.keras")
    assert [node.name for node in graph.nodes if node.op != "RESHAPE"][:6] == [
        "edges",
        "strokes",
        "mix",
        "halve",
        "shapes",
        "digit",
    ]


def test_an_interrupted_conversion_leaves_no_temporary_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(text: str) -> None:
        if text.startswith("calibrating"):
            raise KeyboardInterrupt

    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(KeyboardInterrupt):
        quantize(*digits_files(), report=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_the_same_model_and_data_give_the_same_bytes(digits: tuple[Quantized, Path, list[str]]) -> None:
    assert quantize(*digits_files(), report=quiet) == digits[0]


def test_a_cached_model_comes_without_tensorflow(digits: tuple[Quantized, Path, list[str]]) -> None:
    model, data = digits_files()
    script = (
        "import sys; from pathlib import Path; from tinyq.frontend.quantize import quantize_cached; "
        f"quantize_cached(Path({str(model)!r}), {data!r}, report=sys.exit, cache=Path({str(digits[1])!r})); "
        "sys.exit(', '.join({'tensorflow', 'keras', 'tf_keras', 'h5py'} & set(sys.modules)) or 0)"
    )
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_inputs_and_outputs_keep_the_order_of_the_keras_model(models: Path) -> None:
    quantized = quantize(models / "two.keras", str(models / "two.npz"), report=quiet)
    left, right = CHANCE.normal(size=(1, 4)).astype(np.float32), CHANCE.normal(size=(1, 2)).astype(np.float32)
    for model in (quantized.tflite, quantized.float32):
        graph = parse(model, "two.keras").subgraphs[0]
        shapes = [graph.tensors[index].shape.tolist() for index in (*graph.inputs, *graph.outputs)]
        assert shapes == [[1, 4], [1, 2], [1, 5], [1, 3]]
    wide, narrow = run(quantized.float32, left, right)
    assert (wide.shape, narrow.shape) == ((1, 5), (1, 3))


@pytest.mark.parametrize("model", ["unrolled.keras", "lstm_old.h5"])
def test_a_recurrent_layer_converts_unrolled_or_by_tf_keras(model: str, models: Path) -> None:
    assert types(quantize(models / model, str(models / "series.npz"), report=quiet).tflite) == {"int8"}


def test_the_quantizer_gives_the_same_bytes_every_time_where_an_output_is_not_read(
    models: Path, tmp_path: Path
) -> None:
    """The first step of an unrolled LSTM does not read its forget gate; every sixth answer used to be another one."""
    script = REPOSITORY / "tests/support/quantizer_answers.py"
    command = [sys.executable, str(script), str(models / "unrolled.keras"), str(models / "series.npz"), str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY)}
    done = subprocess.run([*command, "50"], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == ["1"], done.stderr
