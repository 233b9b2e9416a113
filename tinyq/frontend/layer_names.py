"""Which Keras layer a .tflite tensor came from, told from the converter's tensor names."""

import re
from collections.abc import Iterable

# The converter names a fused tensor after all that went into it, `model/activation/Relu;model/conv2d/Conv2D;...`;
# the layer with the weights is the one that a user recognizes.
_WEIGHTED = re.compile(r"^(.+)/(?:Conv2D|depthwise|MatMul|BiasAdd|convolution|Tensordot)\d*(?:/.*)?$")
# Keras writes a Dense over more than one axis as several operators in a scope of its own.
_DENSE = re.compile(r"/Tensordot(?:_\d+)?$")
# Names that the converter gives to a model's ends; they say nothing about a layer.
_ANONYMOUS = re.compile(r"^(Identity|StatefulPartitionedCall|PartitionedCall|serving_default|tfl\.|arith\.)")


def layer_name(tensor_names: Iterable[str], op: str) -> str:
    """The Keras layer in the names of an operator's weights and outputs; the operator's name where there is none."""
    parts = [part for name in tensor_names for part in name.split(";") if part and not _ANONYMOUS.match(part)]
    for part in parts:
        if match := _WEIGHTED.match(part):
            return _last_component(_DENSE.sub("", match[1]))
    return _last_component(parts[0].rpartition("/")[0] or parts[0]) if parts else op.lower()


def _last_component(path: str) -> str:
    return path.rstrip("/").rpartition("/")[2]
