"""A trained model of each kind that microcontrollers are asked to run: built, emulated, and about as good as in float.

`TINYQ_UPDATE_GOLDEN=1 pytest -n0 tests/firmware/test_proof_models.py` writes the table in docs/models.md anew.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tinyq.cli import main

ROOT = Path(__file__).parent.parent.parent
TABLE = ROOT / "docs" / "models.md"
BOARD = "mps2_an386"
#: The least accuracy of the int8 model, or its largest mean absolute error; and how far from the float model's.
ACCURACY = {"lstm": 0.9, "attention": 0.9, "mobilenet_v3": 0.9, "conv1d": 0.9}
ERROR = {"unet": 0.03}
APART = 0.02
pytestmark = pytest.mark.long


def train(name: str, folder: Path) -> None:
    """Leave the model and its data in `folder`."""
    environment = os.environ | {"CUDA_VISIBLE_DEVICES": "-1"}
    command = [sys.executable, str(ROOT / "tests/support/proof_models.py"), name, str(folder)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def tinyq(*arguments: str) -> None:
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 0, done.output


def built(name: str, folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The report of the build, and what the image answers on the emulated board."""
    model, out = str(folder / f"{name}.keras"), str(folder / name)
    data, test = (str(folder / f"{name}.{kind}.npz") for kind in ("calibration", "test"))
    tinyq("build", model, "--board", BOARD, "--data", data, "--test", test, "--out", out)
    found = folder / f"{name}.json"
    shared = ("--board", BOARD, "--data", test, "--calibration", data, "--out", out)
    tinyq("validate", model, *shared, "--engine", "device", "--json", str(found))
    return json.loads((Path(out) / "report.json").read_text()), json.loads(found.read_text())


def note(name: str, report: dict[str, Any], quantized: float, real: float) -> None:
    """Put the model's row into the table."""
    sizes = (report["model"]["macs"], report["memory"]["flash_bytes"], report["memory"]["arena_bytes"])
    score = "{:.1%}" if name in ACCURACY else "error {:.4f}"
    cells = (name, *(f"{size:,}" for size in sizes), score.format(real), score.format(quantized))
    others = [line for line in TABLE.read_text().splitlines() if not line.startswith(f"| {name} |")]
    TABLE.write_text("\n".join([*others, f"| {' | '.join(cells)} |"]) + "\n")


@pytest.mark.parametrize("name", [*ACCURACY, *ERROR])
def test_a_model_is_exact_on_the_emulated_board_and_about_as_good_as_in_float(name: str, tmp_path: Path) -> None:
    train(name, tmp_path)
    report, device = built(name, tmp_path)
    for validation in (report["validation"], device):
        assert (validation["samples"], validation["mismatches"]) == (300, 0)
    metric = "accuracy" if name in ACCURACY else "mean_absolute_error"
    quantized, real = (report["validation"][f"{metric}_{kind}"] for kind in ("int8", "float"))
    assert quantized > ACCURACY[name] if name in ACCURACY else quantized < ERROR[name]
    assert abs(quantized - real) <= APART
    if os.environ.get("TINYQ_UPDATE_GOLDEN"):
        note(name, report, quantized, real)
