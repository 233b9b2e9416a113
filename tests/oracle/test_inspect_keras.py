"""`tinyq inspect` on Keras models: no data is needed, and operators that TensorFlow Lite lacks are shown as well."""

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tinyq.cli import main


def inspect(model: Path) -> Result:
    return CliRunner().invoke(main, ["inspect", str(model)], env={"COLUMNS": "80"})


@pytest.mark.parametrize(
    ("model", "layers", "refused"),
    [
        (
            "islands.keras",
            6,
            "hint: use Conv2D over the frames, side by side as channels\n\nELU: computes in float32\n  in curve\n",
        ),
        ("erf", 2, "Erf: tinyq has no such operator\n  in erf\n"),
    ],
)
def test_a_keras_model_that_is_refused_has_the_whole_table(models: Path, model: str, layers: int, refused: str) -> None:
    result = inspect(models / model)
    assert result.exit_code == 1
    assert refused in result.output
    assert f"{model}: {layers} layers" in result.output
