"""The layers of a model for which bits can be chosen, and which bits those are."""

from dataclasses import dataclass
from typing import Literal

Bits = Literal[4, 8, 16]


@dataclass(frozen=True)
class Layer:
    """What bits are chosen for: the operators of one name.

    Attributes:
        name: of the Keras layer, as `tinyq debug` shows it.
        op: the TFLite name of the operator that has its weights, or of its first one.
        weights: how many there are; 0 where it has none.
        possible: what can be chosen, ascending; 8 always is.
    """

    name: str
    op: str
    weights: int
    possible: tuple[Bits, ...]


def layers_to_choose(int8: bytes) -> tuple[Layer, ...]:
    """The layers of the .tflite `int8` in the order they run, as tinyq.frontend.quantize makes it."""
    raise NotImplementedError
