"""Small Keras models for the tests of the quantization."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

REPOSITORY = Path(__file__).parent.parent.parent
CHANCE = np.random.default_rng(0)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the models of keras_models.py, and data for them."""
    folder = tmp_path_factory.mktemp("models")
    maker = REPOSITORY / "tests/support/keras_models.py"
    done = subprocess.run([sys.executable, str(maker), str(folder)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    np.savez(folder / "series.npz", x=CHANCE.normal(size=(60, 6, 4)))
    np.savez(folder / "wide_series.npz", x=CHANCE.normal(size=(60, 6, 8)))
    np.savez(folder / "four.npz", x=CHANCE.normal(size=(60, 4)))
    np.savez(folder / "two.npz", a_right=CHANCE.normal(size=(60, 2)), z_left=CHANCE.normal(size=(60, 4)))
    return folder
