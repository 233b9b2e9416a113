"""One Keras model of the zoo."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class ZooCase:
    """A small Keras model.

    Attributes:
        build: from symbolic inputs to the symbolic output or outputs.
        shapes: of the inputs, without the batch axis.
        classes: where it is not 0, the inputs are integers from 0 to `classes` - 1.
    """

    build: Callable[..., Any]
    shapes: tuple[tuple[int, ...], ...]
    classes: int = 0


IMAGE, SERIES, VECTOR, VOLUME = (8, 8, 3), (12, 4), (10,), (4, 6, 6, 2)


def on(*shapes: tuple[int, ...]) -> Callable[[Callable[..., Any]], ZooCase]:
    """Makes the case of a function or layer that takes inputs of these `shapes`."""
    return lambda build: ZooCase(build, shapes)


image, series, vector, volume = on(IMAGE), on(SERIES), on(VECTOR), on(VOLUME)
