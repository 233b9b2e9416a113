"""What the operators with windows and sums refuse, and in which words."""

from dataclasses import replace

import numpy as np
import pytest
from support.refusals import FROM_TENSORS, int8, int32, one_layer, refusal
from support.tflite_model import T

from tinyq.frontend.tflite import import_tflite

IMAGE = int8("x", 1, 4, 4, 2)
POOL = {"padding": 1, "strideH": 1, "strideW": 1, "filterHeight": 2, "filterWidth": 2}
CONV = {"padding": 1, "strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1}


def weights(*shape: int, scales: tuple[float, ...] = (0.1,), axis: int = 0, value: int = 1) -> T:
    return T("w", shape, scales=scales, axis=axis, data=np.full(shape, value))


KERNEL = weights(3, 2, 2, 2)
OUTPUT = int8("y", 1, 3, 3, 3)


@pytest.mark.parametrize("op", ["AVERAGE_POOL_2D", "MAX_POOL_2D"])
@pytest.mark.parametrize(
    ("image", "output", "options", "message"),
    [
        (int8("x", 4, 4, 2), int8("y", 3, 3, 2), {}, "found tensor x of shape [4, 4, 2]; accepted: 4 dimensions"),
        (
            IMAGE,
            int8("y", 1, 4, 4, 2),
            {},
            f"found tensor y of shape [1, 4, 4, 2]; accepted: [1, 3, 3, 2]{FROM_TENSORS}",
        ),
        (
            IMAGE,
            int8("y", 1, 3, 3, 2, zero_point=2),
            {},
            (
                "found input and output of different quantization, 0.5 * (q-1) and 0.5 * (q-2); accepted: the "
                "same scale and "
                "zero point"
            ),
        ),
        (
            IMAGE,
            int8("y", 1, 3, 3, 2),
            {"strideW": 0},
            "found kernel (2, 2), stride (1, 0), dilation (1, 1); accepted: numbers from 1 upwards",
        ),
        (
            IMAGE,
            int8("y", 1, 1, 3, 2),
            {"filterHeight": 5},
            "found a kernel larger than its input of shape [1, 4, 4, 2]; accepted: a kernel that fits into its input",
        ),
        (
            IMAGE,
            int8("y", 1, 4, 4, 2),
            {"filterHeight": 1, "filterWidth": 2**20, "padding": 0},
            "found a kernel of 1x1048576 pixels; accepted: at most 262144 pixels",
        ),
        (
            T("x", (1, 4, 4, 2), "uint8", (0.5,)),
            int8("y", 1, 3, 3, 2),
            {},
            "found tensor x of type uint8; accepted: int8 or int16",
        ),
        (
            IMAGE,
            int8("y", 1, 3, 3, 2),
            {"fusedActivationFunction": 4},
            (
                "found fused activation number 4; accepted: NONE, RELU, RELU_N1_TO_1, RELU6\n"
                "  hint: put the activation in a layer of its own"
            ),
        ),
    ],
)
def test_a_pool_refuses(op: str, image: T, output: T, options: dict[str, int], message: str) -> None:
    assert refusal(op, [image], output, "Pool2DOptions", {**POOL, **options}) == message


@pytest.mark.parametrize(
    ("inputs", "output", "options", "message"),
    [
        ([int8("x", 4, 4, 2), KERNEL], OUTPUT, {}, "found tensor x of shape [4, 4, 2]; accepted: 4 dimensions"),
        ([IMAGE, KERNEL], int8("y", 1, 9, 3), {}, "found tensor y of shape [1, 9, 3]; accepted: 4 dimensions"),
        (
            [IMAGE, weights(3, 2, 2, 3)],
            OUTPUT,
            {},
            (
                "found 2 input channels for weights of shape [3, 2, 2, 3]; accepted: weights [output channels, "
                "height, width, "
                "input channels / groups]"
            ),
        ),
        (
            [IMAGE, weights(3, 2, 2, 1)],
            OUTPUT,
            {},
            (
                "found 2 input channels for weights of shape [3, 2, 2, 1]; accepted: weights [output channels, "
                "height, width, "
                "input channels / groups]"
            ),
        ),
        (
            [IMAGE, KERNEL],
            int8("y", 1, 3, 3, 4),
            {},
            f"found tensor y of shape [1, 3, 3, 4]; accepted: [1, 3, 3, 3]{FROM_TENSORS}",
        ),
        (
            [IMAGE, KERNEL],
            OUTPUT,
            {"dilationHFactor": 0},
            "found kernel (2, 2), stride (1, 1), dilation (0, 1); accepted: numbers from 1 upwards",
        ),
        (
            [IMAGE, KERNEL],
            OUTPUT,
            {"dilationWFactor": 4},
            "found a kernel larger than its input of shape [1, 4, 4, 2]; accepted: a kernel that fits into its input",
        ),
        (
            [IMAGE, T("w", (3, 2, 2, 2), scales=(0.1,))],
            OUTPUT,
            {},
            "found tensor w, computed at run time; accepted: a constant there",
        ),
        (
            [IMAGE, replace(KERNEL, dtype="int16")],
            OUTPUT,
            {},
            "found tensor w of type int16; accepted: int8 or int4",
        ),
    ],
)
def test_a_convolution_refuses(inputs: list[T], output: T, options: dict[str, int], message: str) -> None:
    assert refusal("CONV_2D", inputs, output, "Conv2DOptions", {**CONV, **options}) == message


@pytest.mark.parametrize("shape", [(2, 2, 2, 2), (1, 2, 2, 3)])
def test_a_depthwise_convolution_refuses_weights_for_other_channels(shape: tuple[int, ...]) -> None:
    message = refusal(
        "DEPTHWISE_CONV_2D", [IMAGE, weights(*shape)], int8("y", 1, 3, 3, shape[3]), "DepthwiseConv2DOptions", CONV
    )
    assert message == (
        f"found 2 input channels for weights of shape {list(shape)}; accepted: weights [1, height, width, input "
        "channels * multiplier]"
    )


def test_a_depthwise_convolution_refuses_scales_along_another_axis() -> None:
    kernel = weights(1, 2, 2, 2, scales=(0.1, 0.2), axis=2)
    message = refusal("DEPTHWISE_CONV_2D", [IMAGE, kernel], int8("y", 1, 3, 3, 2), "DepthwiseConv2DOptions", CONV)
    assert message == (
        "found weights w with 2 scales along axis 2; accepted: 2 scales along axis 3, one for each output channel"
    )


VECTOR = int8("x", 1, 4, zero_point=-128)
MATRIX = weights(3, 4)
DENSE = int8("y", 1, 3)


@pytest.mark.parametrize(
    ("inputs", "output", "message"),
    [
        ([VECTOR, weights(3, 2, 2)], DENSE, "found tensor w of shape [3, 2, 2]; accepted: 2 dimensions"),
        (
            [int8("x", 1, 5), MATRIX],
            DENSE,
            "found an input of 5 numbers; accepted: a multiple of 4, the depth of the weights",
        ),
        ([VECTOR, MATRIX], int8("y", 2, 3), "found an output of shape [2, 3]; accepted: 1 rows of 3 numbers"),
        (
            [VECTOR, replace(MATRIX, scales=())],
            DENSE,
            "found weights w without quantization; accepted: per-tensor or per-channel scales",
        ),
        (
            [VECTOR, replace(MATRIX, zero_points=(1,))],
            DENSE,
            "found weights w with a zero point that is not 0; accepted: symmetric weights",
        ),
        (
            [VECTOR, weights(3, 4, scales=(0.1,) * 4, axis=1)],
            DENSE,
            "found weights w with 4 scales along axis 1; accepted: 3 scales along axis 0, one for each output channel",
        ),
        (
            [VECTOR, MATRIX, int32("b", [1, 2])],
            DENSE,
            "found a bias of shape [2]; accepted: [3], a number for each output channel",
        ),
        (
            [VECTOR, MATRIX, T("b", (3,), "int16", data=np.zeros(3))],
            DENSE,
            "found tensor b of type int16; accepted: int32",
        ),
        (
            [VECTOR, MATRIX, T("b", (3,), "int32")],
            DENSE,
            "found tensor b, computed at run time; accepted: a constant there",
        ),
        (
            [VECTOR, MATRIX, int32("b", [0, 0, 2**31 - 1020])],
            DENSE,
            (
                "found output channel 2, whose sum can reach 2147483648; accepted: sums up to 2147483647, which "
                "an int32 "
                "accumulator holds\n"
                "  hint: its bias is out of proportion: check the calibration data and the layer's weights"
            ),
        ),
        (
            [T("x", (1, 4), scales=(0.1,) * 4, axis=1), MATRIX],
            DENSE,
            "found tensor x with per-channel quantization; accepted: one scale and one zero point",
        ),
    ],
)
def test_a_dense_layer_refuses(inputs: list[T], output: T, message: str) -> None:
    assert refusal("FULLY_CONNECTED", inputs, output, "FullyConnectedOptions") == message


def test_a_sum_that_just_fits_int32_is_accepted() -> None:
    bias = int32("b", [0, 0, 2**31 - 1021])
    model = one_layer("FULLY_CONNECTED", [VECTOR, MATRIX, bias], DENSE, "FullyConnectedOptions")
    assert len(import_tflite(model, "net", "net.tflite").nodes) == 1
