"""Files, folders and functions that give no data are refused: what was found, what is accepted, what to do."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.data_files import COLOUR, module, picture, refusal


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def object_array() -> Any:
    array = np.empty(2, object)
    array[:] = [[1, 2], [1]]
    return array


NO_FILE = (
    "no.npz: no such file or folder\n  hint: accepted data: .npz, .npy, .csv, a folder of images, or module:function"
)


def test_a_missing_file_is_refused() -> None:
    assert refusal("no.npz") == NO_FILE


def test_another_kind_of_file_is_refused() -> None:
    Path("d.txt").write_text("1")
    assert refusal("d.txt") == (
        "d.txt: found a .txt; accepted data: .npz, .npy, .csv, a folder of images, or module:function\n"
        "  hint: save the samples as .npz: np.savez(...)"
    )


@pytest.mark.parametrize("name", ["d.npz", "d.npy"])
def test_a_file_of_another_kind_under_a_right_name_is_refused(name: str) -> None:
    Path(name).write_text("something else altogether")
    assert refusal(name) == (
        f"{name}: not readable as {Path(name).suffix} (BadZipFile): damaged, or a file of another kind\n"
        "  hint: save it again with np.savez(path, x=samples) or np.save(path, samples)"
    )


@pytest.mark.parametrize("kept", [10, 200, 300])
def test_a_file_that_was_cut_short_is_refused(kept: int) -> None:
    np.savez_compressed("d.npz", x=np.random.default_rng(0).normal(size=(20, 4)))
    Path("d.npz").write_bytes(Path("d.npz").read_bytes()[:kept])
    assert re.fullmatch(
        r"d\.npz: not readable as \.npz \(\w+\): damaged, or a file of another kind\n  hint: .*", refusal("d.npz")
    )


def test_python_objects_are_refused() -> None:
    np.save("d.npy", object_array(), allow_pickle=True)
    assert refusal("d.npy") == (
        "d.npy: holds Python objects or arrays of unequal lengths; accepted: arrays of numbers\n"
        "  hint: stack the samples to one array before saving: np.stack(samples)"
    )


CSV_REFUSED = {
    "a,b,c,d\n": "d.csv: has no rows of numbers; accepted: one row for each sample\n  hint: give data",
    "1,2,3,4\n1,2,3\n": (
        "d.csv, line 2: found 3 columns; accepted: 4, as in the lines before\n"
        "  hint: give each sample the same number of values"
    ),
    "1,2,3,4\n1,2,cat,4\n": (
        "d.csv, line 2, column 3: found 'cat'; accepted: a number\n"
        "  hint: put class numbers in place of class names; leave out samples with missing values"
    ),
    "1,2,3,4\n1,,3,4\n": (
        "d.csv, line 2, column 2: found ''; accepted: a number\n"
        "  hint: put class numbers in place of class names; leave out samples with missing values"
    ),
    "": "d.csv: has no rows of numbers; accepted: one row for each sample\n  hint: give data",
    "1,2,3,nan\n": (
        "d.csv: x holds nan in sample 0 (position [3]), 1 such samples in all; accepted: finite numbers\n"
        "  hint: leave these samples out, or mend the step that makes them"
    ),
}


@pytest.mark.parametrize("text", CSV_REFUSED)
def test_a_csv_that_is_no_table_of_numbers_is_refused(text: str) -> None:
    Path("d.csv").write_text(text)
    assert refusal("d.csv") == CSV_REFUSED[text]


def test_a_csv_in_another_encoding_is_refused() -> None:
    Path("d.csv").write_bytes(b"\xff\xfe1\x00,\x002\x00")
    assert refusal("d.csv") == (
        "d.csv: not readable as text (UnicodeDecodeError)\n  hint: save it as comma-separated UTF-8 text"
    )


MODULE_REFUSED = {
    "return iter(())": (
        "my_samples:samples: yielded nothing; accepted: at least one sample\n  hint: yield arrays or pairs (x, y)"
    ),
    "raise RuntimeError('no disk')": (
        "my_samples:samples: the function failed: RuntimeError: no disk\n"
        "  hint: run it by itself: python -c 'import my_samples; list(my_samples.samples())'"
    ),
    "yield np.zeros(4); yield np.zeros((2, 4))": (
        "my_samples:samples: x number 1 has the shape [2, 4], number 0 has [4]; accepted: the same shape for each\n"
        "  hint: yield samples of one shape"
    ),
    "yield {'a': 1}; yield {'b': 1}": (
        "my_samples:samples: sample 1 has the inputs b, sample 0 has a; accepted: the same inputs in each\n"
        "  hint: yield each input of the model in every sample"
    ),
}


@pytest.mark.parametrize("body", MODULE_REFUSED)
def test_a_function_that_gives_no_samples_is_refused(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert refusal(module(monkeypatch, body)) == MODULE_REFUSED[body]


def test_a_module_or_function_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    module(monkeypatch, "yield 1")
    assert refusal("my_samples:other") == (
        "my_samples:other: module my_samples has no function other\n  hint: define it: def other(): yield ..."
    )
    assert refusal("no_such_module:samples") == (
        "no_such_module:samples: module no_such_module can't be imported: "
        "ModuleNotFoundError: No module named 'no_such_module'\n"
        "  hint: run this in the folder of no_such_module.py, or install the package that holds it"
    )


def test_a_folder_without_images_is_refused() -> None:
    Path("photos").mkdir()
    assert refusal("photos", COLOUR) == (
        "photos: found no images; accepted: .bmp, .gif, .jpeg, .jpg, .pgm, .png, .ppm, .tif, .tiff, .webp\n"
        "  hint: name the folder that holds the images"
    )


def test_a_damaged_image_is_refused() -> None:
    picture("photos/1.png")
    Path("photos/2.png").write_bytes(Path("photos/1.png").read_bytes()[:40])
    assert refusal("photos", COLOUR) == (
        "photos/2.png: not readable as an image (UnidentifiedImageError)\n  hint: remove it or save it again"
    )


def test_images_beside_class_folders_are_refused() -> None:
    picture("photos/cat/1.png")
    picture("photos/2.png")
    assert refusal("photos", COLOUR) == (
        "photos: found 1 images beside class sub-folders; accepted: all images in sub-folders, or none\n"
        "  hint: move each image into the folder of its class"
    )


def test_images_for_a_model_that_takes_none_are_refused() -> None:
    picture("photos/1.png")
    assert refusal("photos") == (
        "photos: a folder, but the model takes no images (its input is [4]); "
        "a folder of images is accepted for one input [height, width, 1, 3 or 4], or [1, 3 or 4, height, width]\n"
        "  hint: give .npz, .npy, .csv or module:function"
    )
