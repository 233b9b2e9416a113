"""Activations, each after a dense layer."""

from collections.abc import Callable
from typing import Any

from keras import layers as k

from support.zoo._case import ZooCase, image, vector

NAMES = (
    "celu",
    "elu",
    "exponential",
    "gelu",
    "hard_shrink",
    "hard_sigmoid",
    "hard_silu",
    "hard_tanh",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "soft_shrink",
    "softmax",
    "softplus",
    "softsign",
    "sparse_plus",
    "sparse_sigmoid",
    "squareplus",
    "tanh",
    "tanh_shrink",
    "threshold",
)


def _after_dense(layer: Callable[[Any], Any]) -> ZooCase:
    return vector(lambda x: layer(k.Dense(6)(x)))


def _activation(name: str) -> ZooCase:
    arguments = {"threshold": 0.2, "default_value": 0.1} if name == "threshold" else {}
    if not arguments:
        return _after_dense(k.Activation(name))
    from keras import activations

    return _after_dense(lambda x: activations.threshold(x, **arguments))


CASES = {
    **{f"Activation {name}": _activation(name) for name in NAMES},
    "ReLU": _after_dense(k.ReLU()),
    "ReLU up to 6": _after_dense(k.ReLU(max_value=6.0)),
    "ReLU up to 1": _after_dense(k.ReLU(max_value=1.0)),
    "ReLU with a slope": _after_dense(k.ReLU(negative_slope=0.1)),
    "ReLU with a threshold": _after_dense(k.ReLU(threshold=0.5)),
    "LeakyReLU": _after_dense(k.LeakyReLU(0.3)),
    "PReLU": image(lambda x: k.PReLU()(k.Conv2D(4, 3)(x))),
    "PReLU shared": image(lambda x: k.PReLU(shared_axes=[1, 2])(k.Conv2D(4, 3)(x))),
    "ELU": _after_dense(k.ELU()),
    "ELU alpha 0.5": _after_dense(k.ELU(0.5)),
    "Softmax": _after_dense(k.Softmax()),
    "Softmax over rows": image(lambda x: k.Softmax(axis=1)(k.Conv2D(4, 3)(x))),
    "GLU": _after_dense(k.Activation("glu")),
}
