"""How a run of the emulated board ends."""

from dataclasses import dataclass
from enum import Enum, auto

DEFAULT_LIMIT = 1_000_000_000  # instructions; a model of 100 million multiply-accumulates stays below


class Ending(Enum):
    """Why a run ended."""

    RETURNED = auto()  # it came to the address that it was to come to
    ASLEEP = auto()  # it waits for an interrupt that can't come
    EXITED = auto()  # it asked for it, by semihosting
    RESET = auto()  # it asked for a reset


@dataclass(frozen=True)
class Run:
    """What an image did.

    Attributes:
        ending: why it stopped.
        status: what it exited with; 0 where it did not exit.
    """

    ending: Ending
    status: int = 0
