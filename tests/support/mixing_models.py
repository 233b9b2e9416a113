"""Writes models whose layers get different bits, and data for them: `python mixing_models.py FOLDER`.

`residual.keras` has what bits meet at: sums and joints of branches, tensors that several layers read, constants that
are added, layers that only move values, and layers of several operators. `hard.keras` has a layer without an int16x8
form between two that have one.
"""

import os
import sys
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np


def residual() -> Any:
    layers = keras.layers
    image = keras.Input((8, 8, 3), name="image")
    stem = layers.Conv2D(8, 3, padding="same", activation="relu", name="stem")(image)
    deep = layers.DepthwiseConv2D(3, padding="same", activation="relu6", name="deep")(stem)
    wide = layers.Conv2D(8, 1, name="wide")(deep)
    total = layers.ReLU(name="cut")(layers.Add(name="total")([stem, wide]))
    gate = layers.Dense(8, activation="sigmoid", name="gate")(layers.GlobalAveragePooling2D(name="mean")(total))
    scaled = layers.Multiply(name="scaled")([total, layers.Reshape((1, 1, 8), name="column")(gate)])
    swish = layers.SeparableConv2D(6, 3, activation="swish", name="swish")(scaled)
    small = layers.AveragePooling2D(2, name="small")(swish)
    large = layers.MaxPooling2D(2, name="large")(swish)
    joined = layers.Concatenate(name="joined")([small, large])
    flat = layers.Flatten(name="flat")(joined)
    return keras.Model(image, layers.Dense(5, activation="softmax", name="head")(flat))


def hard() -> Any:
    layers = keras.layers
    image = keras.Input((6, 6, 2), name="image")
    first = layers.Conv2D(4, 3, name="first")(image)
    middle = layers.Activation("hard_silu", name="middle")(first)
    return keras.Model(image, layers.Dense(3, name="last")(layers.Flatten(name="flat")(middle)))


def main(folder: Path) -> None:
    keras.utils.set_random_seed(5)
    chance = np.random.default_rng(5)
    for model in (residual(), hard()):
        for weights in model.weights:  # biases, too: Keras begins with zeros
            weights.assign(weights + chance.normal(size=weights.shape, scale=0.2))
        name = "hard" if len(model.layers) < 6 else "residual"
        model.save(folder / f"{name}.keras")
        np.savez(folder / f"{name}.npz", x=chance.normal(size=(40, *model.input_shape[1:])))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
