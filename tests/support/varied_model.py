"""A network of the operators that image classifiers have, with two branches, two inputs and two outputs."""

import numpy as np

from support.tflite_model import Op, T, tflite_model

WINDOW = {"strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1}
SAME, VALID = 0, 1
RELU, RELU6 = 1, 3


def varied_model() -> bytes:
    """float32 image 6x5x2 and int8 vector of 4 to int8 classes and a float32 copy of them."""
    tensors = [*_activations(), *_constants(np.random.default_rng(11))]
    return tflite_model(tensors, _operators(), ["image", "shift"], ["classes", "probabilities"])


def _activations() -> list[T]:
    def int8(name: str, shape: tuple[int, ...], scale: float, zero_point: int) -> T:
        return T(name, shape, scales=(scale,), zero_points=(zero_point,))

    return [
        T("image", (1, 6, 5, 2), "float32"),
        int8("shift", (4,), 0.1, -3),
        int8("net/quantize", (1, 6, 5, 2), 0.02, 5),
        int8("net/pad", (1, 7, 7, 2), 0.02, 5),
        int8("net/conv", (1, 3, 3, 4), 0.05, -128),
        int8("net/depthwise", (1, 3, 3, 4), 0.07, 9),
        int8("net/shifted", (1, 3, 3, 4), 0.08, 0),
        int8("net/sum", (1, 3, 3, 4), 0.09, -20),
        int8("net/largest", (1, 2, 2, 4), 0.09, -20),
        int8("net/average", (1, 2, 2, 4), 0.09, -20),
        int8("net/mean", (1, 4), 0.06, -30),
        int8("net/flat", (1, 16), 0.09, -20),
        int8("net/dense", (1, 3), 0.3, 4),
        int8("net/dense2", (1, 3), 0.3, 4),
        int8("net/logits", (1, 3), 0.02, 1),
        int8("classes", (1, 3), 1 / 256, -128),
        T("probabilities", (1, 3), "float32"),
    ]


def _constants(chance: np.random.Generator) -> list[T]:
    def weights(name: str, shape: tuple[int, ...], scales: tuple[float, ...], axis: int = 0) -> T:
        return T(name, shape, scales=scales, axis=axis, data=chance.integers(-127, 128, shape))

    return [
        T("paddings", (4, 2), "int32", data=np.array([[0, 0], [1, 0], [0, 2], [0, 0]])),
        weights("net/conv/w", (4, 3, 3, 1), (0.01, 0.002, 0.005, 0.0001)),
        T("net/conv/b", (4,), "int32", (0.0002, 0.00004, 0.0001, 0.000002), data=chance.integers(-900, 900, 4)),
        weights("net/depthwise/w", (1, 3, 3, 4), (0.01, 0.02, 0.005, 0.03), 3),
        weights("net/dense/w", (3, 16), (0.004,)),
        weights("net/dense2/w", (3, 4), (0.02, 0.01, 0.03)),
        T("axes", (2,), "int32", data=np.array([1, 2])),
        T("flat", (2,), "int32", data=np.array([1, -1])),
    ]


def _operators() -> list[Op]:
    pool = {"strideH": 2, "strideW": 2, "filterHeight": 2, "filterWidth": 2, "padding": SAME}
    conv = {**WINDOW, "strideH": 2, "strideW": 2, "padding": VALID, "fusedActivationFunction": RELU}
    depthwise = {**WINDOW, "padding": SAME, "depthMultiplier": 1}
    keep = {"fusedActivationFunction": 0}
    return [
        Op("QUANTIZE", ["image"], ["net/quantize"], "QuantizeOptions"),
        Op("PAD", ["net/quantize", "paddings"], ["net/pad"], "PadOptions"),
        Op("CONV_2D", ["net/pad", "net/conv/w", "net/conv/b"], ["net/conv"], "Conv2DOptions", conv),
        Op(
            "DEPTHWISE_CONV_2D", ["net/conv", "net/depthwise/w"], ["net/depthwise"], "DepthwiseConv2DOptions", depthwise
        ),
        Op("ADD", ["net/depthwise", "shift"], ["net/shifted"], "AddOptions", keep),
        Op("ADD", ["net/shifted", "net/conv"], ["net/sum"], "AddOptions", {"fusedActivationFunction": RELU6}),
        Op("MAX_POOL_2D", ["net/sum"], ["net/largest"], "Pool2DOptions", pool),
        Op("AVERAGE_POOL_2D", ["net/sum"], ["net/average"], "Pool2DOptions", pool),
        Op("MEAN", ["net/largest", "axes"], ["net/mean"], "ReducerOptions", {"keepDims": False}),
        Op("RESHAPE", ["net/average", "flat"], ["net/flat"], "ReshapeOptions", {"newShape": [1, -1]}),
        Op("FULLY_CONNECTED", ["net/flat", "net/dense/w", None], ["net/dense"], "FullyConnectedOptions"),
        Op("FULLY_CONNECTED", ["net/mean", "net/dense2/w"], ["net/dense2"], "FullyConnectedOptions"),
        Op("ADD", ["net/dense", "net/dense2"], ["net/logits"], "AddOptions", keep),
        Op("SOFTMAX", ["net/logits"], ["classes"], "SoftmaxOptions", {"beta": 1.0}),
        Op("DEQUANTIZE", ["classes"], ["probabilities"], "DequantizeOptions"),
    ]
