"""Trains a small model of a kind that microcontrollers are asked to run: `python proof_models.py NAME FOLDER`.

It leaves <name>.keras, <name>.calibration.npz and <name>.test.npz in FOLDER.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
from keras import layers as k
from numpy.typing import NDArray
from sklearn.datasets import load_digits

Array = NDArray[Any]
Data = tuple[Array, Array]

SEED, TRAINED, CALIBRATED, TESTED = 7, 1400, 200, 300


def digits() -> Data:
    """Handwritten digits of 8x8 pixels, in an order of chance."""
    found, order = load_digits(), np.random.default_rng(SEED).permutation(1797)
    return (found.images / 16).astype(np.float32)[order], found.target[order]


def discs() -> Data:
    """Noisy images of 16x16 pixels with a bright disc, and where it is."""
    chance, count = np.random.default_rng(SEED), TRAINED + TESTED
    rows, columns = np.indices((16, 16))
    y, x, radius = (chance.uniform(*limits, (count, 1, 1)) for limits in ((4, 12), (4, 12), (2, 5)))
    inside = (rows - y) ** 2 + (columns - x) ** 2 < radius**2
    images = inside * chance.uniform(0.4, 1, (count, 1, 1)) + chance.normal(0, 0.2, inside.shape)
    return images.astype(np.float32)[..., np.newaxis], inside.astype(np.float32)[..., np.newaxis]


def waves() -> Data:
    """64 samples of a sine, a square wave, a sawtooth or nothing, in noise."""
    chance, count = np.random.default_rng(SEED), TRAINED + TESTED
    kinds = chance.integers(0, 4, count)
    phase = np.arange(64) * chance.uniform(0.05, 0.2, (count, 1)) + chance.uniform(0, 1, (count, 1))
    shapes = [np.sin(2 * np.pi * phase), np.sign(np.sin(2 * np.pi * phase)), 2 * (phase % 1) - 1, 0 * phase]
    series = np.stack(shapes)[kinds, np.arange(count)] + chance.normal(0, 0.4, phase.shape)
    return series.astype(np.float32)[..., np.newaxis], kinds


def lstm() -> Any:
    """A digit read row by row."""
    return keras.Sequential([keras.Input((8, 8)), k.LSTM(24), k.Dense(10, activation="softmax")])


def attention() -> Any:
    """A digit whose rows attend to one another."""
    rows = keras.Input((8, 8))
    x = k.Dense(16)(rows)
    normal = k.LayerNormalization()(x)
    x = k.Add()([x, k.MultiHeadAttention(2, 8)(normal, normal)])
    x = k.Add()([x, k.Dense(16)(k.Dense(32, activation="gelu")(k.LayerNormalization()(x)))])
    return keras.Model(rows, k.Dense(10, activation="softmax")(k.Flatten()(x)))


def unet() -> Any:
    """Two steps down, two steps up: one by a transposed convolution, one by repeated pixels."""
    image = keras.Input((16, 16, 1))
    wide = k.Conv2D(8, 3, padding="same", activation="relu")(image)
    middle = k.Conv2D(12, 3, padding="same", activation="relu")(k.MaxPooling2D()(wide))
    deep = k.Conv2D(16, 3, padding="same", activation="relu")(k.MaxPooling2D()(middle))
    up = k.Concatenate()([k.Conv2DTranspose(12, 3, strides=2, padding="same", activation="relu")(deep), middle])
    up = k.Conv2D(8, 3, padding="same", activation="relu")(up)
    up = k.Concatenate()([k.UpSampling2D()(up), wide])
    return keras.Model(
        image, k.Conv2D(1, 1, activation="sigmoid")(k.Conv2D(8, 3, padding="same", activation="relu")(up))
    )


def mobilenet_v3() -> Any:
    """An inverted residual block with hard-swish, squeeze and excitation."""
    image = keras.Input((8, 8))
    start = x = k.Conv2D(12, 3, padding="same", activation="hard_swish")(k.Reshape((8, 8, 1))(image))
    x = k.Activation("hard_swish")(k.BatchNormalization()(k.Conv2D(36, 1, use_bias=False)(x)))
    x = k.Activation("hard_swish")(k.BatchNormalization()(k.DepthwiseConv2D(3, padding="same", use_bias=False)(x)))
    squeezed = k.Dense(8, activation="relu")(k.GlobalAveragePooling2D(keepdims=True)(x))
    x = k.Multiply()([x, k.Dense(36, activation="hard_sigmoid")(squeezed)])
    x = k.Add()([start, k.BatchNormalization()(k.Conv2D(12, 1, use_bias=False)(x))])
    return keras.Model(image, k.Dense(10, activation="softmax")(k.Flatten()(k.MaxPooling2D()(x))))


def conv1d() -> Any:
    """Convolutions over time."""
    return keras.Sequential(
        [
            keras.Input((64, 1)),
            k.Conv1D(8, 7, strides=2, activation="relu"),
            k.Conv1D(16, 5, strides=2, padding="same", activation="relu"),
            k.Conv1D(16, 3, activation="relu"),
            k.GlobalAveragePooling1D(),
            k.Dense(4, activation="softmax"),
        ]
    )


MODELS: dict[str, tuple[Callable[[], Any], Callable[[], Data], int]] = {
    "lstm": (lstm, digits, 20),
    "attention": (attention, digits, 20),
    "unet": (unet, discs, 10),
    "mobilenet_v3": (mobilenet_v3, digits, 12),
    "conv1d": (conv1d, waves, 40),
}


def train(name: str, folder: Path) -> None:
    """Leave the model and its data in `folder`."""
    build, data, epochs = MODELS[name]
    keras.utils.set_random_seed(SEED)
    x, y = data()
    model = build()
    loss = "sparse_categorical_crossentropy" if y.ndim == 1 else "binary_crossentropy"
    model.compile(keras.optimizers.Adam(5e-3), loss)
    model.fit(x[:TRAINED], y[:TRAINED], batch_size=32, epochs=epochs, verbose=0)
    model.save(folder / f"{name}.keras")
    np.savez(folder / f"{name}.calibration.npz", x=x[:CALIBRATED])
    np.savez(folder / f"{name}.test.npz", x=x[TRAINED : TRAINED + TESTED], y=y[TRAINED : TRAINED + TESTED])


if __name__ == "__main__":
    train(sys.argv[1], Path(sys.argv[2]))
