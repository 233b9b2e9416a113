"""The generated C of a small network, word for word: a change of it is seen in a review.

`TINYQ_UPDATE_GOLDEN=1 pytest tests/unit/test_golden.py` writes the files anew.
"""

import os
from pathlib import Path

import pytest
from support.graphs import convnet

from tinyq.codegen.model import generate
from tinyq.ir.text import graph_text
from tinyq.pipeline import compile_tflite

GOLDEN = Path(__file__).parent.parent / "golden"


def generated() -> dict[str, str]:
    compiled = compile_tflite(convnet(), "net", "net.tflite")
    return {**compiled.generated.files, "net.graph.txt": graph_text(compiled.graph)}


@pytest.mark.parametrize("name", ["net.c", "net.h", "net_weights.h", "net.graph.txt"])
def test_the_text_is_as_it_was_reviewed(name: str) -> None:
    golden = GOLDEN / name
    if os.environ.get("TINYQ_UPDATE_GOLDEN"):
        golden.write_text(generated()[name])
    assert generated()[name] == golden.read_text()


def test_the_same_model_gives_the_same_text_twice() -> None:
    assert generated() == generated()


def test_all_symbols_start_with_the_name_of_the_model() -> None:
    compiled = compile_tflite(convnet(), "net", "net.tflite")
    other, _ = generate(compiled.graph, compiled.plan, "other")
    assert "net_" not in other.files["other.c"].replace("net/", "")
