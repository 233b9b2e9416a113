"""Writes models that min-max calibration breaks, and data for them: `python calibration_models.py FOLDER`.

The digits of scikit-learn, by fixed random features and a linear head that a least-squares fit gives: quick, and the
same every time. `plain.keras` is sound; `channels.keras` computes the same with one layer whose widest channel is 100
times as large as it was; `outlier.npz` has one sample that is 100 times too bright.
"""

import os
import sys
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np
from sklearn.datasets import load_digits

WIDER = 100.0
TRAINED_ON = 1200


def features() -> Any:
    layers = keras.layers
    image = keras.Input((8, 8, 1), name="image")
    wide = layers.Conv2D(8, 3, activation="relu", name="wide")(image)
    deep = layers.DepthwiseConv2D(3, padding="same", activation="relu", name="deep")(wide)
    mixed = layers.Conv2D(32, 2, activation="relu", name="mixed")(layers.MaxPooling2D(2, name="pool")(deep))
    return keras.Model(image, layers.Flatten(name="flat")(mixed))


def with_head(model: Any, images: Any, classes: Any) -> Any:
    """`model` with the linear classifier on top that fits best."""
    found = np.hstack([model.predict(images, verbose=0), np.ones((len(images), 1))])
    wanted = np.eye(10)[classes]
    solved = np.linalg.solve(found.T @ found + 1e-3 * np.eye(found.shape[1]), found.T @ wanted)
    head = keras.layers.Dense(10, name="head")
    whole = keras.Model(model.inputs, head(model.output))
    head.set_weights([solved[:-1].astype(np.float32), solved[-1].astype(np.float32)])
    return whole


def widen(model: Any) -> None:
    """Make the widest channel of layer `wide` larger, and what layer `deep` multiplies it with smaller."""
    wide, deep = model.get_layer("wide"), model.get_layer("deep")
    weights, biases = wide.get_weights()
    factors = np.ones(8, np.float32)
    factors[np.abs(weights.sum(axis=(0, 1, 2))).argmax()] = WIDER
    wide.set_weights([weights * factors, biases * factors])
    weights, biases = deep.get_weights()
    deep.set_weights([weights / factors[:, np.newaxis], biases])


def main(folder: Path) -> None:
    digits = load_digits()
    images, classes = (digits.images / 16).astype(np.float32)[..., np.newaxis], digits.target
    keras.utils.set_random_seed(3)
    model = with_head(features(), images[:TRAINED_ON], classes[:TRAINED_ON])
    model.save(folder / "plain.keras")
    widen(model)
    model.save(folder / "channels.keras")
    np.savez(folder / "usual.npz", x=images[:150], y=classes[:150])
    np.savez(folder / "test.npz", x=images[TRAINED_ON:], y=classes[TRAINED_ON:])
    outlier = images[:150].copy()
    outlier[7] *= 100
    np.savez(folder / "outlier.npz", x=outlier, y=classes[:150])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
