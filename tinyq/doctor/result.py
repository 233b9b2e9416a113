"""What a check found."""

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "missing", "needed"]


@dataclass(frozen=True)
class Result:
    """What a check found.

    Attributes:
        what: was looked at.
        state: `ok`; `missing` for what some commands use; `needed` for what no build can do without.
        found: for people.
        hint: how to get what is missing; empty where nothing is.
    """

    what: str
    state: State
    found: str
    hint: str = ""
