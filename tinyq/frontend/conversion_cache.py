"""Keeps converted models, so that the second build of a model does not need TensorFlow."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import tinyq
from tinyq.frontend.data_readers import Raw
from tinyq.frontend.extras import extra_versions
from tinyq.ir.scheme import Scheme
from tinyq.tools.cache import write_whole
from tinyq.tools.digest import content_sha256

_FORMAT = b"tinyq quantized 4\n"
_LIBRARIES = ("tensorflow", "keras", "tf_keras", "numpy", "pillow")
_DIGEST_BYTES = 32


@dataclass(frozen=True)
class Quantized:
    """A model in all its forms.

    Attributes:
        tflite: full-integer .tflite, integers in and out, weights per channel.
        float32: unquantized .tflite of the same model, for the accuracy to compare with.
        warnings: about the data; one sentence each.
        notes: how layers were converted for which there are several ways; one sentence each.
        calibrated: the float model with the range of each tensor in it, from which `tflite` was made; empty where other
            numbers than int8 were asked for.
    """

    tflite: bytes
    float32: bytes
    warnings: tuple[str, ...]
    notes: tuple[str, ...] = ()
    calibrated: bytes = b""


def cache_key(model: Path, data: str | None, raw: Raw | None, scheme: Scheme) -> str:
    """What the result depends on, as a SHA-256: both contents, the versions at work, and the name that warnings say.

    Args:
        model: the saved model.
        data: as the user named it; None where none is needed.
        raw: its arrays where `data` is a function; None where it is a file or folder.
        scheme: the types of activations and weights.

    Raises:
        TinyqError: packages are missing that this kind of model needs.
    """
    digest = _digest(data or "", scheme)
    digest.update(json.dumps(extra_versions(model)).encode())
    digest.update(content_sha256(model).encode())
    files = [] if data is None else [content_sha256(Path(data)).encode()]
    for part in files if raw is None else _arrays(raw):
        digest.update(part)
    return digest.hexdigest()


def calibrated_key(calibrated: bytes) -> str:
    """As `cache_key`, for a float model with the ranges in it: the result depends on nothing else."""
    digest = _digest("calibrated")
    digest.update(calibrated)
    return digest.hexdigest()


def _digest(*names: str) -> "hashlib._Hash":
    versions = [tinyq.__version__, *(version(library) for library in _LIBRARIES)]
    return hashlib.sha256(_FORMAT + json.dumps([versions, *names]).encode())


def _arrays(raw: Raw) -> Iterable[bytes]:
    for name, array in (*raw.arrays.items(), *(() if raw.labels is None else (("y", raw.labels),))):
        yield f"{name}\0{array.dtype}\0{array.shape}\0{raw.batched}".encode()
        yield array.tobytes()


def read_entry(file: Path) -> Quantized | None:
    """The entry in `file`; None where there is none, or it is damaged."""
    try:
        content = file.read_bytes()
    except OSError:
        return None
    head = len(_FORMAT) + _DIGEST_BYTES
    if content[: len(_FORMAT)] != _FORMAT or hashlib.sha256(content[head:]).digest() != content[len(_FORMAT) : head]:
        return None
    table, _, models = content[head:].partition(b"\n")
    described = json.loads(table)
    first, second = described["tflite_bytes"], described["float32_bytes"]
    return Quantized(
        tflite=models[:first],
        float32=models[first : first + second],
        warnings=tuple(described["warnings"]),
        notes=tuple(described["notes"]),
        calibrated=models[first + second :],
    )


def write_entry(file: Path, entry: Quantized) -> None:
    """Write `entry`; it appears whole or not at all."""
    sizes = {"tflite_bytes": len(entry.tflite), "float32_bytes": len(entry.float32)}
    table = json.dumps({**sizes, "warnings": entry.warnings, "notes": entry.notes}).encode()
    body = table + b"\n" + entry.tflite + entry.float32 + entry.calibrated
    write_whole(file, _FORMAT + hashlib.sha256(body).digest() + body)
