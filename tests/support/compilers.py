"""C and C++ compilers for this machine: zig's, which is always there, and the system's where it is installed."""

import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from tinyq.tools.zig import zig_command, zig_environment

C_WARNINGS = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wundef", "-Wpedantic", "-Werror")
CPP_WARNINGS = ("-Wall", "-Wextra", "-Wpedantic", "-Werror")


def compiler(name: str) -> list[str]:
    """The command of "zig cc", "zig c++", or a system compiler; without it the test that asks is skipped."""
    if name.startswith("zig "):
        return [*zig_command(), name.removeprefix("zig ")]
    if shutil.which(name) is None:
        pytest.skip(f"{name} is not installed")
    return [name]


def compile_c(name: str, options: Sequence[str], sources: Sequence[Path], folder: Path, output: Path) -> None:
    """Compile, with headers in `folder`; the test fails with what the compiler says."""
    command = [*compiler(name), *options, f"-I{folder}", *map(str, sources), "-o", str(output)]
    done = subprocess.run(command, env=zig_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stderr}"
    assert not done.stderr, done.stderr


def write_all(folder: Path, *files: Mapping[str, str]) -> None:
    """Write texts by path."""
    for texts in files:
        for path, text in texts.items():
            (folder / path).write_text(text)


def run_program(program: Path, stdin: bytes) -> bytes:
    """What `program` prints; a sanitizer's complaint fails the test."""
    environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0", "UBSAN_OPTIONS": "print_stacktrace=1"}
    done = subprocess.run([str(program)], input=stdin, env=environment, capture_output=True, check=False)
    assert done.returncode == 0, f"exit status {done.returncode}\n{done.stderr.decode(errors='replace')}"
    return done.stdout
