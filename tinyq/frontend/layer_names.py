"""Which Keras layer a .tflite tensor came from, told from the converter's tensor names."""

import re
from collections.abc import Iterable

# The converter names a fused tensor after all that went into it, `model/activation/Relu;model/conv2d/Conv2D;...`;
# the layer with the weights is the one that a user recognizes. It cuts names off after some 90 letters, so the
# last word may be short of its end.
_WEIGHTED = re.compile(r"/(Conv2D|depthw|MatMul|BiasAdd|convolution|Tensordot)[^;]*$")
# Names that the converter gives to a model's ends; they say nothing about a layer.
_ANONYMOUS = re.compile(r"^(Identity|StatefulPartitionedCall|PartitionedCall|serving_default|tfl\.|arith\.)")


def layer_name(tensor_names: Iterable[str], op: str) -> str:
    """The Keras layer in the names of an operator's weights and outputs; the operator's own name where there is none."""
    parts = [part for name in tensor_names for part in name.split(";") if part and not _ANONYMOUS.match(part)]
    for part in parts:
        if match := _WEIGHTED.search(part):
            return _last_component(part[: match.start()])
    return _last_component(parts[0].rpartition("/")[0] or parts[0]) if parts else op.lower()


def _last_component(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]


def unique(name: str, taken: Iterable[str]) -> str:
    """`name`, with the first number from 2 upwards behind it that makes it differ from all `taken`."""
    names, candidate, number = set(taken), name, 2
    while candidate in names:
        candidate, number = f"{name}_{number}", number + 1
    return candidate
