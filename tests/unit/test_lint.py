"""Representative data that is legal but makes a poor model is warned of."""

import numpy as np
import pytest

from tinyq.frontend.data import Dataset, InputSpec
from tinyq.frontend.lint import lint
from tinyq.ir.graph import Array

INPUTS = (InputSpec("image", (8,), "float32"),)
RANDOM = np.random.default_rng(0)
USUAL = np.clip(RANDOM.normal(size=(60, 8)), -2, 2).astype(np.float32)


def warnings(array: Array) -> tuple[str, ...]:
    return lint(Dataset((array,), None, "d.npz"), INPUTS)


@pytest.mark.parametrize("array", [USUAL, USUAL * 1000, RANDOM.integers(0, 256, (60, 8), np.uint8), np.abs(USUAL)])
def test_usual_data_gives_no_warning(array: Array) -> None:
    assert warnings(array) == ()


def test_few_samples_are_warned_of() -> None:
    assert warnings(USUAL[:50]) == ()
    assert warnings(USUAL[:49]) == (
        "d.npz: only 49 samples to measure the ranges on; give 50 or more, as varied as in real use",
    )


@pytest.mark.parametrize(
    ("value", "reach", "times"),
    [(100.0, "-2 to 100", "25.5"), (-100.0, "-100 to 2", "25.5"), (6.5, "-2 to 6.5", "2.1")],
)
def test_an_outlier_is_named_with_how_much_it_widens_the_range(value: float, reach: str, times: str) -> None:
    array = USUAL.copy()
    array[17] = [-2, 2, 0, 0, 0, 0, 0, value]
    array[:10, 0], array[:10, 1] = 2, -2
    assert warnings(array) == (
        (
            f"d.npz: input image: sample 17 reaches from {reach}, where nearly all stay within -2 to 2: the range, and "
            f"with it the quantization step, becomes {times} times as wide; leave it out if it is not real"
        ),
    )


def test_a_range_less_than_twice_as_wide_is_no_outlier() -> None:
    array = USUAL.copy()
    array[:10, 0], array[:10, 1] = 2, -2
    array[17, 3] = 5.5
    assert warnings(array) == ()


def test_int8_data_for_a_keras_model_is_said_to_be_taken_as_real_values() -> None:
    array = np.resize(np.arange(-128, 128, dtype=np.int8), (60, 8))
    assert warnings(array) == (
        (
            "d.npz: input image: int8 data is taken as the real values -128 to 127, since a Keras model takes real "
            "values; if it is quantized already, give scale * (x - zero_point)"
        ),
    )
