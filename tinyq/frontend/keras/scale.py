"""Warns where data of 0..255 meets a model that trained on 0..1, on evidence that the model itself holds."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.frontend.data import Dataset
from tinyq.frontend.keras.load import Loaded, input_structure, library_of
from tinyq.ir.graph import Array

_LARGEST_UNSCALED = 1.5
_LARGEST = 255.0
_LOOKED_AT = 64
_RESCALING = ("Rescaling", "Normalization")


@dataclass(frozen=True)
class _Evidence:
    """How badly data fits a model, smaller is better, and by what it was judged."""

    misfit: float
    scaled_misfit: float
    reason: str


def scale_warnings(loaded: Loaded, dataset: Dataset) -> tuple[str, ...]:
    """Warnings about inputs whose values should be divided, judged by what the model has learned.

    The evidence is the first BatchNormalization: it has stored the mean and variance of what it was trained on. A model
    without one is judged by its accuracy, where `dataset` has class numbers as labels. A model that rescales its inputs
    itself is not judged.
    """
    if loaded.model is None or any(type(layer).__name__ in _RESCALING for layer in loaded.model.layers[:4]):
        return ()
    found = []
    for number, spec in enumerate(loaded.inputs):
        array = dataset.inputs[number]
        if spec.dtype == "float32" and array.min() >= 0 and _LARGEST_UNSCALED < array.max() <= _LARGEST:
            found.append(_judge(loaded, dataset, number))
    return tuple(warning for warning in found if warning)


def _judge(loaded: Loaded, dataset: Dataset, number: int) -> str:
    array, name = dataset.inputs[number], loaded.inputs[number].name
    # 255 where the data looks like pixels; the digits of scikit-learn end at 16.
    divisor = _LARGEST if array.max() > _LARGEST / 2 else float(array.max())
    chosen = [values[:_LOOKED_AT] for values in dataset.inputs]
    scaled = [values / divisor if at == number else values for at, values in enumerate(chosen)]
    found = f"{dataset.source}: input {name} holds {array.min():g} to {array.max():g}"
    evidence = _by_statistics(loaded.model, chosen, scaled) or _by_accuracy(loaded.model, dataset, chosen, scaled)
    if evidence is None:
        pixels = divisor == _LARGEST and np.array_equal(chosen[number], np.rint(chosen[number]))
        unknown = f"{found}; nothing in the model shows whether it trained on 0..255 or 0..1: if 0..1, give x / 255"
        return unknown if pixels else ""
    if evidence.scaled_misfit >= evidence.misfit:
        return ""
    return f"{found}, but the model seems to have trained on 0 to 1: give x / {divisor:g} ({evidence.reason})"


def _by_statistics(model: Any, given: list[Array], scaled: list[Array]) -> _Evidence | None:  # noqa: ANN401
    normalization = next((layer for layer in model.layers if type(layer).__name__ == "BatchNormalization"), None)
    if normalization is None:
        return None
    before = library_of(model).Model(input_structure(model), normalization.input)
    misfit, scaled_misfit = (_distance(normalization, _run(before, arrays)) for arrays in (given, scaled))
    reason = f"layer {normalization.name} has learned other means and variances than x gives"
    # Within a factor of 2 both fit equally well.
    return _Evidence(misfit, 2 * scaled_misfit, reason)


def _distance(normalization: Any, values: Array) -> float:  # noqa: ANN401  a Keras layer
    """How far the statistics of `values` are from those that the layer has learned."""
    axis = normalization.axis if isinstance(normalization.axis, int) else normalization.axis[0]
    channels = np.moveaxis(values, axis, -1).reshape(-1, values.shape[axis]).astype(np.float64)
    mean, variance = np.asarray(normalization.moving_mean), np.asarray(normalization.moving_variance)
    learned = variance + normalization.epsilon
    ratio = (channels.var(axis=0) + normalization.epsilon) / learned
    return float(np.mean((channels.mean(axis=0) - mean) ** 2 / learned) + np.mean(np.abs(np.log(ratio))))


def _by_accuracy(
    model: Any,  # noqa: ANN401  a Keras model
    dataset: Dataset,
    given: list[Array],
    scaled: list[Array],
) -> _Evidence | None:
    labels = dataset.labels
    if labels is None or labels.dtype.kind not in "iu" or labels.ndim != 1:
        return None
    outputs = [_run(model, arrays) for arrays in (given, scaled)]
    if outputs[0].ndim != 2 or outputs[0].shape[1] < 2:
        return None
    right = [float(np.mean(output.argmax(axis=1) == labels[:_LOOKED_AT])) for output in outputs]
    reason = f"{right[1]:.0%} of the labels are met, with x {right[0]:.0%}"
    # A tenth of the samples may be chance.
    return _Evidence(1 - right[0], 1 - right[1] + 0.1, reason)


def _run(model: Any, arrays: list[Array]) -> Array:  # noqa: ANN401  a Keras model
    import tensorflow as tf

    outputs = model(tf.nest.pack_sequence_as(input_structure(model), arrays), training=False)
    return np.asarray(tf.nest.flatten(outputs)[0])
