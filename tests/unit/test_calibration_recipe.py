"""What `--calibrate` takes, and what it says to anything else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyq.calibration.methods import methods
from tinyq.calibration.recipe import Recipe, read_recipe
from tinyq.errors import TinyqError
from tinyq.frontend.conversion_cache import Quantized
from tinyq.pipeline.calibrate import calibrated

METHODS = "entropy, minmax, moving-average, mse, percentile, percentile-99.9"
recipes = st.builds(Recipe, st.sampled_from(list(methods())), st.booleans(), st.booleans())


@given(recipes)
def test_a_recipe_is_read_as_it_is_written(recipe: Recipe) -> None:
    assert read_recipe(str(recipe)) == recipe


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "minmx",
            f"found calibrate = 'minmx'; accepted: {METHODS}, auto",
            "did you mean minmax?",
        ),
        (
            "kl",
            f"found calibrate = 'kl'; accepted: {METHODS}, auto",
            "such as --calibrate mse, or --calibrate mse+equalized",
        ),
        (
            "mse+equalised",
            "found calibrate = 'mse+equalised'; accepted after a plus sign: equalized, bias-corrected",
            "did you mean equalized?",
        ),
    ],
)
def test_anything_else_is_refused(text: str, message: str, hint: str) -> None:
    with pytest.raises(TinyqError) as caught:
        read_recipe(text)
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_a_conversion_without_int8_ranges_stays_as_it_is() -> None:
    converted = Quantized(b"a model of int16", b"a float model", ())
    model, report = calibrated(converted, Path("net.keras"), "x.npz", "minmax", lambda _: None)
    assert (model.int8, report) == (converted.tflite, None)


@pytest.mark.parametrize("how", ["mse", "auto"])
def test_ranges_of_int16_are_not_chosen(how: str) -> None:
    with pytest.raises(TinyqError) as caught:
        calibrated(Quantized(b"", b"", ()), Path("net.keras"), "x.npz", how, lambda _: None)
    assert (caught.value.message, caught.value.hint) == (
        f"net.keras: found calibrate = '{how}'; accepted where activations are not int8: 'minmax'",
        "leave out --calibrate: with more bits, clipped outliers gain nothing",
    )
