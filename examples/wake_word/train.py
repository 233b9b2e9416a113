"""Trains the wake word model: python examples/wake_word/train.py."""

from pathlib import Path
from typing import Any

import click
import keras
import numpy as np
import tensorflow as tf
from numpy.typing import NDArray

HERE = Path(__file__).parent
SEED = 5
EPOCHS = 12
FRAMES = 48  # of a sequence
BANDS = 10  # numbers of a frame: how loud each band of frequencies is
WORD_FRAMES = 12
HELD_FRAMES = 6  # after the word's end, in which the model should say so
Array = NDArray[Any]


def sweep(first: float, last: float, frames: int) -> Array:
    """A tone that goes from band `first` to band `last`: loudness [frames, bands]."""
    centre = np.linspace(first, last, frames)[:, np.newaxis]
    return np.exp(-((np.arange(BANDS) - centre) ** 2) / 1.5)


def utterance(kind: int) -> Array:
    """What sounds in the word's frames: 0 is the word, up and then down; the others only resemble it."""
    half = WORD_FRAMES // 2
    up, down = sweep(1, 8, half), sweep(8, 1, half)
    return np.concatenate([(up, down), (down, up), (up, up), (down, down)][kind])


def sequences(chance: np.random.Generator, count: int) -> tuple[Array, Array]:
    """Noise with one or two utterances in it: float32 [count, frames, bands], and for each frame whether to wake."""
    sounds = chance.normal(0.3, 0.4, (count, FRAMES, BANDS))
    wake = np.zeros((count, FRAMES), np.int64)
    for sound, label in zip(sounds, wake, strict=True):
        for start in (int(chance.integers(0, 10)), int(chance.integers(24, 30))):
            kind = int(chance.choice([0, 0, 0, 1, 2, 3]))
            end = start + WORD_FRAMES
            sound[start:end] += chance.uniform(0.5, 1.1) * utterance(kind)
            if kind == 0:
                label[end : end + HELD_FRAMES] = 1
    return np.clip(sounds, 0, 2).astype(np.float32), wake


def build_model() -> Any:  # noqa: ANN401  Keras has no type information
    """Each layer answers for every frame; what the LSTM remembers of earlier frames is all that connects them."""
    return keras.Sequential(
        [
            keras.Input((FRAMES, BANDS), name="bands"),
            keras.layers.Dense(16, activation="relu", name="features"),
            keras.layers.LSTM(16, return_sequences=True, name="memory"),
            keras.layers.Dense(2, name="logits"),
            keras.layers.Softmax(name="wake"),
        ],
        name="wake_word",
    )


def main() -> None:
    """Train, and write the model and its data beside this file."""
    keras.utils.set_random_seed(SEED)
    tf.config.experimental.enable_op_determinism()
    chance = np.random.default_rng(SEED)
    x, y = sequences(chance, 1200)
    x_test, y_test = sequences(chance, 40)
    model = build_model()
    model.compile(keras.optimizers.Adam(1e-2), "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(x, y, batch_size=40, epochs=EPOCHS, verbose=0)
    accuracy = model.evaluate(x_test, y_test, verbose=0)[1]
    model.save(HERE / "wake_word.keras")
    np.savez_compressed(HERE / "calibration.npz", x=x[:100])
    frames = x_test.reshape(-1, 1, BANDS)
    np.savez_compressed(HERE / "test.npz", x=frames, y=y_test.reshape(-1), steps=FRAMES)
    click.echo(f"wake_word.keras: {model.count_params()} parameters, accuracy {100 * accuracy:.1f}%")


if __name__ == "__main__":
    main()
