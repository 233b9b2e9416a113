"""Trains the digits model: python examples/digits/train.py. Needs scikit-learn, for its images."""

from pathlib import Path
from typing import Any

import click
import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

HERE = Path(__file__).parent
SEED = 7
EPOCHS = 40
CALIBRATION_SAMPLES = 200


def load_images() -> tuple[Any, Any]:
    """The 1797 images as float32 [samples, 8, 8, 1] in 0..1, and their classes 0..9."""
    digits = load_digits()
    return (digits.images / 16).astype(np.float32)[..., np.newaxis], digits.target


def build_model() -> Any:  # noqa: ANN401  Keras has no type information
    """A small convolutional network: plain, depthwise and pointwise convolutions, pooling, a dense layer."""
    return keras.Sequential(
        [
            keras.Input((8, 8, 1), name="image"),
            keras.layers.Conv2D(16, 3, padding="same", use_bias=False, name="edges"),
            keras.layers.BatchNormalization(name="edges_norm"),
            keras.layers.ReLU(name="edges_relu"),
            keras.layers.DepthwiseConv2D(3, padding="same", use_bias=False, name="strokes"),
            keras.layers.BatchNormalization(name="strokes_norm"),
            keras.layers.ReLU(name="strokes_relu"),
            keras.layers.Conv2D(32, 1, activation="relu", name="mix"),
            keras.layers.MaxPooling2D(name="halve"),
            keras.layers.Conv2D(32, 3, activation="relu", name="shapes"),
            keras.layers.Flatten(name="flat"),
            keras.layers.Dropout(0.3, name="dropout"),
            keras.layers.Dense(10, activation="softmax", name="digit"),
        ],
        name="digits",
    )


def main() -> None:
    """Train, and write the model and its data beside this file."""
    keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    images, classes = load_images()
    x, x_test, y, y_test = train_test_split(images, classes, test_size=0.25, random_state=SEED, stratify=classes)
    model = build_model()
    schedule = keras.optimizers.schedules.CosineDecay(3e-3, EPOCHS * -(-len(x) // 32))
    model.compile(keras.optimizers.Adam(schedule), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, batch_size=32, epochs=EPOCHS, verbose=2)
    _, accuracy = model.evaluate(x_test, y_test, verbose=0)
    model.save(HERE / "digits.keras")
    np.savez_compressed(HERE / "calibration.npz", x=x[:CALIBRATION_SAMPLES])
    np.savez_compressed(HERE / "test.npz", x=x_test, y=y_test.astype(np.int64))
    click.echo(f"digits.keras: {model.count_params()} parameters, accuracy {accuracy:.2%} on {len(x_test)} test images")


if __name__ == "__main__":
    main()
