"""A model that listens to a stream answers as the model of whole sequences that it was made of."""

from pathlib import Path

import numpy as np
import pytest

from tinyq.emulator.float_model import run_float
from tinyq.emulator.oracle import run_oracle
from tinyq.emulator.reference import run_reference
from tinyq.errors import TinyqError
from tinyq.frontend.quantize import Quantized, quantize_cached
from tinyq.frontend.stream import one_step_a_call
from tinyq.frontend.tflite import import_tflite
from tinyq.pipeline import compile_tflite
from tinyq.pipeline.measure import host_engine

EXAMPLE = Path(__file__).parent.parent.parent / "examples/wake_word"
STEPS = 48


def quiet(text: str) -> None:
    """A report that nobody reads."""


@pytest.fixture(scope="module")
def wake_word(tmp_path_factory: pytest.TempPathFactory) -> Quantized:
    """The example as converted: a model of sequences of 48 frames."""
    model, data = EXAMPLE / "wake_word.keras", str(EXAMPLE / "calibration.npz")
    return quantize_cached(model, data, report=quiet, cache=tmp_path_factory.mktemp("cache"))


def test_the_streamed_answers_are_those_to_whole_sequences_bit_for_bit(wake_word: Quantized) -> None:
    whole = import_tflite(wake_word.tflite, "whole", "whole.tflite")
    frames = np.load(EXAMPLE / "test.npz")["x"]
    scale, zero_point = whole.tensors[whole.inputs[0]].scale, whole.tensors[whole.inputs[0]].zero_point
    raw = np.clip(np.rint(frames / scale) + zero_point, -128, 127).astype(np.int8)
    (expected,) = run_reference(whole, [raw.reshape(-1, 1, STEPS, 10)])
    assert np.array_equal(expected, run_oracle(wake_word.tflite, 1, [raw.reshape(-1, 1, STEPS, 10)], steps=1)[0])
    streamed = compile_tflite(one_step_a_call(wake_word.tflite, "whole.tflite"), "stream", "whole.tflite")
    assert (streamed.graph.inputs, streamed.graph.is_stateful, whole.is_stateful) == (whole.inputs, True, False)
    steps = [raw.reshape(-1, 1, 1, 10)]
    for answers in (
        run_reference(streamed.graph, steps, steps=STEPS),
        host_engine(streamed).run(steps, lambda _: None, STEPS),
        run_oracle(streamed.tflite, 1, steps, steps=STEPS),
    ):
        assert np.array_equal(answers[0].reshape(expected.shape), expected)
    # What is compared is no constant, and it depends on what came before.
    assert len(np.unique(expected)) > 100
    assert not np.array_equal(run_reference(streamed.graph, steps)[0].reshape(expected.shape), expected)


def test_the_float_model_streams_as_well(wake_word: Quantized) -> None:
    frames = np.load(EXAMPLE / "test.npz")["x"][: 4 * STEPS]
    (expected,) = run_float(wake_word.float32, [frames.reshape(-1, 1, STEPS, 10)])
    (answers,) = run_float(one_step_a_call(wake_word.float32, "m.tflite"), [frames[:, np.newaxis]], steps=STEPS)
    assert np.allclose(answers.reshape(expected.shape), expected, atol=1e-6)


def test_a_layer_that_needs_the_whole_sequence_is_refused(models: Path, tmp_path: Path) -> None:
    whole = quantize_cached(models / "lstm.keras", str(models / "series.npz"), report=quiet, cache=tmp_path)
    with pytest.raises(TinyqError) as caught:
        one_step_a_call(whole.tflite, "lstm.keras")
    assert str(caught.value) == (
        "lstm.keras: layer first (CONV_2D): found a layer that needs the whole sequence; accepted in a stream: ADD, "
        "DEQUANTIZE, FULLY_CONNECTED, HARD_SWISH, LEAKY_RELU, LOGISTIC, MUL, QUANTIZE, RELU, RELU6, RESHAPE, SOFTMAX, "
        "SUB, TANH, UNIDIRECTIONAL_SEQUENCE_LSTM, each with an answer for every step\n"
        "  hint: give recurrent layers return_sequences=True, or leave out `stream` in tinyq.toml"
    )
