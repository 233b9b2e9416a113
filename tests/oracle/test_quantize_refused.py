"""Models that the real converter refuses, crashes on or leaves in float: each is an error that names the layer."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from tinyq.errors import TinyqError
from tinyq.frontend.quantize import quantize
from tinyq.ir.graph import Scheme


def quiet(text: str) -> None:
    """A report that nobody reads."""


def refusal(model: Path, data: Path, scheme: Scheme = "int8") -> str:
    with pytest.raises(TinyqError) as caught:
        quantize(model, str(data), report=quiet, scheme=scheme)
    return str(caught.value).replace(str(model), model.name).replace(str(data), data.name)


def test_layers_that_stay_in_float_are_listed(models: Path) -> None:
    assert refusal(models / "islands.keras", models / "series.npz") == (
        "islands.keras: 2 of 4 operators have no int8 form and stay in float:\n"
        "  CONV_3D in layer cube: use Conv2D over the frames, side by side as channels\n"
        "  ELU in layer curve: put a layer of another kind in its place\n"
        "  hint: change these layers, train again, and save the model"
    )


def test_layers_without_an_int16x8_form_are_listed(models: Path) -> None:
    assert refusal(models / "islands.keras", models / "series.npz", "int16x8") == (
        "islands.keras: TensorFlow Lite has no int16x8 form of:\n"
        "  CONV_3D in layer cube\n"
        "  ELU in layer curve\n"
        "  hint: put layers of other kinds in their place, or quantize to --scheme int8, which has more operators"
    )


def test_an_operator_that_tflite_lacks_is_named_with_its_layer(models: Path) -> None:
    assert refusal(models / "erf", models / "four.npz") == (
        "erf: TensorFlow Lite has no operators for:\n  Erf in layer curve_1\n"
        "  hint: put layers of other kinds in their place; `tinyq ops` lists what is supported"
    )


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("custom.keras", "Doubled"),
        ("custom.h5", "Doubled"),
        ("custom_old.keras", "OldDoubled"),
        ("custom_old.h5", "OldDoubled"),
    ],
)
def test_a_class_of_the_users_own_is_named(file: str, name: str, models: Path) -> None:
    assert refusal(models / file, models / "series.npz") == (
        f"{file}: the model uses the class {name}, which is not part of Keras\n"
        "  hint: a SavedModel needs no classes: where the class is defined, model.export('folder'); "
        "then give that folder"
    )


def test_a_lambda_layer_is_refused(models: Path) -> None:
    assert refusal(models / "lambda.keras", models / "series.npz") == (
        "lambda.keras: the model has a Lambda layer: Python code, which is not run from a file\n"
        "  hint: put a built-in layer in its place (such as Rescaling), or give the folder of model.export('folder')"
    )


def test_a_dynamic_axis_is_named(models: Path) -> None:
    assert refusal(models / "dynamic.keras", models / "series.npz") == (
        "dynamic.keras: input photo has the shape [None, None, None, 3]: no fixed size at axis 1, 2; "
        "accepted: None for the batch (axis 0) alone\n"
        "  hint: i = keras.Input((SIZE, SIZE, 3)); keras.Model(i, model(i)).save('fixed.keras')"
    )


def test_data_is_refused_from_the_child_in_the_same_words(models: Path) -> None:
    assert refusal(models / "two.keras", models / "four.npz") == (
        "four.npz: found x; accepted: z_left or x0 for the model's input z_left, and y for labels\n"
        "  hint: np.savez('data.npz', z_left=samples, y=labels)"
    )


def test_an_interrupt_ends_the_child(monkeypatch: pytest.MonkeyPatch, models: Path) -> None:
    children: list[subprocess.Popen[bytes]] = []

    class Watched(subprocess.Popen[bytes]):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            children.append(self)

    def interrupt(text: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("tinyq.frontend.child.subprocess.Popen", Watched)
    with pytest.raises(KeyboardInterrupt):
        quantize(models / "two.keras", str(models / "two.npz"), report=interrupt)
    assert [each.poll() is None for each in children] == [False]
