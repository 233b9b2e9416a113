"""Quantization-aware training: what is exported answers as what was trained, and is int8 and int4 throughout."""

import runpy
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from numpy.typing import NDArray
from sklearn.model_selection import train_test_split
from support.qat_models import MODELS

import tinyq.qat
from tinyq.emulator.reference import run_reference
from tinyq.errors import TinyqError
from tinyq.frontend.keras.convert import export, to_float32, to_integers
from tinyq.frontend.keras.load import load
from tinyq.frontend.keras_file import identify
from tinyq.frontend.quantize import quantize
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Graph, Tensor
from tinyq.qat.fake_quantize import ActivationRange

# Keras reads its variables in a way that NumPy 2 warns of.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
AGREEING = 0.993
EXAMPLES = Path(__file__).parent.parent.parent / "examples"
EXAMPLE, DIGITS = EXAMPLES / "qat_digits", EXAMPLES / "digits"
EPOCHS = 20
EXAMPLE_ACCURACY = 0.912  # a point less than in float
KERNEL_OPERATORS = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")


def trained(name: str, bits: int) -> tuple[Any, NDArray[Any]]:
    """A model trained for a few steps, and what it trained on."""
    keras.utils.set_random_seed(1)
    model = tinyq.qat.quantize_model(MODELS[name](), bits=bits)
    chance = np.random.default_rng(1)
    x = chance.normal(size=(128, *model.shapes[0][1:])).astype(np.float32)
    y = chance.normal(size=(128, *model(x[:1]).shape[1:]))
    model.compile(keras.optimizers.Adam(1e-3), "mse")
    model.fit(x, y, epochs=2, batch_size=32, verbose=0)
    return model, x


def converted(file: Path, folder: Path) -> Graph:
    """The saved model as tinyq builds it."""
    loaded = load(identify(file))
    assert loaded.quantized is not None
    export(loaded.quantized, folder)
    float32 = to_float32(folder, str(file))
    return import_tflite(to_integers(folder, float32, None, [], _told, str(file)), "net", "net.tflite")


def _told(done: int, total: int) -> None:
    """Nobody reads it."""


def answers_of(graph: Graph, x: NDArray[Any]) -> tuple[NDArray[Any], Tensor]:
    """What the integer model answers to real inputs, and its output."""
    given = graph.tensors[graph.inputs[0]]
    inputs = np.clip(np.rint(x / given.scale) + given.zero_point, -128, 127).astype(np.int8)
    (answers,) = run_reference(graph, [inputs.reshape(-1, *given.shape)])
    return answers, graph.tensors[graph.outputs[0]]


def accuracy_of(graph: Graph, x: NDArray[Any], y: NDArray[Any]) -> float:
    """How often the integer model's class is the right one."""
    answers, _ = answers_of(graph, x)
    return float(np.mean(answers.reshape(len(y), -1).argmax(axis=1) == y))


@pytest.mark.parametrize(("name", "bits"), [("functional", 4), ("sequential", 8), ("upsampling", 8), ("subclassed", 4)])
def test_what_is_exported_is_what_was_trained(name: str, bits: int, tmp_path: Path) -> None:
    model, x = trained(name, bits)
    before = model.predict(x, verbose=0)
    file = tmp_path / "net.keras"
    model.save(file)
    np.testing.assert_array_equal(tinyq.qat.load_model(str(file)).predict(x, verbose=0), before)
    graph = converted(file, tmp_path / "saved")
    answers, output = answers_of(graph, x)
    expected = np.rint(before / output.scale) + output.zero_point
    assert np.mean(np.abs(answers.reshape(before.shape) - expected) <= 1) >= AGREEING
    weights = {graph.tensors[str(node.inputs[1])].dtype for node in graph.nodes if node.op in KERNEL_OPERATORS}
    assert weights == {f"int{bits}"}
    assert not [tensor.name for tensor in graph.tensors.values() if tensor.dtype == "float32"]


def test_a_layer_keeps_the_bits_that_it_is_given(tmp_path: Path) -> None:
    model = tinyq.qat.quantize_model(MODELS["functional"](), bits=4, layer_bits={"conv": 8})
    model.compile(loss="mse")
    model.fit(np.ones((2, 8, 8, 2)), np.ones((2, 4)), verbose=0)
    model.save(tmp_path / "net.keras")
    graph = converted(tmp_path / "net.keras", tmp_path / "saved")
    weights = [graph.tensors[str(node.inputs[1])].dtype for node in graph.nodes if node.op == "CONV_2D"]
    assert weights == ["int8", "int4", "int4"]


def test_before_a_first_batch_only_the_weights_are_rounded() -> None:
    float_model = MODELS["functional"]()
    x = np.random.default_rng(2).normal(size=(4, 8, 8, 2)).astype(np.float32)
    model = tinyq.qat.quantize_model(float_model)
    np.testing.assert_allclose(model.predict(x, verbose=0), float_model.predict(x, verbose=0), atol=0.02)
    np.testing.assert_allclose(model.in_float().predict(x, verbose=0), float_model.predict(x, verbose=0), atol=1e-6)


