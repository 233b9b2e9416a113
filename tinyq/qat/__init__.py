"""Quantization-aware training: a Keras model that rounds in training as its int8 C will round on the board.

    import tinyq.qat

    quantized = tinyq.qat.quantize_model(model, bits=4)   # a Keras 3 model, of the trained float one
    quantized.compile(keras.optimizers.Adam(1e-3), "sparse_categorical_crossentropy", metrics=["accuracy"])
    quantized.fit(x, y, epochs=5)
    quantized.save("quantized.keras")                     # tinyq build quantized.keras --board nano33, without --data

Needs Keras 3 with the backend TensorFlow, which is imported on the first use.
"""

from collections.abc import Mapping
from typing import Any


def quantize_model(model: Any, bits: int = 8, layer_bits: Mapping[str, int] | None = None) -> Any:
    """A Keras model that computes as `model` does, rounded as in the exported one; it is trained, saved and built.

    Kernels of two dimensions get a scale for each output channel, those of Dense, Conv1D, DepthwiseConv1D and
    Conv2DTranspose one for all, and those of Conv2DTranspose stay int8. Batch normalization moves into the
    layer before it, with the mean and variance that it has. Activations are int8, in ranges that are averages over the
    batches of training; until a first batch was seen they are as they are.

    Args:
        model: a functional, Sequential or subclassed Keras 3 model of float32 inputs and fixed shapes, already trained.
            The returned model has weights of its own, but those of a subclassed model, whose layers it takes over.
        bits: of the weights, 8 or 4.
        layer_bits: other numbers of bits for layers, by their names.

    Raises:
        TinyqError: layers that can't be trained so, unknown names, shapes that are not fixed.
    """
    from tinyq.qat.model import QuantizedModel
    from tinyq.qat.source import copied, require_usable

    require_usable(model, bits, dict(layer_bits or {}))
    return QuantizedModel(copied(model), bits, dict(layer_bits or {}))


def load_model(path: str) -> Any:
    """The quantized model that was saved as the .keras file `path`, to be trained on or looked at."""
    import keras

    import tinyq.qat.model  # noqa: F401  Keras finds its classes once they are registered

    return keras.models.load_model(path)
