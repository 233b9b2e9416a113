"""A board that shows itself as a USB drive: its bootloader, or the probe on it, flashes the file that is put there."""

import os
import string
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from tinyq.errors import TinyqError
from tinyq.firmware.flash import Device, Keys, Wanted

# info: a file on the drive that says what it is; contains: texts, one of which must be in it; file: the form of the
# image that the board takes, uf2, hex or bin; boot: how the drive is made to appear.
KEYS = Keys({"info": str, "contains": list, "file": str}, {"boot": str})

TAKE_SECONDS = 30.0  # until the drive has taken the file
FAILURE_FILE = "FAIL.TXT"  # where DAPLink and ST-LINK say what went wrong
_CHUNK_BYTES = 65536


def find(wanted: Wanted) -> Sequence[Device]:
    """Mounted drives that say they are this board."""
    if wanted.port is None:
        return [_device(folder, wanted) for folder in mounted_drives() if _is_board(folder, wanted)]
    folder = Path(wanted.port)
    if not folder.is_dir():
        return []
    if not _is_board(folder, wanted):
        raise TinyqError(
            f"{folder}: not the drive of {wanted.board.title}: {wanted.parameters['info']} there "
            f"{'is missing' if _info(folder, wanted) is None else 'names another board'}",
            f"accepted: a drive whose {wanted.parameters['info']} holds {_texts(wanted)}",
        )
    return [_device(folder, wanted)]


def looked_for(wanted: Wanted) -> str:
    """The file that identifies the drive."""
    boot = wanted.parameters.get("boot", "plug the board in")
    return f"a mounted drive whose {wanted.parameters['info']} holds {_texts(wanted)} ({boot}; see that it is mounted)"


def flash(device: Device, wanted: Wanted) -> str:
    """Copy the image, and wait until the board has taken it."""
    folder, source = Path(device.address), wanted.image.file(wanted.parameters["file"])
    copy = folder / source.name
    try:
        _copy(source.read_bytes(), copy, wanted)
    except OSError as error:
        if _is_board(folder, wanted):  # else the board has restarted: it had all that it needs
            raise TinyqError(
                f"{copy}: could not write: {error.strerror}", "see that the drive is mounted for you to write to it"
            ) from error
    _wait_until_taken(folder, copy, wanted)
    return "taken by the board"


def mounted_drives() -> list[Path]:
    """The folders at which drives are mounted, sorted."""
    if sys.platform == "win32":
        return [Path(f"{letter}:/") for letter in string.ascii_uppercase if Path(f"{letter}:/").is_dir()]
    if sys.platform == "darwin":
        return sorted(Path("/Volumes").iterdir())
    mounts = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    return sorted(Path(fields[1].replace("\\040", " ")) for fields in mounts if fields[2] in ("vfat", "msdos", "exfat"))


def _device(folder: Path, wanted: Wanted) -> Device:
    return Device(str(folder), f"drive of {wanted.board.title}")


def _is_board(folder: Path, wanted: Wanted) -> bool:
    info = _info(folder, wanted)
    return info is not None and any(text in info for text in wanted.parameters["contains"])


def _info(folder: Path, wanted: Wanted) -> str | None:
    try:
        return (folder / str(wanted.parameters["info"])).read_text(errors="replace")
    except OSError:
        return None


def _texts(wanted: Wanted) -> str:
    return " or ".join(repr(text) for text in wanted.parameters["contains"])


def _copy(content: bytes, copy: Path, wanted: Wanted) -> None:
    with copy.open("wb") as file:
        for start in range(0, len(content), _CHUNK_BYTES):
            wanted.display.progress(f"copying to {copy.parent}", start, len(content))
            file.write(content[start : start + _CHUNK_BYTES])
            file.flush()
            os.fsync(file.fileno())


def _wait_until_taken(folder: Path, copy: Path, wanted: Wanted) -> None:
    """Until the file is gone: such a drive keeps none, it restarts with its own files."""
    wanted.display.stage("waiting for the board to take it")
    deadline = time.monotonic() + TAKE_SECONDS
    while time.monotonic() < deadline:
        failure = folder / FAILURE_FILE
        if failure.is_file():
            raise TinyqError(
                f"{failure}: the board refused the image: {' '.join(failure.read_text(errors='replace').split())}",
                "unplug the board, plug it in, and flash again",
            )
        if not copy.exists():
            return
        time.sleep(0.1)
    raise TinyqError(
        f"{folder}: verification failed: the board has not taken {copy.name} within {TAKE_SECONDS:g} s",
        "unplug the board, plug it in, and flash again; a drive that keeps the file takes another kind of image",
    )
