"""A QuantizedModel for TensorFlow's converter: ranges are numbers, and folded kernels variables of their own.

The converter makes integers of what is rounded by constant ranges. Kernels have to be variables: of a constant
TensorFlow would compute the rounded one beforehand, and the converter then see a float kernel.
"""

from typing import TYPE_CHECKING, Any

import keras

from tinyq.qat.fake_quantize import Bounds
from tinyq.qat.intercept import KERNEL_LAYERS
from tinyq.qat.kernels import folded, folded_bias, largest_of, rounded_kernel
from tinyq.qat.run import Run

if TYPE_CHECKING:
    from tinyq.qat.model import QuantizedModel


class Frozen(keras.layers.Layer):  # type: ignore[misc]  # Keras has no types
    """The numbers of a model as they are when it is made."""

    def __init__(self, model: "QuantizedModel") -> None:
        super().__init__(name=model.inner.name)
        self.model = model
        self.ranges = {name: _numbers(each.bounds()) for name, each in model.ranges.items()}
        layers = [layer for layer in model.layout.leaves if isinstance(layer, KERNEL_LAYERS)]
        whole = {layer.name: folded(layer, model.norm_of(layer)) for layer in layers}
        biases = {layer.name: folded_bias(layer, model.norm_of(layer)) for layer in layers}
        self.largest = {layer.name: largest_of(layer, whole[layer.name]).numpy() for layer in layers}
        self.kernels = {name: self._held(kernel) for name, kernel in whole.items()}
        self.biases = {name: self._held(bias) for name, bias in biases.items() if bias is not None}

    def call(self, inputs: Any) -> Any:
        """What the model answers."""
        return self.model.answers(inputs, Run(self.model.layout, self), training=False)

    def bounds(self, name: str, _tensor: Any) -> Bounds:
        """As Values.bounds."""
        found: Bounds = self.ranges[name]
        return found

    def kernel(self, layer: Any) -> Any:
        """As Values.kernel."""
        kernel, largest = self.kernels[layer.name].value, self.largest[layer.name]
        return rounded_kernel(layer, kernel, largest, self.model.bits_of(layer))

    def bias(self, layer: Any, _input_scale: Any) -> Any:
        """As Values.bias, but not rounded: the converter does that."""
        return self.biases[layer.name].value if layer.name in self.biases else None

    def _held(self, tensor: Any) -> Any:
        return self.add_weight(shape=tensor.shape, initializer=keras.initializers.Constant(tensor.numpy()))


def _numbers(bounds: Bounds) -> Bounds:
    return Bounds(float(bounds.low), float(bounds.high))