def test_the_original_keeps_its_weights() -> None:
    float_model = MODELS["functional"]()
    before = float_model.get_weights()
    model = tinyq.qat.quantize_model(float_model)
    model.compile(keras.optimizers.Adam(0.1), "mse")
    model.fit(np.ones((2, 8, 8, 2)), np.ones((2, 4)), verbose=0)
    for now, then in zip(float_model.get_weights(), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_a_range_is_the_first_batch_and_then_an_average() -> None:
    found = ActivationRange()
    assert not bool(found.bounds().is_known)
    for batch in ([-1.0, 2.0], [-3.0, 4.0], [1.0, 3.0]):
        found.measure(np.array(batch, np.float32))
    bounds = found.bounds()
    assert bool(bounds.is_known)
    assert (float(bounds.low), float(bounds.high)) == pytest.approx(((-1 - 3 + 0) / 3, (2 + 4 + 3) / 3))


def refusal(model: Any, **more: Any) -> str:
    with pytest.raises(TinyqError) as caught:
        tinyq.qat.quantize_model(model, **more)
    return str(caught.value)


def sequential(*layers: Any) -> Any:
    return keras.Sequential([keras.Input((6, 6, 2)), *layers], name="net")


def test_other_numbers_of_bits_are_refused() -> None:
    assert refusal(sequential(), bits=6) == "found weights of 6 bits; accepted: 4 or 8"


def test_unknown_layers_are_refused() -> None:
    assert refusal(sequential(), layer_bits={"conv": 4}) == (
        "model net: found no layer conv; layer_bits names layers of the model"
    )


def test_a_normalization_without_a_convolution_before_it_is_refused() -> None:
    assert refusal(sequential(keras.layers.BatchNormalization(name="norm"))) == (
        "layer norm (BatchNormalization): found no convolution or Dense layer whose output it alone reads; "
        "accepted: a normalization right behind one\n"
        "  hint: put it between the convolution and its activation, with center=True, or leave it out"
    )


def test_layers_that_no_kernel_is_rounded_for_are_refused() -> None:
    assert refusal(sequential(keras.layers.SeparableConv2D(3, 3, name="split"))) == (
        "layer split (SeparableConv2D): can't be trained quantized; accepted: Conv1D, Conv2D, Conv2DTranspose, "
        "DepthwiseConv1D, DepthwiseConv2D, Dense, and layers without weights\n"
        "  hint: for a separable convolution write a DepthwiseConv2D and a Conv2D of 1x1"
    )


def test_open_shapes_are_refused() -> None:
    model = keras.Sequential([keras.Input((None, 6, 2)), keras.layers.Conv2D(2, 3)], name="net")
    assert refusal(model) == (
        "model net: found inputs of shape [[None, None, 6, 2]]; accepted: fixed shapes\n"
        "  hint: start it with keras.Input(shape=...); call a subclassed model once on a batch before"
    )


def test_what_is_no_keras_model_is_refused() -> None:
    assert (
        refusal("net")
        == "found a builtins.str; accepted: a model of Keras 3\n  hint: build it with keras, not tf_keras"
    )


def test_a_model_that_was_never_trained_is_not_exported() -> None:
    model = tinyq.qat.quantize_model(sequential(keras.layers.Conv2D(2, 3)))
    with pytest.raises(TinyqError) as caught:
        model.exported()
    assert str(caught.value) == (
        "model net_quantized: found no ranges of activations; accepted: a model that was trained\n"
        "  hint: call fit() before save(); an epoch with a learning rate of 0 only measures the ranges"
    )


def test_the_example_is_built_without_data_and_keeps_its_accuracy() -> None:
    graph = import_tflite(
        quantize(EXAMPLE / "qat_digits.keras", None, report=lambda _: None).tflite, "net", "net.tflite"
    )
    test = np.load(EXAMPLE / "test.npz")
    assert accuracy_of(graph, test["x"], test["y"]) >= EXAMPLE_ACCURACY


@pytest.mark.slow  # a quarter of a minute of training
def test_the_digits_example_loses_less_than_a_point_with_weights_of_4_bits(tmp_path: Path) -> None:
    train = runpy.run_path(str(DIGITS / "train.py"))
    images, classes = train["load_images"]()
    x, x_test, y, y_test = train_test_split(
        images, classes, test_size=0.25, random_state=train["SEED"], stratify=classes
    )
    keras.utils.set_random_seed(train["SEED"])
    model = keras.models.load_model(DIGITS / "digits.keras")
    in_float = np.mean(model.predict(x_test, verbose=0).argmax(axis=1) == y_test)
    quantized = tinyq.qat.quantize_model(model, bits=4)
    schedule = keras.optimizers.schedules.CosineDecay(1e-3, EPOCHS * -(-len(x) // 32))
    quantized.compile(keras.optimizers.Adam(schedule), "sparse_categorical_crossentropy")
    quantized.fit(x, y, batch_size=32, epochs=EPOCHS, verbose=0)
    quantized.save(tmp_path / "digits.keras")
    graph = converted(tmp_path / "digits.keras", tmp_path / "saved")
    assert accuracy_of(graph, x_test, y_test) >= in_float - 0.01
