"""Small graphs and .tflite files that several tests need."""

import numpy as np

from support.tflite_model import Op, T, tflite_model
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Graph


def convnet(*, padding_after: int = 1) -> bytes:
    """PAD, CONV_2D, RESHAPE, FULLY_CONNECTED, SOFTMAX on a 6x6x2 image with zero point 7."""
    chance = np.random.default_rng(1)
    size = 6 + 1 + padding_after
    conv = size - 2
    flat = conv * conv * 4
    paddings = np.array([[0, 0], [1, padding_after], [1, padding_after], [0, 0]], np.int32)
    tensors = [
        T("image", (1, 6, 6, 2), scales=(0.5,), zero_points=(7,), signature=(-1, 6, 6, 2)),
        T("paddings", (4, 2), "int32", data=paddings),
        T("net/pad/Pad", (1, size, size, 2), scales=(0.5,), zero_points=(7,)),
        T(
            "net/conv/Conv2D",
            (4, 3, 3, 2),
            scales=(0.01, 0.02, 0.03, 0.04),
            data=chance.integers(-127, 128, (4, 3, 3, 2)),
        ),
        T("net/conv/BiasAdd", (4,), "int32", scales=(0.005, 0.01, 0.015, 0.02), data=chance.integers(-500, 500, 4)),
        T("net/conv/Relu", (1, conv, conv, 4), scales=(0.1,), zero_points=(-128,)),
        T("shape", (2,), "int32", data=np.array([1, flat])),
        T("net/flatten/Reshape", (1, flat), scales=(0.1,), zero_points=(-128,)),
        T("net/dense/MatMul", (3, flat), scales=(0.0005,), data=chance.integers(-127, 128, (3, flat))),
        T("net/dense/BiasAdd", (1, 3), scales=(0.05,), zero_points=(3,)),
        T("Identity", (1, 3), scales=(1 / 256,), zero_points=(-128,)),
    ]
    window = {"padding": 1, "strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1}
    operators = [
        Op("PAD", ["image", "paddings"], ["net/pad/Pad"]),
        Op(
            "CONV_2D",
            ["net/pad/Pad", "net/conv/Conv2D", "net/conv/BiasAdd"],
            ["net/conv/Relu"],
            "Conv2DOptions",
            {**window, "fusedActivationFunction": 1},
        ),
        Op("RESHAPE", ["net/conv/Relu", "shape"], ["net/flatten/Reshape"]),
        Op(
            "FULLY_CONNECTED",
            ["net/flatten/Reshape", "net/dense/MatMul", None],
            ["net/dense/BiasAdd"],
            "FullyConnectedOptions",
        ),
        Op("SOFTMAX", ["net/dense/BiasAdd"], ["Identity"], "SoftmaxOptions", {"beta": 1.0}),
    ]
    return tflite_model(tensors, operators, ["image"], ["Identity"])


def convnet_graph() -> Graph:
    """`convnet` as a graph, before any pass."""
    return import_tflite(convnet(), "net", "net.tflite")
