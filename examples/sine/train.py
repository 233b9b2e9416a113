"""Trains the sine model: python examples/sine/train.py."""

from pathlib import Path
from typing import Any

import click
import keras
import numpy as np
import tensorflow as tf

HERE = Path(__file__).parent
SEED = 3
EPOCHS = 400
SAMPLES = 1000
BATCH = 50


def build_model() -> Any:  # noqa: ANN401  Keras has no type information
    """Two hidden layers of 16, as in the TensorFlow Lite Micro tutorial."""
    return keras.Sequential(
        [
            keras.Input((1,), name="x"),
            keras.layers.Dense(16, activation="relu", name="hidden_1"),
            keras.layers.Dense(16, activation="relu", name="hidden_2"),
            keras.layers.Dense(1, name="sine"),
        ],
        name="sine",
    )


def main() -> None:
    """Train, and write the model and its data beside this file."""
    keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    chance = np.random.default_rng(SEED)
    x = chance.uniform(0, 2 * np.pi, (SAMPLES, 1)).astype(np.float32)
    x_test = np.linspace(0, 2 * np.pi, 200, dtype=np.float32)[:, np.newaxis]
    model = build_model()
    model.compile(keras.optimizers.Adam(keras.optimizers.schedules.CosineDecay(1e-2, EPOCHS * SAMPLES // BATCH)), "mse")
    model.fit(x, np.sin(x), batch_size=BATCH, epochs=EPOCHS, verbose=0)
    error = float(np.abs(model.predict(x_test, verbose=0) - np.sin(x_test)).max())
    model.save(HERE / "sine.keras")
    np.savez_compressed(HERE / "calibration.npz", x=x[:200])
    np.savez_compressed(HERE / "test.npz", x=x_test, y=np.sin(x_test))
    click.echo(f"sine.keras: {model.count_params()} parameters, largest error {error:.4f} on 0..2pi")


if __name__ == "__main__":
    main()
