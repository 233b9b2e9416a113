"""The quantized model: a Keras model around the one that it was made of."""

from dataclasses import dataclass
from typing import Any

import keras
import tensorflow as tf

from tinyq.errors import TinyqError
from tinyq.qat.export import Frozen
from tinyq.qat.fake_quantize import ActivationRange, Bounds, rounded_bias
from tinyq.qat.intercept import intercepted
from tinyq.qat.kernels import folded, folded_bias, largest_of, rounded_kernel
from tinyq.qat.layout import layout_of
from tinyq.qat.run import Run
from tinyq.qat.source import input_shapes


@keras.saving.register_keras_serializable("tinyq")
class QuantizedModel(keras.Model):  # type: ignore[misc]  # Keras has no types
    """Runs the layers of `inner`, but rounds on the way.

    Args:
        inner: the model as it was.
        bits: of the weights.
        layer_bits: other numbers of bits, by the names of layers.
        shapes: of the inputs, with the batch; None: as `inner` has them.
        more: what keras.Model takes.
    """

    def __init__(
        self,
        inner: Any,
        bits: int,
        layer_bits: dict[str, int],
        shapes: list[list[int | None]] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(**{"name": f"{inner.name}_quantized", **more})
        self.supports_jit = False  # XLA would compile all the rounding anew, for minutes
        self.inner, self.bits, self.layer_bits = inner, bits, layer_bits
        self.shapes = shapes or input_shapes(inner)
        zeros = [tf.zeros([1, *shape[1:]]) for shape in self.shapes]
        start = zeros[0] if len(zeros) == 1 else zeros
        inner(start)  # builds a subclassed model that was loaded
        self.layout = layout_of(inner, start)
        self.ranges: dict[str, ActivationRange] = {}
        self.call(start)  # makes the ranges
        self.built = True

    def call(self, inputs: Any, training: bool | None = None) -> Any:  # noqa: FBT001  as Keras calls it
        """What `inner` answers, rounded."""
        return self.answers(inputs, Run(self.layout, _Trained(self, bool(training))), training=training)

    def answers(self, inputs: Any, run: Run, *, training: bool | None) -> Any:
        """What `inner` answers, with each layer called by way of `run`."""
        with intercepted(self.layout.leaves, run.around):
            outputs = self.inner(inputs, training=training)
        return run.all_rounded(outputs, "output")

    def bits_of(self, layer: Any) -> int:
        """Of the weights of `layer`; nothing that runs .tflite files has transposed convolutions of int4."""
        found = int(self.layer_bits.get(layer.name, self.bits))
        return 8 if isinstance(layer, keras.layers.Conv2DTranspose) else found

    def norm_of(self, layer: Any) -> Any:
        """The normalization that is folded into `layer`, or None."""
        return self.layout.norms.get(id(layer))

    def get_config(self) -> dict[str, Any]:
        """As Keras saves it."""
        inner = keras.saving.serialize_keras_object(self.inner)
        own = {"name": self.name, "inner": inner, "bits": self.bits, "layer_bits": dict(self.layer_bits)}
        return {**own, "shapes": [list(shape) for shape in self.shapes]}

    @classmethod
    def from_config(cls, config: dict[str, Any], custom_objects: Any = None) -> "QuantizedModel":
        """As Keras loads it."""
        inner = keras.saving.deserialize_keras_object(config["inner"], custom_objects=custom_objects)
        return cls(**{**config, "inner": inner})

    def get_build_config(self) -> None:
        """Nothing: it is built as soon as it is made."""

    def exported(self) -> Any:
        """A functional model of the same answers, which TensorFlow's converter takes.

        Raises:
            TinyqError: it was never trained, so there are no ranges.
        """
        if not all(each.batches.numpy() for each in self.ranges.values()):
            raise TinyqError(
                f"model {self.name}: found no ranges of activations; accepted: a model that was trained",
                "call fit() before save(); an epoch with a learning rate of 0 only measures the ranges",
            )
        return self._functional(Frozen(self))

    def in_float(self) -> Any:
        """A functional model of the same weights, without any rounding."""
        return self._functional(self.inner)

    def _functional(self, call: Any) -> Any:
        names = [tensor.name for tensor in getattr(self.inner, "inputs", None) or []] or [None] * len(self.shapes)
        inputs = [keras.Input(tuple(shape[1:]), name=name) for shape, name in zip(self.shapes, names, strict=True)]
        return keras.Model(inputs, call(inputs[0] if len(inputs) == 1 else inputs), name=self.name)


@dataclass(frozen=True)
class _Trained:
    """The numbers of a model as its variables hold them now."""

    model: QuantizedModel
    training: bool

    def bounds(self, name: str, tensor: Any) -> Bounds:
        """As Values.bounds."""
        ranges = self.model.ranges
        if name not in ranges:
            ranges[name] = ActivationRange(name=name)
        if self.training:
            ranges[name].measure(tensor)
        return ranges[name].bounds()

    def kernel(self, layer: Any) -> Any:
        """As Values.kernel."""
        whole = folded(layer, self.model.norm_of(layer))
        return rounded_kernel(layer, whole, largest_of(layer, whole), self.model.bits_of(layer))

    def bias(self, layer: Any, input_scale: Any) -> Any:
        """As Values.bias."""
        norm = self.model.norm_of(layer)
        bias, largest = folded_bias(layer, norm), largest_of(layer, folded(layer, norm))
        scale = input_scale * largest / (2.0 ** (self.model.bits_of(layer) - 1) - 1.0)
        return None if bias is None else rounded_bias(bias, scale)
