"""Keras models for quantization-aware training, of every way to write one; each with what it takes."""

from typing import Any

import keras
from keras import layers


@keras.saving.register_keras_serializable("tests")
class Subclassed(keras.Model):  # type: ignore[misc]  # Keras has no types
    """Layers called by Python code, one of them in a list, another twice."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.first = layers.Conv2D(6, 3, padding="same", use_bias=False)
        self.norm = layers.BatchNormalization()
        self.relu = layers.ReLU()
        self.blocks = [layers.Conv2D(6, 1, activation="relu"), layers.DepthwiseConv2D(3, padding="same")]
        self.add = layers.Add()
        self.pool = layers.GlobalAveragePooling2D()
        self.last = layers.Dense(3)

    def call(self, x: Any) -> Any:
        """Three numbers for an image."""
        x = kept = self.relu(self.norm(self.first(x)))
        for block in self.blocks:
            x = block(x)
        return self.last(self.pool(self.relu(self.add([x, kept]))))


def functional() -> Any:
    """A residual block, branches that are joined, a strided depthwise layer, softmax."""
    image = keras.Input((8, 8, 2), name="image")
    x = layers.Conv2D(8, 3, padding="same", name="conv")(image)
    x = kept = layers.Activation("relu")(layers.BatchNormalization()(x))
    x = layers.DepthwiseConv2D(3, use_bias=False, depth_multiplier=2)(layers.ZeroPadding2D(1)(x))
    x = layers.ReLU(6)(layers.BatchNormalization()(x))
    x = layers.Conv2D(8, 1, activation="relu6")(x)
    x = layers.ReLU()(layers.Add()([x, kept]))
    x = layers.Concatenate()([layers.MaxPooling2D()(x), layers.AveragePooling2D(2)(x)])
    x = layers.Multiply()([layers.Conv2D(16, 1, activation="sigmoid")(x), x])
    return keras.Model(image, layers.Dense(4, activation="softmax")(layers.Flatten()(x)))


def sequential() -> Any:
    """Conv1D, a dense layer on every step, tanh."""
    return keras.Sequential(
        [
            keras.Input((12, 3)),
            layers.Conv1D(8, 3, padding="same"),
            layers.BatchNormalization(),
            layers.ReLU(),
            layers.MaxPooling1D(2),
            layers.Dense(5, activation="tanh"),
            layers.Flatten(),
            layers.Dropout(0.1),
            layers.Dense(2),
        ]
    )


def upsampling() -> Any:
    """A transposed convolution, and a model within the model."""
    image = keras.Input((4, 4, 2))
    inner = keras.Sequential([keras.Input((4, 4, 2)), layers.Conv2D(4, 3, padding="same", activation="relu")])
    x = layers.Conv2DTranspose(3, 2, strides=2, activation="relu")(inner(image))
    return keras.Model(image, layers.Conv2D(1, 3)(x))


def subclassed() -> Any:
    """As it is after its first call."""
    import numpy as np

    model = Subclassed()
    model(np.zeros((1, 6, 6, 2), np.float32))
    return model


MODELS = {"functional": functional, "sequential": sequential, "upsampling": upsampling, "subclassed": subclassed}
