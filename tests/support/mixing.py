"""Models whose layers have different bits: made, and compared with everything that computes them."""

import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from support.calibrated import quiet
from support.host_c import compile_quickly
from tinyq.emulator.agreement import mismatches
from tinyq.emulator.host import HostModel
from tinyq.emulator.oracle import run_oracle
from tinyq.emulator.reference import run_reference
from tinyq.frontend.choices import Choices
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.bits import Bits
from tinyq.ir.graph import Array, Graph
from tinyq.kernels import Target
from tinyq.mixing.layers import layers_to_choose
from tinyq.mixing.mixed import mixed
from tinyq.pipeline import compile_tflite
from tinyq.pipeline.source import Source, read_source

CHANCE = np.random.default_rng(1)


def read(model: Path, data: Path, choices: Choices | None = None) -> Source:
    return read_source(model, str(data), quiet, choices or Choices())


def mix(source: Source, bits: Mapping[str, Bits]) -> bytes:
    assert source.ranged is not None
    return mixed(source.tflite, source.ranged, bits)


def all_of(source: Source, bits: Bits) -> dict[str, Bits]:
    return {layer.name: bits for layer in layers_to_choose(source.tflite) if bits in layer.possible}


def graph_of(tflite: bytes) -> Graph:
    return import_tflite(tflite, "net", "net.tflite")


def any_inputs(graph: Graph, samples: int) -> list[Array]:
    tensors = [graph.tensors[name] for name in graph.inputs]
    limits = [np.iinfo(tensor.dtype) for tensor in tensors]
    return [
        CHANCE.integers(limit.min, limit.max + 1, (samples, *tensor.shape)).astype(tensor.dtype)
        for tensor, limit in zip(tensors, limits, strict=True)
    ]


def assert_exact(tflite: bytes, target: Target) -> None:
    """tflite-micro, NumPy and the generated C for `target` answer alike."""
    graph = graph_of(tflite)
    inputs = any_inputs(graph, 6)
    expected = run_reference(graph, inputs)
    assert mismatches(expected, run_oracle(tflite, len(graph.outputs), inputs)) == 0, "tflite-micro differs"
    model = compile_tflite(tflite, "net", "net.tflite", target)
    with tempfile.TemporaryDirectory() as folder:
        host = HostModel(model.generated, model.layers, compile_quickly(), Path(folder))
        assert mismatches(expected, host.run(inputs)) == 0, f"the C for {target} differs"
