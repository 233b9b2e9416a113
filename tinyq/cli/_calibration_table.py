"""The table of what `--calibrate auto` tried."""

from rich.console import Console

from tinyq.cli._scores import score_text
from tinyq.cli._tables import plain_table
from tinyq.pipeline.calibrate import Calibration


def print_search(console: Console, calibration: Calibration | None) -> None:
    """Each recipe with what it scored on the samples held out; nothing where none were tried."""
    if calibration is None or calibration.search is None:
        return
    search, metric = calibration.search, calibration.search["metric"]
    shown = plain_table(f"calibration, measured on {search['held_out']} of {calibration.samples} samples")
    shown.add_column("recipe")
    shown.add_column((metric or "").replace("_", " "), justify="right")
    shown.add_column("signal to noise", justify="right")
    shown.add_column("")
    shown.add_row("float model", score_text(metric, search["float"]), "", "")
    for each in search["candidates"]:
        chosen = "[green]chosen[/green]" if each["recipe"] == calibration.recipe else ""
        noise = f"{each['signal_to_noise_db']:.1f} dB"
        shown.add_row(each["recipe"], score_text(metric, each["score"]), noise, chosen)
    console.print()
    console.print(shown)
