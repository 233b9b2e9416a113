"""Writes small Keras models into a folder, in one run of TensorFlow: `python keras_models.py FOLDER`."""

import os
import sys
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import tf_keras


def sequential(*layers: Any) -> Any:
    return keras.Sequential([keras.Input((6, 4), name="series"), *layers], name="net")


def two_inputs() -> Any:
    """The inputs and outputs are in another order than their names sort."""
    left, right = keras.Input((4,), name="z_left"), keras.Input((2,), name="a_right")
    both = keras.layers.Concatenate(name="both")([left, right])
    wide, narrow = keras.layers.Dense(5, name="wide")(both), keras.layers.Dense(3, name="narrow")(both)
    return keras.Model([left, right], [wide, narrow], name="net")


class Doubled(keras.layers.Layer):  # type: ignore[misc]  # Keras has no type information
    """A class of the user's own."""

    def call(self, inputs: Any) -> Any:
        """Twice the inputs."""
        return inputs * 2


class OldDoubled(tf_keras.layers.Layer):  # type: ignore[misc]  # as above
    """The same for Keras 2."""

    def call(self, inputs: Any) -> Any:
        """Twice the inputs."""
        return inputs * 2


def erf_model() -> Any:
    inputs = keras.Input((4,), name="x")
    hidden = keras.layers.Dense(3, name="before")(inputs)
    return keras.Model(inputs, keras.layers.Lambda(keras.ops.erf, name="curve")(hidden), name="net")


def side_by_side(*layers: Any) -> Any:
    """Every layer on one input, each with an output of its own."""
    series = keras.Input((6, 8), name="series")
    return keras.Model(series, [layer(series) for layer in layers], name="net")


def elementwise_in_tflite_micro() -> Any:
    """Layers in whose way the converter leaves float32, or several operators, all of which tflite-micro has."""
    activations = ("elu", "silu", "softsign", "hard_shrink", "tanh_shrink", "sparse_sigmoid")
    normalizations = (
        keras.layers.LayerNormalization(name="layer_norm"),
        keras.layers.GroupNormalization(2, name="group_norm"),
        keras.layers.RMSNormalization(name="rms_norm"),
        keras.layers.ReLU(max_value=3.0, negative_slope=0.1, threshold=0.5, name="bent"),
        keras.layers.PReLU(alpha_initializer="random_normal", shared_axes=[1], name="prelu"),
    )
    return side_by_side(*normalizations, *(keras.layers.Activation(name, name=name) for name in activations))


def elementwise_in_tflite() -> Any:
    """The same for operators that tflite-micro lacks, but not ELU, which BUILTIN_REF lacks."""
    activations = (
        "mish",
        "softplus",
        "selu",
        "gelu",
        "exponential",
        "celu",
        "log_sigmoid",
        "soft_shrink",
        "squareplus",
    )
    return side_by_side(*(keras.layers.Activation(name, name=name) for name in activations))


def main(folder: Path) -> None:
    keras.utils.set_random_seed(0)
    layers = keras.layers
    flat, dense = layers.Flatten(name="flat"), layers.Dense(2, name="dense")
    sequential(layers.Conv1D(4, 3, name="first"), layers.LSTM(3, name="memory"), dense).save(folder / "lstm.keras")
    sequential(layers.LSTM(3, unroll=True, name="memory")).save(folder / "unrolled.keras")
    sequential(layers.Conv1D(4, 3, name="first"), layers.RNN(layers.GRUCell(3), name="cells")).save(
        folder / "rnn.keras"
    )
    elementwise_in_tflite_micro().save(folder / "elementwise_in_tflite_micro.keras")
    elementwise_in_tflite().save(folder / "elementwise_in_tflite.keras")
    side_by_side(layers.Activation("mish", name="mish")).save(folder / "mish.keras")
    cubes, curve = layers.Reshape((6, 2, 2, 1), name="cubes"), layers.ELU(name="curve")
    sequential(cubes, layers.Conv3D(4, 2, name="cube"), curve, flat).save(folder / "islands.keras")
    two_ways = layers.Bidirectional(layers.LSTM(3, return_sequences=True, name="inner"), name="both")
    sequential(two_ways, layers.LSTM(4, return_sequences=True, go_backwards=True, name="memory")).save(
        folder / "two_ways.keras"
    )
    memory = layers.LSTM(5, return_sequences=True, name="memory")
    sequential(memory, layers.Flatten(name="flat"), layers.Dense(2, name="out")).save(folder / "sequence.keras")
    sequential(layers.GRU(3, name="gates"), layers.Dense(2, name="out")).save(folder / "gru.keras")
    sequential(layers.SimpleRNN(3, name="plain")).save(folder / "simple.keras")
    step = keras.Input(batch_shape=(1, 6, 4), name="series")
    keras.Model(step, layers.GRU(3, stateful=True, name="kept")(step)).save(folder / "stateful.keras")
    sequential(Doubled(name="own")).save(folder / "custom.keras")
    sequential(Doubled(name="own")).save(folder / "custom.h5")
    old = tf_keras.Sequential([tf_keras.Input((6, 4)), OldDoubled(name="own")])
    old.save(folder / "custom_old.keras")
    old.save(folder / "custom_old.h5")
    sequential(layers.Lambda(lambda x: x + 1, name="code")).save(folder / "lambda.keras")
    two_inputs().save(folder / "two.keras")
    erf_model().export(folder / "erf")
    photo = keras.Input((None, None, 3), name="photo")
    keras.Model(photo, layers.Conv2D(2, 3)(photo)).save(folder / "dynamic.keras")
    old_memory = tf_keras.layers.LSTM(3, name="memory")
    tf_keras.Sequential([tf_keras.Input((6, 4)), old_memory]).save(folder / "lstm_old.h5")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
