"""Samples are split into what calibrates and what decides: reproducibly, and sequences stay whole."""

from pathlib import Path

import numpy as np
import pytest

from tinyq.errors import TinyqError
from tinyq.frontend.data import Dataset, InputSpec, load_dataset
from tinyq.pipeline.tuning_data import CALIBRATION, HELD_OUT, split

LEFT, RIGHT = InputSpec("left", (2,), "float32"), InputSpec("right", (3,), "float32")


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TINYQ_CACHE", str(tmp_path / "cache"))


def dataset(samples: int, steps: int = 1, *, labels: bool = True) -> Dataset:
    numbers = np.arange(samples, dtype=np.float32)
    inputs = (np.repeat(numbers[:, np.newaxis], 2, axis=1), np.repeat(numbers[:, np.newaxis], 3, axis=1))
    return Dataset(inputs, np.arange(samples) if labels else None, "made.npz", steps=steps)


@pytest.mark.parametrize("labels", [False, True])
@pytest.mark.parametrize("steps", [1, 4])
def test_every_third_sequence_is_held_out_and_none_is_lost(tmp_path: Path, steps: int, labels: bool) -> None:  # noqa: FBT001
    given = dataset(9 * steps, steps, labels=labels)
    data = split(given)
    for name, wanted in ((CALIBRATION, [0, 1, 3, 4, 6, 7]), (HELD_OUT, [2, 5, 8])):
        (tmp_path / name).write_bytes(data.files[name])
        part = load_dataset(str(tmp_path / name), [LEFT, RIGHT])
        samples = [steps * sequence + step for sequence in wanted for step in range(steps)]
        assert part.steps == steps
        assert all(array[:, 0].tolist() == samples for array in part.inputs)
        assert (None if part.labels is None else part.labels.tolist()) == (samples if labels else None)
    assert data.calibration is not None
    assert Path(data.calibration).read_bytes() == data.files[CALIBRATION]
    assert data.held_out.inputs[0].shape == (3 * steps, 2)


def test_the_same_samples_give_the_same_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """NumPy would write the time into the file, and the conversion of it would be another one every time."""
    first = split(dataset(12))
    monkeypatch.setattr("time.time", lambda: 2e9)
    second = split(dataset(12))
    assert first.files == second.files
    assert first.calibration == second.calibration


@pytest.mark.parametrize(("samples", "steps", "found"), [(5, 1, "5 samples"), (20, 4, "5 sequences")])
def test_too_few_are_refused(samples: int, steps: int, found: str) -> None:
    with pytest.raises(TinyqError) as caught:
        split(dataset(samples, steps))
    assert str(caught.value) == (
        f"made.npz: found {found}; accepted for `tinyq tune`: 6 or more\n"
        "  hint: every third of them is held out to measure on: give some hundred, or others to measure on with --test"
    )
