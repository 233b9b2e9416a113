"""Writes small Keras models of well-known structures into a folder: `python keras_structures.py FOLDER`.

Each is a .keras file, with 60 samples to quantize it in a .npz of the same name.
"""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np

SAMPLES = 60


def unet() -> Any:
    """Two levels down and up again, by a transposed convolution and by either interpolation, with skip connections."""
    layers = keras.layers
    image = keras.Input((16, 16, 2), name="image")
    wide = layers.Conv2D(4, 3, padding="same", activation="relu")(image)
    half = layers.MaxPooling2D()(wide)
    middle = layers.Conv2D(8, 3, padding="same", activation="relu")(half)
    deep = layers.Conv2D(8, 3, padding="same", activation="relu")(layers.MaxPooling2D()(middle))
    up = layers.Conv2DTranspose(8, 2, strides=2, padding="same", name="up")(deep)
    up = layers.Conv2D(4, 3, padding="same", activation="relu")(layers.concatenate([up, middle]))
    smooth = layers.UpSampling2D(2, interpolation="bilinear", name="smooth")(up)
    rough = layers.UpSampling2D(2, name="rough")(half)
    joined = layers.concatenate([smooth, wide, rough], name="joined")
    return keras.Model(image, layers.Conv2D(2, 1, activation="softmax", name="mask")(joined), name="unet")


def windows() -> Any:
    """Every layer that slides a window over an image or sums products, and means of the whole."""
    layers = keras.layers
    image = keras.Input((13, 13, 2), name="image")
    first = layers.Conv2D(6, 3, strides=2, padding="same", activation="relu")(image)
    deep = layers.DepthwiseConv2D(3, depth_multiplier=2, activation="relu6")(first)
    pooled = layers.MaxPooling2D(2, strides=1, padding="same")(layers.AveragePooling2D(2)(deep))
    large = layers.Conv2DTranspose(5, 3, strides=2)(pooled)
    pixels = layers.Reshape((-1, 5))(large)
    alike = layers.Dot(axes=(2, 2))([pixels, pixels])
    means = layers.GlobalAveragePooling2D()(large)
    outputs = [layers.Dense(7, use_bias=False)(layers.Flatten()(pooled)), alike, layers.Dense(3)(means)]
    return keras.Model(image, outputs, name="windows")


def rearranged() -> Any:
    """A series split, cut, padded, turned around, looked up and put together again; every result is an output."""
    layers, ops = keras.layers, keras.ops
    series = keras.Input((12, 4), name="series")
    early, late = ops.split(series, 2, axis=1)
    cut = layers.Cropping1D((1, 2))(series)
    padded = layers.ZeroPadding1D(2)(cut)
    outputs = [
        layers.Permute((2, 1))(early),
        layers.GlobalMaxPooling1D()(padded),
        ops.flip(cut, axis=1),
        ops.stack([early, late], axis=1),
        ops.take(cut, [0, 3, 1], axis=1),
        ops.max(series, axis=(1, 2)),
        ops.sum(early, axis=1),
        series[:, ::2, 1:],
    ]
    return keras.Model(series, outputs, name="rearranged")


def volumes() -> Any:
    """Five dimensions, padded, cut, repeated and reordered."""
    layers = keras.layers
    video = keras.Input((4, 6, 6, 3), name="video")
    cut = layers.Cropping3D(((1, 1), (1, 2), (0, 1)))(layers.ZeroPadding3D(1)(video))
    large = layers.UpSampling3D((1, 2, 2))(video)
    moved = keras.ops.transpose(video, (0, 2, 3, 1, 4))
    again = layers.RepeatVector(3)(layers.Flatten()(cut))
    return keras.Model(video, [cut, large, moved, again, layers.Reshape((24, 18))(video)], name="volumes")


STRUCTURES: dict[str, Callable[[], Any]] = {
    "unet": unet,
    "rearranged": rearranged,
    "volumes": volumes,
    "windows": windows,
}


def main(folder: Path) -> None:
    keras.utils.set_random_seed(0)
    chance = np.random.default_rng(0)
    for name, build in STRUCTURES.items():
        model = build()
        model.save(folder / f"{name}.keras")
        np.savez(folder / f"{name}.npz", x=chance.normal(size=(SAMPLES, *model.inputs[0].shape[1:])).astype(np.float32))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
