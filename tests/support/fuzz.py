"""Surveys and compiles broken .tflite files in a process of its own: `python fuzz.py FOLDER FIRST COUNT`.

Prints one JSON object: how many were built, how many refused, what went wrong by seed (the end of a traceback), and the
most memory that was in use. FOLDER holds the good files.
"""

import collections
import contextlib
import json
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType
from typing import NoReturn

from support.mutations import mutated
from tinyq.errors import TinyqError
from tinyq.frontend.survey import survey
from tinyq.pipeline import compile_tflite

SECONDS = 20
MEMORY_BYTES = 2**30


def _too_slow(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise TimeoutError


def _peak_bytes() -> int:
    """Since this program started: what getrusage counts starts with the memory of the process that started it."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].removesuffix("kB")) * 1024


def outcome(data: bytes) -> str:
    """`built`, `refused`, or the end of a traceback."""
    signal.setitimer(signal.ITIMER_PROF, SECONDS)  # of the processor: other processes slow this one down
    try:
        with contextlib.suppress(TinyqError):
            survey(data, "net.tflite")
        compile_tflite(data, "net", "net.tflite")
    except TinyqError:
        return "refused"
    except Exception:
        return traceback.format_exc(limit=-4)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return "built"


def main(folder: Path, first: int, count: int) -> None:
    """Try seeds `first` to `first + count - 1` on each file in turn."""
    signal.signal(signal.SIGPROF, _too_slow)
    models = [path.read_bytes() for path in sorted(folder.glob("*.tflite"))]
    found: collections.Counter[str] = collections.Counter()
    wrong = {}
    for seed in range(first, first + count):
        result = outcome(mutated(models[seed % len(models)], seed))
        found[result if result in ("built", "refused") else "wrong"] += 1
        if result not in ("built", "refused"):
            wrong[seed] = result
    print(json.dumps({"found": found, "wrong": wrong, "peak_bytes": _peak_bytes()}))  # noqa: T201  the caller reads it


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
