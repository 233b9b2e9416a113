"""Small data files, and what is said where they are refused."""

import importlib
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tinyq.errors import TinyqError
from tinyq.frontend.data import InputSpec, load_dataset

VECTOR = (InputSpec("v", (4,), "float32"),)
IMAGE = (InputSpec("image", (2, 3, 1), "float32"),)
COLOUR = (InputSpec("photo", (2, 3, 3), "float32"),)
PAIR = (InputSpec("serving_default_left:0", (4,), "int8"), InputSpec("serving_default_right:0", (2,), "int8"))
X = np.arange(12, dtype=np.float32).reshape(3, 4)
Y = np.array([0, 1, 2])


def npz(**arrays: Any) -> str:
    """Writes d.npz into the current folder."""
    np.savez("d.npz", **arrays)
    return "d.npz"


def module(monkeypatch: pytest.MonkeyPatch, body: str) -> str:
    """Writes a module whose function `samples` has this body; the name for `--data`."""
    Path("my_samples.py").write_text(f"import numpy as np\n\ndef samples():\n    {body}\n")
    monkeypatch.delitem(sys.modules, "my_samples", raising=False)
    importlib.invalidate_caches()
    return "my_samples:samples"


def refusal(spec: str, inputs: tuple[InputSpec, ...] = VECTOR) -> str:
    """The whole message with which the data is refused."""
    with pytest.raises(TinyqError) as caught:
        load_dataset(spec, inputs)
    return str(caught.value)


def picture(path: str, size: tuple[int, int] = (3, 2), colour: int = 0) -> None:
    """Writes an image of one colour."""
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, (colour, colour, colour)).save(path)
