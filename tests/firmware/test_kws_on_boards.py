"""MLPerf Tiny keyword spotting on every emulated board: the image answers as TensorFlow Lite Micro does."""

from pathlib import Path

import numpy as np
import pytest
from support.board_images import EMULATED_BOARDS
from support.mlperf import compiled, inputs

from tinyq.codegen.write import write_if_changed
from tinyq.emulator.device.engine import DeviceEngine
from tinyq.emulator.oracle import has_oracle, run_oracle
from tinyq.firmware.board import load_board
from tinyq.firmware.platformio import build_image
from tinyq.firmware.project import project_files
from tinyq.pipeline.measure import TestSet, self_test

pytestmark = pytest.mark.skipif(not has_oracle(), reason="the package tflite-micro is not installed")
SAMPLES = 20


@pytest.mark.parametrize("name", EMULATED_BOARDS)
def test_it_answers_twenty_inputs_as_tensorflow_does(name: str, tmp_path: Path) -> None:
    model, board, samples = compiled("kws"), load_board(name), inputs("kws")[:SAMPLES]
    test = self_test(model, TestSet((samples[:1],), None, None))
    write_if_changed(tmp_path, project_files(model.generated, board, "zig", test))
    engine = DeviceEngine(build_image(tmp_path), board, model.generated, workers=1)
    assert engine.self_test().endswith("self-test: passed\n")
    (expected,) = run_oracle(model.tflite, 1, (samples,), lambda _done: None)
    (answered,) = engine.run((samples,))
    np.testing.assert_array_equal(answered, expected)
