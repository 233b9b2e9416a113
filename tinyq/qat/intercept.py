"""The layers of a model, and what they are called with: for as long as a `with` block runs, calls go another way."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

import keras

#: Layers that multiply by a kernel; one that is their activation is part of them.
KERNEL_LAYERS = (
    keras.layers.Conv1D,
    keras.layers.Conv2D,
    keras.layers.Conv2DTranspose,
    keras.layers.DepthwiseConv1D,
    keras.layers.DepthwiseConv2D,
    keras.layers.Dense,
)
Around = Callable[..., Any]


def leaves(layer: Any) -> list[Any]:
    """The layers within `layer` that are made of no others, each once."""
    found: dict[int, Any] = {}
    for each in layer._flatten_layers(include_self=False, recursive=False):
        within = [] if isinstance(each, KERNEL_LAYERS) else leaves(each)
        found |= {id(leaf): leaf for leaf in (within or [each])}
    return list(found.values())


@contextmanager
def intercepted(layers: Sequence[Any], around: Around) -> Iterator[None]:
    """Call `around(layer, call, *args, **kwargs)` in place of `layer.call(*args, **kwargs)`."""
    for layer in layers:
        vars(layer)["call"] = partial(around, layer, layer.call)
    try:
        yield
    finally:
        for layer in layers:
            del vars(layer)["call"]
