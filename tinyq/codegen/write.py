"""Puts generated files on disk without touching what is already right."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from tinyq.errors import TinyqError

MANIFEST = ".tinyq-files"  # lists what was generated, so that the next build knows what is no longer wanted


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
        raise not_writable(folder, error) from error


def write_project(folder: Path, files: Mapping[str, str]) -> None:
    """Like `write_if_changed`, and remove what an earlier call generated there and this one does not.

    Files that a user put into the folder stay.

    Raises:
        TinyqError: the folder can't be written.
    """
    manifest = folder / MANIFEST
    try:
        before = manifest.read_text().splitlines() if manifest.is_file() else []
        _remove(folder, set(before) - files.keys())
    except OSError as error:
        raise not_writable(folder, error) from error
    write_if_changed(folder, {**files, MANIFEST: "".join(f"{path}\n" for path in sorted(files))})


def write_bytes(path: Path, content: bytes) -> None:
    """Make the file `path` hold `content`, whole or not at all.

    Raises:
        TinyqError: it can't be written.
    """
    try:
        _write(path, content)
    except OSError as error:
        raise not_writable(path, error) from error


def not_writable(folder: Path, error: OSError) -> TinyqError:
    """The error of an output folder that refuses a file."""
    return TinyqError(
        f"{folder}: could not write: {error.strerror or error}",
        "free some space there, or choose another folder with --out",
    )


def _remove(folder: Path, paths: Iterable[str]) -> None:
    for path in paths:
        (folder / path).unlink(missing_ok=True)
        for parent in (folder / path).parents:
            if parent == folder or not parent.is_dir() or any(parent.iterdir()):
                break
            parent.rmdir()


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
