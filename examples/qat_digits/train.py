"""Trains the qat_digits model: python examples/qat_digits/train.py. Needs scikit-learn, for its images."""

from pathlib import Path
from typing import Any

import click
import keras
import numpy as np
import tensorflow as tf
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

import tinyq.qat

HERE = Path(__file__).parent
SEED = 7
EPOCHS, QUANTIZED_EPOCHS = 40, 25
BLOCKS, CHANNELS = 8, 8


def load_images() -> tuple[Any, Any]:
    """The 1797 images as float32 [samples, 8, 8, 1] in 0..1, and their classes 0..9."""
    digits = load_digits()
    return (digits.images / 16).astype(np.float32)[..., np.newaxis], digits.target


def build_model() -> Any:  # noqa: ANN401  Keras has no type information
    """A thin, deep network of depthwise separable convolutions: each error of a weight goes through all that follow."""
    layers = [keras.Input((8, 8, 1), name="image"), *_normalized(keras.layers.Conv2D(CHANNELS, 3, padding="same"))]
    for _ in range(BLOCKS):
        layers += _normalized(keras.layers.DepthwiseConv2D(3, padding="same"))
        layers += _normalized(keras.layers.Conv2D(CHANNELS, 1))
    layers += [keras.layers.GlobalAveragePooling2D(), keras.layers.Dense(10, activation="softmax", name="digit")]
    return keras.Sequential(layers, name="digits")


def _normalized(layer: Any) -> list[Any]:  # noqa: ANN401  as above
    return [layer, keras.layers.BatchNormalization(), keras.layers.ReLU()]


def fit(model: Any, data: tuple[Any, Any], epochs: int, rate: float) -> None:  # noqa: ANN401  as above
    """Train `model` with a learning rate that falls to 0."""
    schedule = keras.optimizers.schedules.CosineDecay(rate, epochs * -(-len(data[0]) // 64))
    model.compile(keras.optimizers.Adam(schedule), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(*data, batch_size=64, epochs=epochs, verbose=2)


def main() -> None:
    """Train in float, round, train rounded; write the model and its test set beside this file."""
    keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    images, classes = load_images()
    x, x_test, y, y_test = train_test_split(images, classes, test_size=0.25, random_state=SEED, stratify=classes)
    model = build_model()
    fit(model, (x, y), EPOCHS, 1e-2)
    _, in_float = model.evaluate(x_test, y_test, verbose=0)
    quantized = tinyq.qat.quantize_model(model, bits=4)
    fit(quantized, (x, y), 1, 0.0)  # measures the ranges of the activations: quantization after the training
    _, after = quantized.evaluate(x_test, y_test, verbose=0)
    fit(quantized, (x, y), QUANTIZED_EPOCHS, 5e-3)
    _, accuracy = quantized.evaluate(x_test, y_test, verbose=0)
    quantized.save(HERE / "qat_digits.keras")
    np.savez_compressed(HERE / "test.npz", x=x_test, y=y_test.astype(np.int64))
    click.echo(f"float {in_float:.2%}; weights of 4 bits after the training {after:.2%}")
    click.echo(f"qat_digits.keras: {model.count_params()} parameters, accuracy {accuracy:.2%} with weights of 4 bits")


if __name__ == "__main__":
    main()
