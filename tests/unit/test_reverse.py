"""A reversal between two scales gets a QUANTIZE behind it; all others stay as they are."""

import numpy as np
from support.tflite_model import Op, T, tflite_model

from tinyq.emulator.reference import run_reference
from tinyq.frontend.keras.reverse import requantize_reversed
from tinyq.frontend.tflite import import_tflite


def reversal(scale: float) -> bytes:
    """From a scale of 0.5 to another."""
    axis = T("axis", (1,), "int32", data=np.array([0]))
    tensors = [T("x", (3,), scales=(0.5,), zero_points=(1,)), T("y", (3,), scales=(scale,), zero_points=(1,)), axis]
    return tflite_model(tensors, [Op("REVERSE_V2", ["x", "axis"], ["y"], "ReverseV2Options")], ["x"], ["y"])


def test_a_reversal_to_another_scale_is_requantized() -> None:
    graph = import_tflite(requantize_reversed(reversal(0.25)), "net", "net.tflite")
    assert [node.op for node in graph.nodes] == ["REVERSE_V2", "QUANTIZE"]
    (answers,) = run_reference(graph, [np.array([[1, 3, 6]], np.int8)])
    assert answers.tolist() == [[11, 5, 1]]


def test_a_reversal_that_keeps_its_scale_is_left_alone() -> None:
    assert requantize_reversed(reversal(0.5)) == reversal(0.5)
