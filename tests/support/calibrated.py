"""Models that min-max calibration breaks, as calibration_models.py writes them: quantized, and measured."""

from pathlib import Path

import numpy as np

from tinyq.emulator.float_model import run_float
from tinyq.emulator.metrics import Labels, score
from tinyq.emulator.reference import run_reference
from tinyq.emulator.validation import raw_inputs, real_values
from tinyq.frontend.choices import Choices
from tinyq.frontend.quantize import Quantized, quantize_cached
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Array, Graph
from tinyq.pipeline.source import Source, read_source


def quiet(text: str) -> None:
    """A report that nobody reads."""


def converted(folder: Path, model: str, data: str) -> Quantized:
    return quantize_cached(folder / f"{model}.keras", str(folder / f"{data}.npz"), report=quiet)


def source(folder: Path, model: str, data: str, calibrate: str) -> Source:
    return read_source(folder / f"{model}.keras", str(folder / f"{data}.npz"), quiet, Choices(calibrate=calibrate))


def images(folder: Path, data: str) -> tuple[Array]:
    return (np.load(folder / f"{data}.npz")["x"],)


def graph_of(int8: bytes) -> Graph:
    return import_tflite(int8, "net", "net.tflite")


def accuracy(folder: Path, int8: bytes) -> float:
    """On samples that neither the head was fitted to nor any range chosen by."""
    graph = graph_of(int8)
    given = raw_inputs(images(folder, "test"), [graph.tensors[graph.inputs[0]]])
    answers = real_values(run_reference(graph, given)[0], graph.tensors[graph.outputs[0]])
    return score(answers, _labels(folder))


def float_accuracy(folder: Path, float32: bytes) -> float:
    return score(run_float(float32, images(folder, "test"))[0], _labels(folder))


def _labels(folder: Path) -> Labels:
    return Labels(np.load(folder / "test.npz")["y"], "accuracy")
