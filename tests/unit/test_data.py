"""Every form of data is read to the same arrays."""

from pathlib import Path

import numpy as np
import pytest
from support.data_files import COLOUR, IMAGE, PAIR, VECTOR, X, Y, module, npz, picture

from tinyq.frontend.data import InputSpec, load_dataset, load_representative


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_npz_npy_and_csv_hold_the_same_samples() -> None:
    np.save("d.npy", X)
    Path("d.csv").write_text("a,b,c,d\n0,1,2,3\n4,5,6,7\n8,9,10,11\n")
    for spec in (npz(x=X), "d.npy", "d.csv"):
        dataset = load_dataset(spec, VECTOR)
        np.testing.assert_array_equal(dataset.inputs[0], X)
        assert (dataset.labels, dataset.source, dataset.samples) == (None, spec, 3)


def test_labels_come_from_y_or_from_the_column_of_that_name() -> None:
    Path("d.csv").write_text("a,Label,b,c,d\n0,0,1,2,3\n4,1,5,6,7\n8,2,9,10,11\n")
    for spec in (npz(x=X, y=Y), "d.csv"):
        dataset = load_dataset(spec, VECTOR)
        np.testing.assert_array_equal(dataset.inputs[0], X)
        assert dataset.labels is not None
        np.testing.assert_array_equal(dataset.labels, Y)


def test_a_csv_without_a_header_and_fractional_labels_are_read() -> None:
    Path("plain.csv").write_text("0,1,2,3\n\n4,5,6,7\n")
    assert load_dataset("plain.csv", VECTOR).samples == 2
    Path("sine.csv").write_text("x,y\n0.5,0.48\n1,0.84\n")
    labels = load_dataset("sine.csv", (InputSpec("x", (1,), "float32"),)).labels
    assert labels is not None
    assert labels.dtype == np.float32
    np.testing.assert_array_equal(labels, np.array([0.48, 0.84], np.float32))


@pytest.mark.parametrize(
    ("given", "kept"),
    [("float64", "float32"), ("float16", "float32"), ("int8", "int8"), ("uint8", "uint8"), ("bool", "uint8")],
)
def test_floats_become_float32_and_integers_keep_the_type_that_says_whether_they_are_quantized(
    given: str, kept: str
) -> None:
    assert load_dataset(npz(x=X.astype(given)), VECTOR).inputs[0].dtype == kept


def test_representative_data_is_real_values_in_the_models_type() -> None:
    assert load_representative(npz(x=X.astype(np.uint8)), VECTOR).inputs[0].dtype == np.float32


@pytest.mark.parametrize("shape", [(3, 6), (3, 2, 3)])
def test_flattened_samples_and_a_missing_channel_axis_are_reshaped_and_that_is_said(shape: tuple[int, ...]) -> None:
    x = np.arange(18).reshape(shape)
    dataset = load_dataset(npz(x=x), IMAGE)
    np.testing.assert_array_equal(dataset.inputs[0], x.reshape(3, 2, 3, 1))
    assert dataset.notes == (f"d.npz: x: shape {list(shape)} was taken as [3, 2, 3, 1]",)


@pytest.mark.parametrize(
    "keys", [("left", "right"), ("x0", "x1"), ("serving_default_left:0", "serving_default_right:0")]
)
def test_several_inputs_are_found_by_name_or_by_number(keys: tuple[str, str]) -> None:
    right = np.arange(6).reshape(3, 2)
    dataset = load_dataset(npz(**{keys[1]: right, keys[0]: X}), PAIR)
    np.testing.assert_array_equal(dataset.inputs[0], X)
    np.testing.assert_array_equal(dataset.inputs[1], right)


@pytest.mark.parametrize(
    "body",
    [
        "for i in range(3): yield np.arange(4) + 4 * i",
        "for i in range(3): yield [np.arange(4)[np.newaxis] + 4 * i]",
        "yield from (np.arange(8).reshape(2, 4), np.arange(8, 12).reshape(1, 4))",
        "return np.arange(12).reshape(3, 4)",
    ],
)
def test_a_function_may_yield_samples_or_batches_or_return_all(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = load_dataset(module(monkeypatch, body), VECTOR)
    np.testing.assert_array_equal(dataset.inputs[0], X)
    assert dataset.source == "my_samples:samples"


@pytest.mark.parametrize(
    "body",
    [
        "for i in range(3): yield np.arange(4) + 4 * i, i",
        "return np.arange(12).reshape(3, 4), np.arange(3)",
        "for i in range(3): yield {'v': np.arange(4) + 4 * i}, i",
    ],
)
def test_a_function_may_give_pairs_of_samples_and_labels(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    dataset = load_dataset(module(monkeypatch, body), VECTOR)
    np.testing.assert_array_equal(dataset.inputs[0], X)
    assert dataset.labels is not None
    np.testing.assert_array_equal(dataset.labels, Y)


def test_images_in_sub_folders_have_the_sorted_folders_as_classes_and_the_models_channels() -> None:
    for path, colour in (("photos/dog/1.png", 200), ("photos/cat/2.png", 100)):
        picture(path, colour=colour)
    for inputs in (IMAGE, COLOUR):
        dataset = load_dataset("photos", inputs)
        assert dataset.inputs[0].shape == (2, *inputs[0].shape)
        assert dataset.inputs[0].dtype == np.uint8
        assert dataset.inputs[0][:, 0, 0, 0].tolist() == [100, 200]
        assert dataset.labels is not None
        assert dataset.labels.tolist() == [0, 1]
        assert dataset.notes == ()


def test_images_of_another_size_are_resized_and_that_is_said() -> None:
    picture("photos/1.png")
    picture("photos/2.png", (30, 20))
    dataset = load_dataset("photos", COLOUR)
    assert dataset.labels is None
    assert dataset.notes == ("photos: 1 of 2 images were resized to 3x2, the first from 30x20",)


def test_images_come_channels_first_for_a_model_that_has_them_so() -> None:
    picture("photos/1.png", colour=200)
    last, first = (
        load_dataset("photos", [InputSpec("x", shape, "float32")]).inputs[0] for shape in ((5, 6, 3), (3, 5, 6))
    )
    assert first.shape == (1, 3, 5, 6)
    np.testing.assert_array_equal(np.moveaxis(first, 1, -1), last)
