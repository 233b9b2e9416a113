"""The shipped examples are what their train.py makes."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
IN_PYTORCH = {"onnx_digits": ["torch", "onnxscript"], "pytorch_digits": ["torch"]}

# Up to a minute of processor time each.
pytestmark = pytest.mark.slow


@pytest.mark.parametrize("example", ["digits", "qat_digits", "sine", "wake_word", *IN_PYTORCH])
def test_train_py_reproduces_the_shipped_model_and_data(example: str, tmp_path: Path) -> None:
    for package in IN_PYTORCH.get(example, []):
        pytest.importorskip(package, reason=f"{package}, which this example is trained with, is not installed")
    shutil.copy(EXAMPLES / example / "train.py", tmp_path)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "train.py")], capture_output=True, text=True, check=False, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    for file in (EXAMPLES / example).glob("*.npz"):
        made, shipped = np.load(tmp_path / file.name), np.load(file)
        assert made.files == shipped.files
        assert all(np.array_equal(made[name], shipped[name]) for name in made.files)
    # Another processor may round another way in training; the weights then differ a little, what they achieve does not.
    if example != "sine":
        (accuracy,) = re.findall(r"accuracy ([\d.]+)%", done.stdout.splitlines()[-1])
        assert float(accuracy) > (91 if example == "qat_digits" else 98)
    (model,) = (EXAMPLES / example).glob(f"{example}.*")
    assert (tmp_path / model.name).stat().st_size == pytest.approx(model.stat().st_size, rel=0.02)
