"""The folder in which tinyq keeps what it would otherwise build again."""

import os
import tempfile
from pathlib import Path

from tinyq.errors import TinyqError


def cache_folder() -> Path:
    """The cache folder, made if it is missing: `$TINYQ_CACHE`, else the user's cache folder of the operating system.

    Raises:
        TinyqError: the folder can't be made or written.
    """
    folder = _chosen_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, error.strerror or str(error)) from error
    if not os.access(folder, os.W_OK | os.X_OK):
        raise _unusable(folder, "Permission denied")
    return folder


def write_whole(file: Path, content: bytes) -> None:
    """Write `content`; the file appears whole or not at all, whoever reads it meanwhile."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as beside:
            beside.write(content)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _chosen_folder() -> Path:
    chosen = os.environ.get("TINYQ_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_cache_path

    return user_cache_path("tinyq", appauthor=False)


def _unusable(folder: Path, reason: str) -> TinyqError:
    return TinyqError(
        f"{folder}: tinyq's cache folder can't be written: {reason}",
        "set the environment variable TINYQ_CACHE to a folder that you can write to",
    )
