"""What becomes of the models of the zoo: converted, built, run, compared."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from support.host_c import run_c_quickly
from support.oracles import operator_by_operator
from tinyq.emulator.agreement import mismatches
from tinyq.emulator.oracle import run_oracle
from tinyq.emulator.reference import run_reference
from tinyq.emulator.validation import raw_inputs
from tinyq.errors import TinyqError
from tinyq.frontend.islands import require_integers
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Array, Graph, Scheme
from tinyq.pipeline import optimize

TESTS = Path(__file__).parent.parent
SAMPLES = 8


@dataclass(frozen=True)
class Outcome:
    """How far a model came.

    Attributes:
        name: of the model.
        operators: that it became, in the order of their names.
        verdict: "exact", or why it is not.
    """

    name: str
    operators: tuple[str, ...]
    verdict: str

    def __str__(self) -> str:
        return f"{self.name}: {self.verdict}" + (f" ({', '.join(self.operators)})" if self.operators else "")


def outcomes(family: str, scheme: Scheme) -> list[Outcome]:
    """What becomes of each model of a family, a file of tests/support/zoo, quantized to `scheme`."""
    with tempfile.TemporaryDirectory() as folder:
        names, crashed = _quantize_all(family, scheme, Path(folder))
        return [
            Outcome(name, (), "refused: the converter crashes")
            if number in crashed
            else _outcome(name, scheme, Path(folder) / str(number))
            for number, name in enumerate(names)
        ]


def _quantize_all(family: str, scheme: str, folder: Path) -> tuple[list[str], set[int]]:
    """Run the child, again from the next model on when one has crashed it: all names, and the numbers of those."""
    crashed: set[int] = set()
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(TESTS), str(TESTS.parent)]),
        "CUDA_VISIBLE_DEVICES": "-1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_ENABLE_ONEDNN_OPTS": "0",
    }
    while True:
        start = str(max(crashed, default=-1) + 1)
        command = [sys.executable, "-m", "support.zoo", family, scheme, str(folder), start]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode <= 0, done.stderr[-2000:]
        names, *begun = done.stdout.splitlines()
        if done.returncode == 0:
            return json.loads(names), crashed
        crashed.add(int(begun[-1]))


def _outcome(name: str, scheme: Scheme, stem: Path) -> Outcome:
    refusal = stem.with_suffix(".json")
    if refusal.exists():
        return Outcome(name, (), f"refused: {_without_path(json.loads(refusal.read_text()))}")
    tflite = Path(f"{stem}.quantized.tflite").read_bytes()
    try:
        require_integers(tflite, "MODEL", scheme)
        graph = import_tflite(tflite, "net", "MODEL")
    except TinyqError as error:
        return Outcome(name, (), f"refused: {' '.join(error.message.split())}")
    return Outcome(name, tuple(sorted({node.op for node in graph.nodes})), _verdict(graph, tflite, stem))


def _verdict(graph: Graph, tflite: bytes, stem: Path) -> str:
    inputs = tuple(_inputs(graph, stem))
    expected = run_reference(graph, inputs)
    if fault := _fault(graph, inputs, expected):
        return fault
    try:
        # Each sample is a whole sequence for Keras; the oracle's LSTM would remember the one before.
        oracle = run_oracle(tflite, len(graph.outputs), inputs, steps=1 if graph.states else None)
    except RuntimeError:
        answers = operator_by_operator(tflite, inputs)
        return "exact, operator by operator" if mismatches(answers, expected) == 0 else "an operator differs"
    return "exact" if mismatches(oracle, expected) == 0 else "differs from tflite-micro"


def _fault(graph: Graph, inputs: tuple[Array, ...], expected: tuple[Array, ...]) -> str:
    """What changes the answers on the way from the graph to its C; empty where nothing does."""
    optimized = optimize(graph)
    if mismatches(expected, run_reference(optimized, inputs)):
        return "the passes change it"
    return "the C differs" if mismatches(expected, run_c_quickly(optimized, inputs)) else ""


def summary(families: Mapping[str, Sequence[str]]) -> str:
    """A table of what became of the zoo, from the lines of its families; below it all that was refused."""
    rows = [f"{'':16}{'models':>7}{'built':>7}{'exact':>7}{'refused':>8}"]
    total = [line for lines in families.values() for line in lines]
    for family, lines in (*families.items(), ("all", total)):
        exact, refused = (sum(f": {verdict}" in line for line in lines) for verdict in ("exact", "refused"))
        rows.append(f"{family:16}{len(lines):>7}{len(lines) - refused:>7}{exact:>7}{refused:>8}")
    return "\n".join([*rows, *(line for line in total if ": exact" not in line)])


def _inputs(graph: Graph, stem: Path) -> Iterator[Array]:
    with np.load(f"{stem}.npz") as arrays:
        given = [arrays[name][:SAMPLES] for name in arrays]
    tensors = [graph.tensors[name] for name in graph.inputs]
    yield from raw_inputs(given, tensors)


def _without_path(message: str) -> str:
    return " ".join(word if "/" not in word else "MODEL:" for word in message.split())
