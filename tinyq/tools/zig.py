"""The C compiler that the Python package ziglang brings: it needs neither a system compiler nor system headers."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tinyq.errors import TinyqError
from tinyq.tools.cache import cache_folder

_SHOWN_ERRORS = 5

_SHARED_LIBRARY_FLAGS = (
    "-shared",
    "-fPIC",
    "-std=c99",
    "-O2",
    # The same float results as the firmware: a*b + c is two roundings.
    "-ffp-contract=off",
    "-fno-sanitize=undefined",
    "-Wall",
    "-Wextra",
    "-Wconversion",
    "-Wshadow",
    "-Wundef",
    "-Werror",
)


def zig_command() -> list[str]:
    """The command that runs zig."""
    return [sys.executable, "-m", "ziglang"]


def zig_environment() -> dict[str, str]:
    """The environment that zig runs in: its caches are inside tinyq's cache folder."""
    cache = cache_folder() / "zig"
    return os.environ | {"ZIG_GLOBAL_CACHE_DIR": str(cache), "ZIG_LOCAL_CACHE_DIR": str(cache)}


def compile_shared_library(
    sources: Sequence[Path],
    include_folders: Sequence[Path],
    output: Path,
    defines: Mapping[str, str] | None = None,
) -> None:
    """Compile C sources into a shared library for this machine, which ctypes can load.

    Args:
        sources: C files.
        include_folders: where `#include "..."` looks.
        output: the library; it appears whole or not at all, also when two processes build it at once.
        defines: preprocessor macros and their values.

    Raises:
        TinyqError: the compiler refused; the message holds its first errors.
    """
    options = [*_SHARED_LIBRARY_FLAGS]
    options += [f"-I{folder}" for folder in include_folders]
    options += [f"-D{name}={value}" for name, value in (defines or {}).items()]
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=output.name, dir=output.parent) as beside:
        library = Path(beside) / output.name
        command = [*zig_command(), "cc", *options, *map(str, sources), "-o", str(library)]
        done = subprocess.run(command, env=zig_environment(), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise TinyqError(
                f"the C compiler refused the code for this machine:\n{first_errors(done.stderr)}",
                "this is a fault of tinyq: please report it with the model",
            )
        library.replace(output)


def first_errors(output: str) -> str:
    """The lines of a compiler's output that name errors, a few of them; all of its last lines where none does."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    errors = [line for line in lines if "error:" in line]
    return "\n".join(errors[:_SHOWN_ERRORS] or lines[-_SHOWN_ERRORS:])
