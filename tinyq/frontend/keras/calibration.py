"""Calibration of LSTMs: TensorFlow's calibrator would run all samples as one long sequence.

The states that it measures then grow beyond what a sequence of the usual length reaches, and cost resolution.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from unittest.mock import patch


@contextmanager
def each_sample_starts_anew() -> Iterator[None]:
    """Within it, TensorFlow's calibrator clears variable tensors before each sample."""
    calibrator = import_module("tensorflow.lite.python.optimize.calibrator").Calibrator
    with patch.object(calibrator, "_feed_tensors", _feed):
        yield


def _feed(
    calibrator: Any,  # noqa: ANN401  TensorFlow has no type information
    dataset_gen: Callable[[], Iterable[Any]],
    resize_input: bool,  # noqa: FBT001  TensorFlow's own signature
) -> None:
    """As Calibrator._feed_tensors, but prepared before each sample; preparing is what clears variable tensors."""
    interpreter = import_module("tensorflow.lite.python.interpreter").Interpreter
    calibrator._interpreter = interpreter(model_content=calibrator._model_content)
    for sample in dataset_gen():
        arrays = calibrator._create_input_array_from_dict(None, sample)
        calibrator._calibrator.Prepare([list(array.shape) for array in arrays])
        calibrator._calibrator.FeedTensor(arrays)
