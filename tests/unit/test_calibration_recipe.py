"""What `--calibrate` takes, and what it says to anything else."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinyq.calibration.methods import methods
from tinyq.calibration.recipe import Recipe, read_recipe
from tinyq.errors import TinyqError
from tinyq.frontend.choices import Choices
from tinyq.frontend.conversion_cache import Quantized
from tinyq.pipeline.calibrate import calibrated
from tinyq.pipeline.source import read_source

NO_CHOICE = (
    "{model}: found calibrate = '{how}'; accepted where no int8 ranges are chosen: 'minmax'\n"
    "  hint: leave out --calibrate, and calibrate in tinyq.toml: int16 gains nothing by clipping outliers, a model "
    "that was trained rounded has its ranges, and float32 has none"
)
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
def test_ranges_are_not_chosen_for_a_model_that_has_its_own(how: str) -> None:
    with pytest.raises(TinyqError) as caught:
        calibrated(Quantized(b"", b"", ()), Path("net.keras"), "x.npz", how, lambda _: None)
    assert str(caught.value) == NO_CHOICE.format(model="net.keras", how=how)


@pytest.mark.parametrize("scheme", ["int16x8", "dynamic", "float32"])
def test_ranges_are_not_chosen_where_activations_are_not_int8(scheme: str, tmp_path: Path) -> None:
    model = tmp_path / "net.keras"
    model.write_bytes(b"")
    with pytest.raises(TinyqError) as caught:
        read_source(model, None, lambda _: None, Choices(scheme=scheme, calibrate="mse+equalized"))
    assert str(caught.value) == NO_CHOICE.format(model=model, how="mse+equalized")
