"""Everything that `tinyq tune` does, in its order: samples, model, search, and what it leaves."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tinyq.calibration.layer_noise import gains_in_float
from tinyq.calibration.spread import spread
from tinyq.emulator.float_model import run_float
from tinyq.emulator.metrics import read_labels
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board, load_board
from tinyq.frontend.choices import Choices
from tinyq.frontend.data import Dataset
from tinyq.frontend.tflite import import_tflite
from tinyq.mixing.layers import layers_to_choose
from tinyq.pipeline.cost import is_emulated
from tinyq.pipeline.display import Display
from tinyq.pipeline.experiment import Experiment
from tinyq.pipeline.source import Source, read_source, require_model, require_trained
from tinyq.pipeline.target import chosen_target
from tinyq.pipeline.tuning_data import tuning_data
from tinyq.pipeline.tuning_files import leave_files, refuse_own_output
from tinyq.tools.cache import cache_folder
from tinyq.tuning.journal import Journal
from tinyq.tuning.measuring import Measuring
from tinyq.tuning.metric import Metric
from tinyq.tuning.point import Assignment, Measured
from tinyq.tuning.processes import pool_for, require_processes
from tinyq.tuning.result import Tuned
from tinyq.tuning.search import Outcome, Task, points, search

_LOOKED_AT = 32  # samples that say which layers lose most: the float model runs on them once for each layer


@dataclass(frozen=True)
class TuneRequest:
    """What the user asked for.

    Attributes:
        model: a .keras, .h5, .onnx or .pt2 file, or a SavedModel folder.
        name: of the model in C.
        board: its name.
        data: representative data.
        test: data to measure on; None to hold out a part of `data`.
        out: the folder that everything is left in.
        most_drop: how much worse than the float model the recommended assignment may be; 0.01 for 1%.
        trials: so many assignments are measured at most.
        workers: processes of this machine.
        scheduler: the address of a Dask scheduler, instead of them.
        choices: how the model is made small and computed; its scheme and layers are what is searched.
    """

    model: Path
    name: str
    board: str
    data: str | None
    test: str | None
    out: Path
    most_drop: float
    trials: int
    workers: int
    scheduler: str | None
    choices: Choices


def tune(request: TuneRequest, display: Display) -> Tuned:
    """Search, and leave the frontier in `request.out`.

    Raises:
        TinyqError: anything that the user can mend. No file of an unfinished search is there then.
    """
    board = _checked(request)
    display.stage(f"reading {request.model.name}")
    data = tuning_data(request.model, request.data, request.test, display.stage)
    display.done(data.note)
    source = read_source(request.model, data.calibration, display.stage, request.choices)
    for warning in source.warnings:
        display.warn(warning)
    experiment = _experiment(request, board, source, data.held_out)
    task = Task(experiment.layers, _gains(source, experiment, display), request.trials, request.most_drop)
    tried = _searched(request, experiment, task, display)
    found = Tuned(
        request.name,
        hashlib.sha256(source.tflite).hexdigest(),
        board.name,
        board.clock_hz,
        experiment.metric.name,
        experiment.metric.of_float,
        request.most_drop,
        data.held_out.samples,
        data.note,
        bool(data.files),
        experiment.layers,
        tried,
    )
    if found.refused:
        _tell_refused(found, display)
    leave_files(request.out, found, data.files)
    return found


def _checked(request: TuneRequest) -> Board:
    """The board; what can be refused is refused here, before minutes go into a conversion.

    Raises:
        TinyqError: says what is amiss.
    """
    require_model(request.model)
    require_trained(request.model)
    if request.choices.stream:
        raise TinyqError(
            f"{request.model}: found stream = true; accepted for `tinyq tune`: models of whole sequences",
            "take stream out of tinyq.toml for the search",
        )
    board = load_board(request.board)
    chosen_target(board, request.choices)
    if not is_emulated(board):
        raise TinyqError(
            f"{board.name}: found a board with a {board.cpu}; accepted for `tinyq tune`: one that tinyq emulates, as "
            "cycles are counted there",
            "tune for a board of a processor that is alike, such as nucleo_u575zi, then build for this one",
        )
    require_processes(request.workers, request.scheduler)
    refuse_own_output(request.out, request.data, request.test)
    return board


def _experiment(request: TuneRequest, board: Board, source: Source, held_out: Dataset) -> Experiment:
    assert source.ranged is not None, "a Keras model is quantized from a float one"
    layers = tuple(layer for layer in layers_to_choose(source.tflite) if len(layer.possible) > 1)
    if not layers:
        raise TinyqError(
            f"{source.where}: found no layer that could have other than 8 bits",
            "`tinyq inspect` lists its layers; build it as it is",
        )
    graph = import_tflite(source.tflite, request.name, source.where)
    elements = graph.tensors[graph.outputs[0]].elements
    labels = None if held_out.labels is None else read_labels(held_out.labels, elements, held_out.source)
    expected = run_float(source.float32 or source.ranged, held_out.inputs, steps=held_out.steps)
    return Experiment(
        source.tflite,
        source.ranged,
        layers,
        request.name,
        source.where,
        board,
        request.choices,
        held_out.inputs,
        held_out.steps,
        Metric(expected, labels),
    )


def _gains(source: Source, experiment: Experiment, display: Display) -> Mapping[str, float]:
    """By layer name, the signal to noise of the outputs, in dB, if that layer alone stayed float."""
    assert source.ranged is not None
    graph = import_tflite(source.tflite, experiment.name, source.where)
    inputs = [spread(array, _LOOKED_AT) for array in experiment.samples]
    found = gains_in_float(source.ranged, graph, inputs, display.progress)
    display.done(f"looked at {len(experiment.layers)} layers, with 8 bits each and in float")
    return found


def _searched(
    request: TuneRequest, experiment: Experiment, task: Task, display: Display
) -> Mapping[Assignment, Outcome]:
    journal = Journal(cache_folder() / "tune" / f"{experiment.digest}.jsonl", experiment.layers)
    known = journal.read(display.warn)
    if known:
        display.done(f"took over {len(known)} measurements of earlier runs")
    display.stage("measuring")

    def tell(done: int) -> None:
        display.progress(f"measuring: {done} of {request.trials}", done, request.trials)

    with pool_for(experiment, request.workers, request.scheduler) as pool:
        tried = search(task, Measuring(pool, journal, known, tell))
    if not points(tried):
        raise TinyqError(
            f"{request.model}: none of {len(tried)} assignments of bits can be built for {experiment.board.title}; "
            f"the first: {_first_reason(tried)}",
            "choose a board with more memory (`tinyq boards`), or make the model smaller",
        )
    display.done(f"measured {len(tried)} assignments of bits to {len(task.layers)} layers")
    return tried


def _first_reason(tried: Mapping[Assignment, Outcome]) -> str:
    return next(outcome.reason for outcome in tried.values() if not isinstance(outcome, Measured))


def _tell_refused(found: Tuned, display: Display) -> None:
    count = len(found.refused)
    what = "1 assignment" if count == 1 else f"{count} assignments"
    display.warn(f"{what} of bits can't be built; the first: {found.refused[0].reason}")
