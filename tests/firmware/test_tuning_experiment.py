"""One assignment of bits is measured alike by whoever measures it, and a wrong answer of the image stops everything."""

import pickle
from dataclasses import replace

import numpy as np
import pytest
from support.graphs import convnet

from tinyq.emulator.device.model import DeviceModel
from tinyq.emulator.metrics import Labels
from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board
from tinyq.frontend.choices import Choices
from tinyq.frontend.tflite import import_tflite
from tinyq.mixing.layers import layers_to_choose
from tinyq.pipeline.experiment import Experiment
from tinyq.tuning.metric import Metric
from tinyq.tuning.point import Assignment, Measured, Refused


@pytest.fixture(scope="module")
def experiment() -> Experiment:
    """A small model, whose float original is not known, and made-up samples."""
    int8, chance = convnet(), np.random.default_rng(0)
    graph = import_tflite(int8, "net", "net.tflite")
    samples = tuple(chance.normal(size=(9, *graph.tensors[name].shape[1:])) for name in graph.inputs)
    expected = tuple(chance.normal(size=(9, *graph.tensors[name].shape)) for name in graph.outputs)
    board, layers = load_board("nano33"), layers_to_choose(int8)
    return Experiment(int8, b"", layers, "net", "net.keras", board, Choices(), samples, 1, Metric(expected, None))


def unchanged(experiment: Experiment) -> Assignment:
    return tuple(8 for _ in experiment.layers)


def narrowest(experiment: Experiment) -> Assignment:
    return tuple(min(layer.possible) for layer in experiment.layers)


def test_another_process_measures_the_same_and_fewer_bits_take_less_flash(experiment: Experiment) -> None:
    there = pickle.loads(pickle.dumps(experiment))
    assert there.digest == experiment.digest
    whole, narrow = experiment(unchanged(experiment)), experiment(narrowest(experiment))
    assert isinstance(whole, Measured)
    assert isinstance(narrow, Measured)
    assert there(narrowest(experiment)) == narrow
    assert 0 < narrow.flash_bytes < whole.flash_bytes
    assert min(whole.costs) > 0


def test_what_does_not_fit_is_refused_with_its_reason(experiment: Experiment) -> None:
    board = experiment.board
    small = replace(experiment, board=replace(board, flash=replace(board.flash, bytes=1000)))
    found = small(unchanged(experiment))
    assert isinstance(found, Refused)
    assert found.reason.startswith("the model does not fit into the board\n  flash: needs ")


def test_an_image_that_answers_otherwise_stops_the_search(
    experiment: Experiment, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = DeviceModel.run
    monkeypatch.setattr(DeviceModel, "run", lambda *arguments: right(*arguments) ^ 1)
    with pytest.raises(TinyqError) as caught:
        experiment(unchanged(experiment))
    assert str(caught.value) == (
        "net.keras: the firmware image answers otherwise than the generated C on this machine\n"
        "  hint: this is a fault of tinyq or of the compiler: please report it with the model"
    )


def test_whatever_an_outcome_depends_on_changes_the_digest(experiment: Experiment) -> None:
    metric = experiment.metric
    others = (
        replace(experiment, int8=experiment.int8 + b"\0"),
        replace(experiment, ranged=b"\0"),
        replace(experiment, name="other"),
        replace(experiment, board=load_board("rpi_pico")),
        replace(experiment, choices=Choices(optimize="size")),
        replace(experiment, samples=tuple(array + 1 for array in experiment.samples)),
        replace(experiment, steps=3),
        replace(experiment, metric=replace(metric, expected=tuple(array + 1 for array in metric.expected))),
        replace(experiment, metric=replace(metric, labels=Labels(np.zeros(9, np.int64), "accuracy"))),
    )
    assert len({experiment.digest, *(other.digest for other in others)}) == 1 + len(others)
