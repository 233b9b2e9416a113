"""Puts generated files on disk without touching what is already right."""

from collections.abc import Mapping
from pathlib import Path

from tinyq.errors import TinyqError


def write_if_changed(folder: Path, files: Mapping[str, str]) -> None:
    """Make `folder` hold `files` (paths relative to it); a file with the right text keeps its time stamp.

    Each file appears whole or not at all: it is written beside its place and then renamed.

    Raises:
        TinyqError: the folder can't be written (no space, no permission).
    """
    try:
        for path, text in files.items():
            _write(folder / path, text.encode())
    except OSError as error:
        raise TinyqError(
            f"{folder}: could not write the generated project: {error.strerror}",
            "free some space there, or choose another folder with --out",
        ) from error


def _write(path: Path, content: bytes) -> None:
    if path.is_file() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(path.name + ".part")
    try:
        beside.write_bytes(content)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
