"""The model that a user gives: checked, copied, and the shapes of its inputs."""

from typing import Any

import keras

from tinyq.errors import TinyqError

ACCEPTED_BITS = (4, 8)


def require_usable(model: Any, bits: int, layer_bits: dict[str, int]) -> None:
    """Refuse what can't be trained.

    Raises:
        TinyqError: no Keras 3 model on TensorFlow, no such number of bits, or no such layer.
    """
    if not isinstance(model, keras.Model):
        raise TinyqError(
            f"found a {type(model).__module__}.{type(model).__name__}; accepted: a model of Keras 3",
            "build it with keras, not tf_keras",
        )
    if keras.backend.backend() != "tensorflow":
        raise TinyqError(
            f"found the Keras backend {keras.backend.backend()}; accepted: tensorflow, whose converter takes the model",
            "set KERAS_BACKEND=tensorflow before keras is imported",
        )
    if wrong := [found for found in (bits, *layer_bits.values()) if found not in ACCEPTED_BITS]:
        raise TinyqError(f"found weights of {wrong[0]} bits; accepted: {' or '.join(map(str, ACCEPTED_BITS))}")
    names = {layer.name for layer in model._flatten_layers()}
    if unknown := sorted(layer_bits.keys() - names):
        raise TinyqError(f"model {model.name}: found no layer {unknown[0]}; layer_bits names layers of the model")


def copied(model: Any) -> Any:
    """A model of the same layers and weights; a subclassed model itself, as only its author knows how to copy it."""
    if not isinstance(model, keras.Sequential) and type(model).__name__ != "Functional":
        return model
    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    return clone


def input_shapes(model: Any) -> list[list[int | None]]:
    """The shapes of the inputs, with the batch.

    Raises:
        TinyqError: they are not known, or not fixed.
    """
    if inputs := getattr(model, "inputs", None):
        shapes = [list(tensor.shape) for tensor in inputs]
    else:
        known = (model.get_build_config() or {}) if model.built else {}
        shape = known.get("input_shape")
        shapes = [list(shape)] if shape and not isinstance(shape[0], (list, tuple)) else [*map(list, shape or [])]
    if not shapes or any(None in shape[1:] for shape in shapes):
        raise TinyqError(
            f"model {model.name}: found inputs of shape {shapes or 'unknown'}; accepted: fixed shapes",
            "start it with keras.Input(shape=...); call a subclassed model once on a batch before",
        )
    return shapes
