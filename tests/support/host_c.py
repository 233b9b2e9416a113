"""The generated C of a graph, compiled for this machine in a temporary folder."""

import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

from support.cases._case import Array
from tinyq.codegen.model import generate
from tinyq.emulator.host import Compile, HostModel
from tinyq.ir.graph import Graph
from tinyq.memory.lifetimes import blocks
from tinyq.memory.planner import plan_memory
from tinyq.tools.zig import compile_shared_library

WARNINGS = ("-Wall", "-Wextra", "-Wconversion", "-Wshadow", "-Wundef", "-Wpedantic", "-Werror")


def run_c(graph: Graph, inputs: Sequence[Array], steps: int = 1) -> tuple[Array, ...]:
    """What the generated C of `graph` answers, compiled by zig."""
    model, layers = generate(graph, plan_memory(blocks(graph)), "model")
    with tempfile.TemporaryDirectory() as folder:
        return HostModel(model, layers, folder=Path(folder)).run(inputs, steps=steps)


def run_c_quickly(graph: Graph, inputs: Sequence[Array], steps: int = 1) -> tuple[Array, ...]:
    """As `run_c`, by the system's gcc where there is one: it compiles several times as fast."""
    model, layers = generate(graph, plan_memory(blocks(graph)), "model")
    with tempfile.TemporaryDirectory() as folder:
        return HostModel(model, layers, compile_quickly(), Path(folder)).run(inputs, steps=steps)


def compile_quickly() -> Compile:
    """What compiles for this machine in the least time."""
    return compile_shared_library if shutil.which("gcc") is None else _gcc


def _gcc(sources: Sequence[Path], folders: Sequence[Path], output: Path) -> None:
    options = ["-std=c99", "-O1", "-ffp-contract=off", "-shared", "-fPIC", *WARNINGS]
    include = [f"-I{folder}" for folder in folders]
    subprocess.run(["gcc", *options, *include, *map(str, sources), "-o", str(output)], check=True)
