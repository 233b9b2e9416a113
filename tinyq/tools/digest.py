"""What a file or folder holds, as one number."""

import hashlib
from functools import cache
from pathlib import Path

from tinyq.resources import boards_folder, templates_folder


def content_sha256(path: Path) -> str:
    """SHA-256 of a file; of a folder, that of the names and contents of all files in it, in sorted order.

    An ONNX file and its weights in a file beside it, where PyTorch's exporter puts them, count as one.
    """
    if path.is_file():
        beside = onnx_weights(path)
        return hashlib.sha256(path.read_bytes() + (beside.read_bytes() if beside.is_file() else b"")).hexdigest()
    digest = hashlib.sha256()
    for file in sorted(file for file in path.rglob("*") if file.is_file()):
        content = file.read_bytes()
        digest.update(f"{file.relative_to(path).as_posix()}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


@cache
def own_sha256() -> str:
    """SHA-256 of tinyq itself, modules, templates and boards: while it stays, they make the same of the same."""
    digest = hashlib.sha256()
    package = Path(__file__).parent.parent
    for folder, pattern in ((package, "*.py"), (templates_folder(), "*"), (boards_folder(), "*.toml")):
        for file in sorted(file for file in folder.rglob(pattern) if file.is_file()):
            digest.update(f"{file.relative_to(folder).as_posix()}\0".encode())
            digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()


def onnx_weights(model: Path) -> Path:
    """Where the weights of the ONNX file `model` are, if they are not in it."""
    return model.with_name(f"{model.name}.data")
