"""What layers of int16 refuse, and in which words."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from support.refusals import int32, one_layer, refusal
from support.tflite_model import T

from tinyq.frontend.tflite import import_tflite

POINTWISE = {"padding": 1, "strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1}
BY_CHANNEL = {"padding": 1, "strideH": 1, "strideW": 1, "depthMultiplier": 1}
LAYERS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "CONV_2D": ("Conv2DOptions", POINTWISE),
    "DEPTHWISE_CONV_2D": ("DepthwiseConv2DOptions", BY_CHANNEL),
    "TRANSPOSE_CONV": ("TransposeConvOptions", {"padding": 1, "strideH": 1, "strideW": 1}),
}


def int16(name: str, *shape: int, scale: float = 0.5, zero_point: int = 0) -> T:
    return T(name, shape, "int16", (scale,), (zero_point,))


X, Y = int16("x", 1, 1, 1, 2), int16("y", 1, 1, 1, 2)


def weights(*shape: int, value: int = 1) -> T:
    return T("w", shape, scales=(0.25,), data=np.full(shape, value))


def bias(dtype: str, value: int) -> T:
    return T("b", (2,), dtype, (0.125,), data=np.full(2, value))


def layer(op: str, *more: T) -> list[T]:
    shape = (1, 1, 1, 2) if op == "DEPTHWISE_CONV_2D" else (2, 1, 1, 2)
    return [
        *([int32("s", [1, 1, 1, 2]), weights(*shape), X] if op == "TRANSPOSE_CONV" else [X, weights(*shape)]),
        *more,
    ]


def test_a_zero_point_other_than_0_is_refused() -> None:
    inputs = [int16("x", 1, 1, 1, 2, zero_point=-3), weights(2, 1, 1, 2)]
    message = refusal("CONV_2D", inputs, Y, *LAYERS["CONV_2D"])
    assert message == "found tensor x of type int16 with zero point -3; accepted: zero point 0"


def test_activations_of_two_types_are_refused() -> None:
    output = T("y", (1, 1, 1, 2), scales=(0.5,))
    message = refusal("CONV_2D", [X, weights(2, 1, 1, 2)], output, *LAYERS["CONV_2D"])
    assert message == "found tensor y of type int8; accepted: int16"


@pytest.mark.parametrize("op", LAYERS)
def test_a_bias_of_int32_is_for_layers_alone_in_which_the_oracle_takes_it_for_one(op: str) -> None:
    inputs = layer(op, bias("int32", 7))
    if op == "CONV_2D":
        model = one_layer(op, inputs, Y, *LAYERS[op])
        assert len(import_tflite(model, "net", "net.tflite").nodes) == 1
    else:
        assert refusal(op, inputs, Y, *LAYERS[op]) == "found tensor b of type int32; accepted: int64"


def test_a_bias_of_int64_is_for_int16_alone() -> None:
    inputs = [T("x", (1, 1, 1, 2), scales=(0.5,)), weights(2, 1, 1, 2), bias("int64", 7)]
    output = T("y", (1, 1, 1, 2), scales=(0.5,))
    message = refusal("CONV_2D", inputs, output, *LAYERS["CONV_2D"])
    assert message == "found tensor b of type int64; accepted: int32"


@pytest.mark.parametrize("number", [2**47 - 1 - 2 * 32768, 2**47 - 2 * 32768, -(2**63)])
def test_sums_that_64_bits_cannot_scale_are_refused(number: int) -> None:
    inputs = layer("CONV_2D", bias("int64", number))
    if number == 2**47 - 1 - 2 * 32768:
        assert one_layer("CONV_2D", inputs, Y, *LAYERS["CONV_2D"])
        return
    reached = min(abs(number), 2**62) + 2 * 32768
    assert refusal("CONV_2D", inputs, Y, *LAYERS["CONV_2D"]) == (
        f"found output channel 0, whose sum can reach {reached}; accepted: sums up to 140737488355327, which can be "
        "scaled in 64 bits\n"
        "  hint: its bias is out of proportion: check the calibration data and the layer's weights"
    )


def test_an_output_scale_128_times_finer_is_refused() -> None:
    message = refusal("CONV_2D", layer("CONV_2D"), int16("y", 1, 1, 1, 2, scale=2.0**-10), *LAYERS["CONV_2D"])
    assert message == (
        "found an output scale of 0.000976562, 128 times finer than what is scaled to it; accepted: an output scale "
        "less than 2**7 times finer\n"
        "  hint: the calibration data leave this layer's output almost constant: check them"
    )


def test_a_mean_of_more_numbers_than_a_sum_holds_is_refused() -> None:
    message = refusal("MEAN", [int16("x", 256, 256), int32("a", [0, 1])], int16("y", 1), "ReducerOptions")
    assert message == "found a mean of 65536 numbers; accepted: up to 65535"


def test_matrices_deeper_than_a_sum_holds_are_refused() -> None:
    inputs = [int16("x1", 1, 2**17), int16("x2", 2**17, 1)]
    assert refusal("BATCH_MATMUL", inputs, int16("y", 1, 1), "BatchMatMulOptions") == (
        "found a depth of 131072; accepted: up to 131071"
    )
