"""The table that `tinyq debug` prints."""

from rich.console import Console

from tinyq.calibration.layer_noise import LayerNoise
from tinyq.cli._scores import score_text
from tinyq.cli._tables import plain_table
from tinyq.pipeline.debug import Culprit, Debugged


def print_debugged(console: Console, found: Debugged) -> None:
    """A row for each layer, and the one that loses most."""
    table = plain_table(f"layers, on {found.samples} samples; ranges by {found.recipe}")
    table.add_column("layer", no_wrap=True)
    table.add_column("operator", no_wrap=True)
    for heading in ("dB", "worst channel", "clipped"):
        table.add_column(heading, justify="right", no_wrap=True)
    for heading in ("alone in float", "dB", "alone in 16 bits", "dB"):
        table.add_column(heading, justify="right")
    for layer in found.layers:
        style = "red" if found.culprit is not None and layer.layer == found.culprit.layer else ""
        table.add_row(*_row(layer, found.metric), style=style)
    whole = (score_text(found.metric, found.score), _db(found.signal_to_noise))
    table.add_row("[bold]the model[/bold]", "", "", "", "", *whole, *whole)
    console.print()
    console.print(table)
    console.print(
        "\ndB: signal to quantization noise, more is better; of the layer's values, then of the model's outputs "
        "if the layer alone stays float, or answers int16"
    )
    console.print(verdict(found.culprit, found.metric), highlight=False)


def _row(layer: LayerNoise, metric: str | None) -> tuple[str, ...]:
    worst = _db(layer.worst) if layer.worst_channel is None else f"{layer.worst_channel}: {_db(layer.worst)}"
    clipped = f"{100 * layer.clipped:.2f} %" if layer.clipped else ""
    in_float = (score_text(metric, layer.score_in_float), _db(layer.output_in_float))
    in_16 = (score_text(metric, layer.score_in_16), _db(layer.output_in_16))
    return layer.layer, layer.op, _db(layer.signal_to_noise), worst, clipped, *in_float, *in_16


def _db(value: float) -> str:
    return f"{value:.1f}"


def verdict(culprit: Culprit | None, metric: str | None) -> str:
    """One sentence: which layer loses most, and what to try."""
    if culprit is None:
        return "no layer by itself makes much difference"
    if culprit.by_score:
        change = f"{(metric or '').replace('_', ' ')} {score_text(metric, culprit.before)} becomes "
        change += score_text(metric, culprit.after)
    else:
        change = f"the outputs' {culprit.before:.1f} dB become {culprit.after:.1f} dB"
    return f"layer {culprit.layer} loses most: {change} if it alone stays float; try --calibrate auto"
