"""Data of 0..255 for a model without statistics is judged by labels, or not at all."""

import json
import os
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).parent.parent.parent

SCALE_SCRIPT = """
import json, sys
import keras, numpy as np
from tinyq.frontend.data import Dataset
from tinyq.frontend.input_spec import InputSpec
from tinyq.frontend.keras.load import loaded_model
from tinyq.frontend.keras.scale import scale_warnings

keras.utils.set_random_seed(0)
bright = keras.layers.Dense(2)
plain = keras.Sequential([keras.Input((4,), name="pixels"), bright])
bright.set_weights([np.array([[0, 0.25]] * 4), np.array([0.5, 0])])
rescaled = keras.Sequential([keras.Input((4,), name="pixels"), keras.layers.Rescaling(1 / 255), bright])
x = np.random.default_rng(0).integers(0, 256, (60, 4)).astype(np.float32)
x[0], x[1] = 0, 255
y = (x.mean(axis=1) > 127.5).astype(np.int64)
spec = (InputSpec("pixels", (4,), "float32"),)
cases = [(plain, x, y), (plain, x, None), (plain, x / 255, y), (rescaled, x, y), (plain, x + 0.25 * (x < 9), None)]
found = [scale_warnings(loaded_model(m, spec), Dataset((d,), labels, "d.npz")) for m, d, labels in cases]
print(json.dumps(found))
"""


def test_without_statistics_the_labels_decide_and_without_labels_nothing_is_claimed() -> None:
    environment = os.environ | {"PYTHONPATH": str(REPOSITORY), "KERAS_BACKEND": "tensorflow"}
    done = subprocess.run(
        [sys.executable, "-c", SCALE_SCRIPT], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    by_labels, unknown, *others = json.loads(done.stdout)
    assert by_labels == [
        (
            "d.npz: input pixels holds 0 to 255, but the model seems to have trained on 0 to 1: give x / 255 "
            "(100% of the labels are met, with x 58%)"
        )
    ]
    assert unknown == [
        (
            "d.npz: input pixels holds 0 to 255; nothing in the model shows whether it trained on 0..255 or 0..1: "
            "if 0..1, give x / 255"
        )
    ]
    assert others == [[], [], []]
