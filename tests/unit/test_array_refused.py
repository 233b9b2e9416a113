"""Arrays that a model can't take are refused: what was found, what is accepted, what to do."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from support.data_files import COLOUR, IMAGE, PAIR, VECTOR, X, Y, npz, refusal

from tinyq.errors import TinyqError
from tinyq.frontend.data import InputSpec, load_representative


@pytest.fixture(autouse=True)
def _in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


SHAPE = "d.npz: x has the shape {}; accepted: {}\n  hint: {}"
REFUSED: Mapping[str, tuple[Mapping[str, Any], tuple[InputSpec, ...], str]] = {
    "no array for the input": (
        {"samples": X},
        VECTOR,
        (
            "d.npz: found samples; accepted: x for the model's input v, and y for labels\n"
            "  hint: np.savez('data.npz', x=samples, y=labels)"
        ),
    ),
    "one array missing": (
        {"left": X},
        PAIR,
        (
            "d.npz: found left; accepted: right or x1 for the model's input right, and y for labels\n"
            "  hint: np.savez('data.npz', right=samples, y=labels)"
        ),
    ),
    "no samples": (
        {"x": X[:0]},
        VECTOR,
        "d.npz: x has no samples (shape [0, 4]); accepted: at least one\n  hint: give data",
    ),
    "text": (
        {"x": np.array(["a", "b"])},
        VECTOR,
        (
            "d.npz: x holds text (dtype <U1); accepted: real numbers\n"
            "  hint: give an array of floats or integers, such as np.asarray(samples, np.float32)"
        ),
    ),
    "complex": (
        {"x": X.astype(np.complex64)},
        VECTOR,
        (
            "d.npz: x holds complex numbers (dtype complex64); accepted: real numbers\n"
            "  hint: give an array of floats or integers, such as np.asarray(samples, np.float32)"
        ),
    ),
    "one sample without its axis": (
        {"x": X[0]},
        VECTOR,
        SHAPE.format(
            "[4]", "[samples, 4]", "this is one sample without the axis that counts samples: give x[np.newaxis]"
        ),
    ),
    "channels first": (
        {"x": np.zeros((5, 3, 2, 3))},
        COLOUR,
        SHAPE.format("[5, 3, 2, 3]", "[samples, 2, 3, 3]", "the channels come first here: give np.moveaxis(x, 1, -1)"),
    ),
    "an axis too many": (
        {"x": X[:, np.newaxis]},
        VECTOR,
        SHAPE.format("[3, 1, 4]", "[samples, 4]", "there is one axis of 1 too many: give x[:, 0]"),
    ),
    "axes in another order": (
        {"x": np.zeros((5, 3, 2, 1))},
        IMAGE,
        SHAPE.format(
            "[5, 3, 2, 1]",
            "[samples, 2, 3, 1]",
            "the axes are in another order: give them as the model has them, with np.transpose",
        ),
    ),
    "the right number of values": (
        {"x": np.zeros((5, 6, 1))},
        IMAGE,
        SHAPE.format(
            "[5, 6, 1]",
            "[samples, 2, 3, 1]",
            "the number of values is right: if their order is too, give x.reshape(-1, 2, 3, 1)",
        ),
    ),
    "another shape": (
        {"x": np.zeros((3, 5))},
        VECTOR,
        SHAPE.format("[3, 5]", "[samples, 4]", "prepare the samples as for training: each has the shape [4]"),
    ),
    "NaN": (
        {"x": np.where(X == 6, np.nan, X)},
        VECTOR,
        (
            "d.npz: x holds nan in sample 1 (position [2]), 1 such samples in all; accepted: finite numbers\n"
            "  hint: leave these samples out, or mend the step that makes them"
        ),
    ),
    "infinity": (
        {"x": np.where(X > 6, -np.inf, X)},
        VECTOR,
        (
            "d.npz: x holds -inf in sample 1 (position [3]), 2 such samples in all; accepted: finite numbers\n"
            "  hint: leave these samples out, or mend the step that makes them"
        ),
    ),
    "too large for float32": (
        {"x": X.astype(np.float64) * 1e300},
        VECTOR,
        (
            "d.npz: x holds inf in sample 0 (position [1]), 3 such samples in all; accepted: finite numbers\n"
            "  hint: leave these samples out, or mend the step that makes them"
        ),
    ),
    "labels of another length": (
        {"x": X, "y": Y[:2]},
        VECTOR,
        (
            "d.npz: found 2 labels (y) for 3 samples (x); accepted: one label for each sample\n"
            "  hint: give x and y of the same length, in the same order"
        ),
    ),
    "one label": (
        {"x": X, "y": 1},
        VECTOR,
        (
            "d.npz: found one number (y) for 3 samples (x); accepted: one label for each sample\n"
            "  hint: give x and y of the same length, in the same order"
        ),
    ),
    "labels in words": (
        {"x": X, "y": np.array(["a", "b", "c"])},
        VECTOR,
        (
            "d.npz: y holds text (dtype <U1); accepted: real numbers\n"
            "  hint: give an array of floats or integers, such as np.asarray(samples, np.float32)"
        ),
    ),
    "inputs of unequal lengths": (
        {"left": X, "right": np.zeros((2, 2))},
        PAIR,
        (
            "d.npz: found 2 samples in right, 3 in the first input; accepted: equal numbers\n"
            "  hint: give every input of the model the same samples, in the same order"
        ),
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_arrays_that_do_not_fit_are_refused(case: str) -> None:
    arrays, inputs, message = REFUSED[case]
    assert refusal(npz(**arrays), inputs) == message


@pytest.mark.parametrize(("value", "shown"), [(0.0, "0"), (0.5, "0.5")])
def test_constant_representative_data_is_refused(value: float, shown: str) -> None:
    with pytest.raises(TinyqError) as caught:
        load_representative(npz(x=np.full((3, 4), value)), VECTOR)
    assert str(caught.value) == (
        f"d.npz: all 12 values for input v are {shown}; accepted: data that varies as in real use\n"
        "  hint: the range of each layer is measured on this data: give samples from the training set"
    )
