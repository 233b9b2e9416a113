"""One process at a time in a folder. The operating system drops the lock when its holder dies, however it dies."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tinyq.errors import TinyqError

_PATIENCE_SECONDS = 120.0
_PAUSE_SECONDS = 0.05

if sys.platform == "win32":
    import msvcrt

    def _try_lock(file: IO[str]) -> bool:
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _try_lock(file: IO[str]) -> bool:
        try:
            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


@contextmanager
def folder_lock(folder: Path, patience_seconds: float = _PATIENCE_SECONDS) -> Iterator[None]:
    """Hold `folder` for this process; a second process waits for it.

    Args:
        folder: an existing folder; the lock is the file `.tinyq.lock` in it, which stays there (removing it would let a
            third process lock a new file of that name while the second one locks the removed one).
        patience_seconds: how long to wait for the other process.

    Raises:
        TinyqError: the other process did not finish in time.
    """
    # Opened for appending: truncating would be a write, which Windows refuses on a locked file.
    with (folder / ".tinyq.lock").open("a") as file:
        deadline = time.monotonic() + patience_seconds
        while not _try_lock(file):
            if time.monotonic() >= deadline:
                raise TinyqError(
                    f"{folder}: another tinyq has been building here for more than {patience_seconds:g} s",
                    "wait until it has finished, or choose another folder with --out",
                )
            time.sleep(_PAUSE_SECONDS)
        yield  # closing the file unlocks it
