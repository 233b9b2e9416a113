"""Explains how the child process died."""

import signal
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from tinyq.errors import TinyqError
from tinyq.frontend.child import Ended, Request, run_child


def crash_error(model: Path, ended: Ended, find_layer: Callable[[], str | None]) -> TinyqError:
    """The error for a child that ended without a word.

    Args:
        model: the model file, for the message.
        ended: how it ended.
        find_layer: looks for the layer that is at fault; None when it finds none.
    """
    if ended.status == -getattr(signal, "SIGKILL", 9):
        return TinyqError(
            f"{model}: the conversion was killed while {ended.stage}: the machine has most likely run out of memory",
            "close other programs, or give fewer samples of representative data",
        )
    if not ended.crashed:
        return TinyqError(
            f"{model}: the conversion failed while {ended.stage}:\n"
            + "\n".join(f"  {line}" for line in ended.last_lines),
            "this is a fault of tinyq or of TensorFlow: please report it with the model",
        )
    how = f"{model}: TensorFlow Lite's converter crashed ({_signal_name(ended.status)} while {ended.stage})"
    if layer := find_layer():
        return TinyqError(f"{how}; the cause: layer {layer}", "put a layer of another kind in its place")
    lines = "".join(f"\n  {line}" for line in ended.last_lines)
    return TinyqError(f"{how}{lines}", "simplify the model until it converts, to find the layer")


def _signal_name(status: int) -> str:
    try:
        return signal.Signals(-status).name
    except ValueError:
        return f"status {status}"


def first_crashing_layer(request: Request, ended: Ended, report: Callable[[str], None]) -> str | None:
    """The first layer whose prefix of the model crashes the converter: name and class; found by bisection.

    Each attempt is a child of its own, some seconds long. None where the model has no list of layers.
    """
    good, bad = 0, len(ended.layers)
    if bad == 0:
        return None
    while bad - good > 1:
        middle = (good + bad) // 2
        report(f"the converter crashed; looking for the layer, {good + 1} to {bad} of {len(ended.layers)}")
        if run_child(replace(request, layers=middle), lambda _: None).crashed:
            bad = middle
        else:
            good = middle
    name, kind = ended.layers[bad - 1]
    return f"{name} ({kind})"
