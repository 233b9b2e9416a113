"""Functions of keras.ops, each after a dense layer or a convolution."""

from collections.abc import Callable
from typing import Any

from keras import layers as k
from keras import ops

from support.zoo._case import ZooCase, image, vector


def _on_dense(function: Callable[[Any], Any]) -> ZooCase:
    return vector(lambda x: function(k.Dense(6)(x)))


def _on_positive(function: Callable[[Any], Any]) -> ZooCase:
    return vector(lambda x: function(k.Dense(6, activation="sigmoid")(x) + 0.1))


def _on_image(function: Callable[[Any], Any]) -> ZooCase:
    return image(lambda x: function(k.Conv2D(4, 3)(x)))


CASES = {
    "abs": _on_dense(ops.abs),
    "negative": _on_dense(ops.negative),
    "square": _on_dense(ops.square),
    "exp": _on_dense(ops.exp),
    "log": _on_positive(ops.log),
    "sqrt": _on_positive(ops.sqrt),
    "rsqrt": _on_positive(ops.rsqrt),
    "reciprocal": _on_positive(ops.reciprocal),
    "power": _on_positive(lambda x: ops.power(x, 1.5)),
    "sin": _on_dense(ops.sin),
    "cos": _on_dense(ops.cos),
    "floor": _on_dense(ops.floor),
    "round": _on_dense(ops.round),
    "sign": _on_dense(ops.sign),
    "clip": _on_dense(lambda x: ops.clip(x, -0.3, 0.4)),
    "times a number": _on_dense(lambda x: x * 3.0),
    "plus a number": _on_dense(lambda x: x + 0.5),
    "a number minus": _on_dense(lambda x: 1.0 - x),
    "divided by a number": _on_dense(lambda x: x / 3.0),
    "divide": vector(lambda x: k.Dense(6)(x) / (k.Dense(6, activation="sigmoid")(x) + 0.5)),
    "mean": _on_image(lambda x: ops.mean(x, axis=[1, 2])),
    "mean of channels": _on_image(lambda x: ops.mean(x, axis=-1, keepdims=True)),
    "sum": _on_image(lambda x: ops.sum(x, axis=1)),
    "max": _on_image(lambda x: ops.max(x, axis=-1)),
    "min": _on_image(lambda x: ops.min(x, axis=[1, 2])),
    "argmax": _on_dense(lambda x: ops.argmax(x, axis=-1)),
    "cumsum": _on_dense(lambda x: ops.cumsum(x, axis=-1)),
    "transpose": _on_image(lambda x: ops.transpose(x, (0, 3, 1, 2))),
    "split": _on_image(lambda x: ops.split(x, 2, axis=-1)),
    "unequal split": _on_image(lambda x: ops.split(x, [1, 2], axis=-1)),
    "stack": _on_dense(lambda x: ops.stack([x, k.ReLU()(x)], axis=1)),
    "unstack": _on_image(lambda x: ops.unstack(x, axis=3)),
    "slice": _on_image(lambda x: x[:, 1:4, ::2, :3]),
    "squeeze": _on_image(lambda x: ops.squeeze(ops.mean(x, axis=1, keepdims=True), axis=1)),
    "expand_dims": _on_dense(lambda x: ops.expand_dims(x, 1)),
    "tile": _on_dense(lambda x: ops.tile(x, (1, 3))),
    "repeat": _on_dense(lambda x: ops.repeat(x, 2, axis=-1)),
    "flip": _on_image(lambda x: ops.flip(x, axis=2)),
    "roll": _on_dense(lambda x: ops.roll(x, 2, axis=-1)),
    "take": _on_dense(lambda x: ops.take(x, [3, 0, 3], axis=-1)),
    "pad reflect": _on_image(lambda x: ops.pad(x, ((0, 0), (1, 1), (2, 0), (0, 0)), mode="reflect")),
    "pad symmetric": _on_image(lambda x: ops.pad(x, ((0, 0), (1, 1), (2, 0), (0, 0)), mode="symmetric")),
    "where": vector(lambda x: ops.where(x > 0.2, k.Dense(10)(x), x)),
    "maximum of a number": _on_dense(lambda x: ops.maximum(x, 0.1)),
    "matmul": vector(lambda x: ops.matmul(k.Reshape((5, 2))(x), k.Reshape((2, 5))(k.Dense(10)(x)))),
    "squared difference": vector(lambda x: ops.square(k.Dense(6)(x) - k.Dense(6)(x))),
    "logical": vector(lambda x: ops.where(ops.logical_and(x > -1.0, x < 1.0), x, 0.0 * x)),
}
