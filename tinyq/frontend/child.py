"""Runs the child process that holds TensorFlow, or PyTorch, and reads its events."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import tinyq
from tinyq.ir.scheme import Scheme

_SHOWN_LINES = 5
_ENVIRONMENT = {
    "CUDA_VISIBLE_DEVICES": "-1",
    "KERAS_BACKEND": "tensorflow",
    "PYTHONHASHSEED": "0",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    # Its float sums depend on the machine, and with them the measured ranges.
    "TF_ENABLE_ONEDNN_OPTS": "0",
}


@dataclass(frozen=True)
class Request:
    """What the child is to convert.

    Attributes:
        model: the saved model.
        data: the file or folder with representative data; None where none is needed.
        source: what the user calls that data.
        batched: whether the arrays in `data` may hold batches.
        folder: where the child leaves float32.tflite, quantized.tflite, and calibrated.tflite, from which the quantizer
            made the second of the first; of what TensorFlow can't load, another child has left converted.tflite there.
        scheme: the types of activations and weights.
        layers: take only so many of the model's first layers; None takes all.
        calibrated: so many models lie there as 0.tflite, 1.tflite, ... with ranges in them: the child puts their
            quantized forms in their place, and does nothing else.
        inspect: only have a look at the model: make data up, and let operators pass that TensorFlow Lite lacks.
    """

    model: str
    data: str | None
    source: str
    batched: bool
    folder: str
    scheme: Scheme = "int8"
    layers: int | None = None
    calibrated: int = 0
    inspect: bool = False


@dataclass(frozen=True)
class Ended:
    """How a child ended.

    Attributes:
        status: its exit status; negative for a signal.
        stage: the last stage it told.
        layers: name and class of the model's layers.
        error: message and hint, where it refused the model or the data.
        warnings: where it succeeded; None otherwise.
        notes: how it converted layers for which there are several ways.
        last_lines: the end of what it wrote to standard error.
    """

    status: int
    stage: str = "starting"
    layers: tuple[tuple[str, str], ...] = ()
    error: tuple[str, str] | None = None
    warnings: tuple[str, ...] | None = None
    notes: tuple[str, ...] = ()
    last_lines: tuple[str, ...] = ()

    @property
    def crashed(self) -> bool:
        """Whether the operating system ended it: by a signal, or on Windows with a status above 2^31."""
        return self.status < 0 or self.status >= 1 << 31


def run_child(request: Request, report: Callable[[str], None], module: str = "tinyq.frontend.keras") -> Ended:
    """Run the conversion in `module`; whatever interrupts the wait ends the child, too."""
    request_file = Path(request.folder) / "request.json"
    request_file.write_text(json.dumps(vars(request)), encoding="utf-8")
    # -P: a file keras.py in the user's folder must not be taken for the library.
    command = [sys.executable, "-P", "-m", module, str(request_file)]
    with tempfile.TemporaryFile() as errors:
        child = subprocess.Popen(
            command, env=_environment(request.folder), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors
        )
        assert child.stdout is not None
        try:
            with child.stdout:
                told = _listen(child.stdout, report)
            status = child.wait()
        finally:
            child.kill()
            child.wait()
        return Ended(status, last_lines=_last_lines(errors), **told)


def _environment(temporary: str) -> dict[str, str]:
    package_parent = str(Path(tinyq.__file__).parent.parent)
    paths = [package_parent, *filter(None, [os.environ.get("PYTHONPATH")])]
    # TensorFlow leaves temporary files behind: they go with the folder.
    return os.environ | _ENVIRONMENT | {"PYTHONPATH": os.pathsep.join(paths), "TMPDIR": temporary}


def _listen(stream: IO[bytes], report: Callable[[str], None]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for line in stream:
        event = json.loads(line)
        if "stage" in event:
            told["stage"] = event["stage"]
            report(event["stage"])
        elif "layers" in event:
            told["layers"] = tuple((name, kind) for name, kind in event["layers"])
        elif "error" in event:
            told["error"] = (event["error"], event["hint"])
        elif "done" in event:
            told |= {"warnings": tuple(event["done"]), "notes": tuple(event["notes"])}
    return told


def _last_lines(errors: IO[bytes]) -> tuple[str, ...]:
    errors.seek(0)
    lines = [line.strip() for line in errors.read().decode(errors="replace").splitlines()]
    return tuple(line for line in lines if line)[-_SHOWN_LINES:]
