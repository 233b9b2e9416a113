"""Makes recurrent layers convertible: TensorFlow's converter crashes on the loop that Keras 3 writes for them.

An LSTM without options of its own runs as tf_keras's LSTM, which the converter knows as one operator of int8; every
other layer is unrolled: its operators once for each step, its weights once.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from tinyq.errors import TinyqError
from tinyq.frontend.keras.load import Loaded, library_of
from tinyq.ir.graph import Array, Scheme


def make_convertible(loaded: Loaded, scheme: Scheme) -> tuple[Loaded, tuple[Any, ...], tuple[str, ...]]:
    """`loaded` with recurrent layers that convert to `scheme`; the layers are changed in place.

    Returns:
        The model, its layers that become one operator each, and a sentence for every layer that was changed.

    Raises:
        TinyqError: a stateful layer.
    """
    layers = list(recurrent(loaded.model))
    is_keras_3 = bool(layers) and library_of(loaded.model).__name__ == "keras"
    fused, told, variables = [], [], list(loaded.variables)
    for layer in layers:
        kind = type(layer).__name__
        if layer.stateful:
            raise _stateful(layer)
        if layer.unroll:
            continue
        if is_plain_lstm(layer) and scheme == "int8":
            variables += _run_by_tf_keras(layer) if is_keras_3 else []
            fused.append(layer)
            told.append(f"layer {layer.name} ({kind}) is converted as one operator")
        else:
            layer.unroll = True
            layer._could_use_gpu_kernel = False
            told.append(f"layer {layer.name} ({kind}) is unrolled: its code grows with the length of the sequence")
    return replace(loaded, variables=tuple(variables)), tuple(fused), tuple(told)


def recurrent(model: Any) -> Iterator[Any]:  # noqa: ANN401  a Keras model or layer
    """Recurrent layers, also in nested models and in wrappers (Bidirectional, TimeDistributed)."""
    if hasattr(model, "unroll") and hasattr(model, "cell"):
        yield model
        return
    wrapped = [getattr(model, name, None) for name in ("layer", "forward_layer", "backward_layer")]
    if wrapped[1] is not None:
        wrapped = wrapped[1:]  # a Bidirectional runs copies of the layer that it was given
    for layer in (*(getattr(model, "layers", None) or ()), *wrapped):
        if layer is not None:
            yield from recurrent(layer)


def _stateful(layer: Any) -> TinyqError:  # noqa: ANN401  as above
    """TensorFlow's quantizer can't give one scale to what Keras writes into such a layer's state."""
    return TinyqError(
        f"layer {layer.name} ({type(layer).__name__}): found stateful=True; accepted: stateful=False",
        "train an LSTM on whole sequences with return_sequences=True, and write stream = true into tinyq.toml: "
        "it then takes one step a call and keeps its state",
    )


def is_plain_lstm(layer: Any) -> bool:  # noqa: ANN401  a Keras layer
    """Whether the layer is what UNIDIRECTIONAL_SEQUENCE_LSTM computes."""
    if type(layer).__name__ != "LSTM" or layer.return_state or not layer.use_bias:
        return False
    functions = (layer.activation.__name__, layer.recurrent_activation.__name__)
    return functions == ("tanh", "sigmoid")


def input_gate_weights(layer: Any) -> Array:  # noqa: ANN401  as above
    """What the first gate multiplies the input with, float32 [units, inputs]: enough to know the layer by."""
    weights: Array = layer.get_weights()[0][:, : layer.units].T
    return weights


def _run_by_tf_keras(layer: Any) -> list[Any]:  # noqa: ANN401  as above
    """Have tf_keras's LSTM do the work wherever `layer` is called with nothing but a sequence; its variables."""
    import tensorflow as tf
    import tf_keras

    fused = tf_keras.layers.LSTM(layer.units, return_sequences=layer.return_sequences, name=layer.name)
    fused.build((1, None, layer.cell.kernel.shape[0]))
    fused.set_weights(layer.get_weights())
    original, layer.unroll = layer.call, True

    def call(sequences: Any, initial_state: Any = None, mask: Any = None, training: Any = None) -> Any:  # noqa: ANN401
        if initial_state is not None or mask is not None:
            return original(sequences, initial_state=initial_state, mask=mask, training=training is True)
        return fused(tf.reverse(sequences, [1]) if layer.go_backwards else sequences)

    layer.call = call
    return list(fused.variables)
