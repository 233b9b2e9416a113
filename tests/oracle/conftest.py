"""Small Keras models for the tests of the quantization."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from support.own_cache import use_own_cache

REPOSITORY = Path(__file__).parent.parent.parent
CHANCE = np.random.default_rng(0)


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the models of keras_models.py, and data for them."""
    folder = tmp_path_factory.mktemp("models")
    _make("keras_models.py", folder)
    np.savez(folder / "series.npz", x=CHANCE.normal(size=(60, 6, 4)))
    np.savez(folder / "wide_series.npz", x=CHANCE.normal(size=(60, 6, 8)))
    np.savez(folder / "four.npz", x=CHANCE.normal(size=(60, 4)))
    np.savez(folder / "two.npz", a_right=CHANCE.normal(size=(60, 2)), z_left=CHANCE.normal(size=(60, 4)))
    return folder


@pytest.fixture(scope="session")
def calibration_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the models of calibration_models.py, and data for them."""
    folder = tmp_path_factory.mktemp("calibration")
    _make("calibration_models.py", folder)
    return folder


@pytest.fixture(scope="session")
def mixing_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the models of mixing_models.py, and data for them."""
    folder = tmp_path_factory.mktemp("mixing")
    _make("mixing_models.py", folder)
    return folder


@pytest.fixture
def broken_models(calibration_models: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same, with a cache of tinyq's own for all tests of it: nothing that was made before is taken."""
    use_own_cache(calibration_models / "cache", monkeypatch)
    return calibration_models


def _make(script: str, folder: Path) -> None:
    """Run a script of tests/support that writes into `folder`; TensorFlow stays out of this process."""
    command = [sys.executable, str(REPOSITORY / "tests/support" / script), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
