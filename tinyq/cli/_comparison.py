"""The lines of `tinyq build` that compare the built model with float32."""

from rich.console import Console

from tinyq.cli._scores import energy_text, score_text
from tinyq.pipeline.comparison import Comparison, NotCompared, energy_note


def print_comparison(console: Console, found: Comparison | NotCompared) -> None:
    """What float32 would have cost, or why nobody knows."""
    console.print()
    for line in comparison_lines(found):
        console.print(line, highlight=False)


def comparison_lines(found: Comparison | NotCompared) -> tuple[str, ...]:
    """The lines, such as `float32 → int8: flash 108,200 → 40,616 (2.7x smaller), ...`."""
    if isinstance(found, NotCompared):
        return (f"not compared with float32: {found.reason}",)
    before, after = found.before, found.after
    parts = [
        _numbers("flash", before.cost.flash_bytes, after.cost.flash_bytes, ("smaller", "larger")),
        _numbers("constants", before.cost.weight_bytes, after.cost.weight_bytes, ("smaller", "larger")),
        _numbers("RAM", before.cost.ram_bytes, after.cost.ram_bytes, ("smaller", "larger")),
        _numbers("cycles", before.cost.cycles, after.cost.cycles, ("fewer", "more")),
        _texts("energy", energy_text(before.energy_joules), energy_text(after.energy_joules)),
        _texts((found.metric or "").replace("_", " "), *(score_text(found.metric, x.score) for x in (before, after))),
    ]
    made_of = ", ".join(part for part in parts if part)
    return (f"float32 → {after.scheme}: {made_of}", f"energy: {energy_note(found.board)}")


def _numbers(what: str, before: int | None, after: int | None, words: tuple[str, str]) -> str:
    """Both numbers and how they compare; empty where one is unknown."""
    if not before or not after:
        return ""
    less, more = words
    factor = f"{before / after:.1f}x {less}" if after <= before else f"{after / before:.1f}x {more}"
    return f"{what} {before:,} → {after:,} ({factor})"


def _texts(what: str, before: str, after: str) -> str:
    return f"{what} {before} → {after}" if before and after else ""
