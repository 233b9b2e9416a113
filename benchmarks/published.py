"""What others have published, from published.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

from tinyq.firmware.board import load_board

FILE = Path(__file__).parent / "published.toml"


@dataclass(frozen=True)
class Published:
    """One row of figures, in the order of `MODELS`; a quantity that was not published is an empty tuple.

    Attributes:
        name: of the tool.
        source: where the figures come from.
        core: the processor, as boards name it.
        cycles: millions.
        ram: bytes of activations, scratch included.
        flash: bytes of the whole image.
    """

    name: str
    source: str
    core: str
    cycles: tuple[float, ...] = ()
    ram: tuple[int, ...] = ()
    flash: tuple[int, ...] = ()


def read_published() -> tuple[tuple[str, ...], tuple[Published, ...]]:
    """The models' names, and everybody's figures."""
    content = tomllib.loads(FILE.read_text(encoding="utf-8"))
    rows = (
        Published(
            row["name"],
            row["source"],
            row["core"],
            *(tuple(row.get(quantity, ())) for quantity in ("cycles", "ram", "flash")),
        )
        for row in content["figures"]
    )
    return tuple(content["models"]), tuple(rows)


MODELS, PUBLISHED = read_published()


def published_for(board: str) -> tuple[Published, ...]:
    """The figures for the core of a board."""
    return tuple(each for each in PUBLISHED if each.core == load_board(board).cpu)
