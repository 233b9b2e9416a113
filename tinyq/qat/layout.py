"""What stands before what in a model: which normalizations fold into which layers, and which activations fuse."""

from dataclasses import dataclass, field
from typing import Any

import keras

from tinyq.errors import TinyqError
from tinyq.qat.intercept import KERNEL_LAYERS, intercepted, leaves

#: Activations that TensorFlow Lite fuses into the layer before them.
FUSED = ("linear", "relu", "relu6")
#: Layers whose outputs are some of their inputs, or zeros.
MOVING = (
    keras.layers.Cropping1D,
    keras.layers.Cropping2D,
    keras.layers.Dropout,
    keras.layers.Flatten,
    keras.layers.GaussianDropout,
    keras.layers.GaussianNoise,
    keras.layers.Identity,
    keras.layers.MaxPooling1D,
    keras.layers.MaxPooling2D,
    keras.layers.Permute,
    keras.layers.RepeatVector,
    keras.layers.Reshape,
    keras.layers.SpatialDropout1D,
    keras.layers.SpatialDropout2D,
    keras.layers.ZeroPadding1D,
    keras.layers.ZeroPadding2D,
)
#: Layers whose outputs are means of some of their inputs; TensorFlow Lite gives both one range.
MIXING = (keras.layers.AveragePooling1D, keras.layers.AveragePooling2D, keras.layers.UpSampling2D)
LAST_AXES = (-1, 3)  # of a normalization behind a layer with a kernel
STATEFUL = (keras.layers.RNN, keras.layers.SeparableConv1D, keras.layers.SeparableConv2D)


@dataclass
class Layout:
    """How the layers of a model hang together.

    Attributes:
        leaves: all layers that are made of no others.
        norms: by the id of a layer with a kernel, the BatchNormalization that folds into it.
        folded: ids of those normalizations.
        fused: ids of layers whose outputs go into a fused activation alone, and are not rounded before it.
    """

    leaves: list[Any]
    norms: dict[int, Any] = field(default_factory=dict)
    folded: set[int] = field(default_factory=set)
    fused: set[int] = field(default_factory=set)


def layout_of(model: Any, inputs: Any) -> Layout:
    """The layout of `model`, found by running it once.

    Raises:
        TinyqError: a normalization that no layer with a kernel can take over, or layers that can't be trained so.
    """
    layers = leaves(model)
    _refuse(layers)
    made: dict[int, list[int]] = {}
    readers: dict[int, list[Any]] = {}
    kept: list[Any] = []  # so that no id is given to another tensor

    def watch(layer: Any, call: Any, *args: Any, **kwargs: Any) -> Any:
        tensors = keras.tree.flatten((args, kwargs))
        output = call(*args, **kwargs)
        kept.append((tensors, output))
        for tensor in tensors:
            readers.setdefault(id(tensor), []).append(layer)
        if all(output is not tensor for tensor in tensors):
            made.setdefault(id(layer), []).append(id(output))
        return output

    with intercepted(layers, watch):
        ends = {id(tensor) for tensor in keras.tree.flatten(model(inputs, training=False))}

    def only_reader(layer: Any) -> Any:
        outputs = made.get(id(layer), [])
        if len(outputs) != 1 or outputs[0] in ends or len(readers.get(outputs[0], [])) != 1:
            return None
        return readers[outputs[0]][0]

    return _layout(layers, only_reader)


def _layout(layers: list[Any], only_reader: Any) -> Layout:
    found = Layout(layers)
    for layer in layers:
        last, after = layer, only_reader(layer)
        folds = isinstance(after, keras.layers.BatchNormalization) and after.center and after.axis in LAST_AXES
        if folds and isinstance(layer, KERNEL_LAYERS) and activation_name(layer) == "linear":
            found.norms[id(layer)] = after
            found.folded.add(id(after))
            last, after = after, only_reader(after)
        if activation_name(last) == "linear" and _is_fused(after) and _fuses(last, found):
            found.fused.add(id(last))
    left = [x.name for x in layers if isinstance(x, keras.layers.BatchNormalization) and id(x) not in found.folded]
    if left:
        raise TinyqError(
            f"layer {left[0]} (BatchNormalization): found no convolution or Dense layer whose output it alone reads; "
            "accepted: a normalization right behind one",
            "put it between the convolution and its activation, with center=True, or leave it out",
        )
    return found


def _fuses(layer: Any, found: Layout) -> bool:
    return isinstance(layer, (*KERNEL_LAYERS, keras.layers.Add)) or id(layer) in found.folded


def activation_name(layer: Any) -> str:
    """The function that `layer` applies last."""
    if isinstance(layer, keras.layers.Softmax):
        return "softmax"
    function = getattr(layer, "activation", None)
    return str(getattr(function, "__name__", type(function).__name__)) if function is not None else "linear"


def _is_fused(layer: Any) -> bool:
    if isinstance(layer, keras.layers.ReLU):
        return layer.max_value in (None, 6) and not layer.negative_slope and not layer.threshold
    return isinstance(layer, keras.layers.Activation) and activation_name(layer) in ("relu", "relu6")


def _refuse(layers: list[Any]) -> None:
    for layer in layers:
        if isinstance(layer, STATEFUL):
            raise TinyqError(
                f"layer {layer.name} ({type(layer).__name__}): can't be trained quantized; accepted: Conv1D, Conv2D, "
                "Conv2DTranspose, DepthwiseConv1D, DepthwiseConv2D, Dense, and layers without weights",
                "for a separable convolution write a DepthwiseConv2D and a Conv2D of 1x1",
            )
