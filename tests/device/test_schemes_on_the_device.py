"""The keyword model with integer weights and float32 activations, from Keras to the emulated board: no bit differs."""

import json
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from support import mlperf

from tinyq.cli import main

SCHEMES = ("int8-weights", "int4-weights", "dynamic")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_firmware_answers_as_the_reference(scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    np.savez("spectra.npz", x=np.random.default_rng(8).normal(0, 40, (3, 49, 10, 1)).astype(np.float32))
    model = str(mlperf.mlperf_folder() / "kws_saved_model")
    options = ["--engine", "device", "--board", "nano33", "--data", "spectra.npz", "--json", "v.json"]
    result = CliRunner().invoke(main, ["validate", model, "--scheme", scheme, *options], prog_name="tinyq")
    assert result.exit_code == 0, result.output
    engines = {engine["name"]: engine for engine in json.loads(Path("v.json").read_text())["engines"]}
    assert (engines["device"]["values"], engines["device"]["mismatches"]) == (36, 0)
