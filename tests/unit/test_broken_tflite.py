"""A broken .tflite is refused or built, whatever is broken: no traceback, no hang, no more than 1 GB of memory."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import find
from support.cases import cases_of
from support.examples import examples
from support.fuzz import MEMORY_BYTES
from support.graphs import convnet
from support.varied_model import varied_model

from tinyq.ops import supported_operators

TESTS = Path(__file__).parent.parent
QUICK, LONG = 800, 20_000


def run(folder: Path, first: int, count: int) -> dict[str, Any]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])}
    command = [sys.executable, str(TESTS / "support" / "fuzz.py"), str(folder), str(first), str(count)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"seeds {first} to {first + count - 1}: {done.returncode}\n{done.stderr[-2000:]}"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.fixture(scope="module")
def good_files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two networks, and a model of each operator."""
    folder = tmp_path_factory.mktemp("good")
    (folder / "convnet.tflite").write_bytes(convnet())
    (folder / "varied.tflite").write_bytes(varied_model())
    for op in supported_operators():
        simplest = find(cases_of(op), lambda _: True, settings=examples(1, compiled=True))
        (folder / f"{op.lower()}.tflite").write_bytes(simplest.tflite)
    return folder


def assert_nothing_goes_wrong(folder: Path, first: int, count: int) -> None:
    found = run(folder, first, count)
    assert found["wrong"] == {}, "\n".join(f"seed {seed}:\n{text}" for seed, text in list(found["wrong"].items())[:3])
    assert found["peak_bytes"] < MEMORY_BYTES
    assert found["found"]["refused"] > count // 4, "the mutations break too little"
    assert found["found"].get("built", 0) > 0, "the mutations break everything"


def test_a_broken_file_is_an_error_message(good_files: Path) -> None:
    assert_nothing_goes_wrong(good_files, 0, QUICK)


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_20000_broken_files_are_error_messages(good_files: Path, part: int) -> None:
    assert_nothing_goes_wrong(good_files, QUICK + part * LONG // 10, LONG // 10)
