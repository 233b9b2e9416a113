"""What the operators that move or rescale refuse, and in which words."""

import pytest
from support.refusals import FROM_TENSORS, int8, int32, refusal
from support.tflite_model import T

FLOAT_HINT = "\n  hint: quantize the model to full-integer int8 with `tinyq quantize`"


X = int8("x", 1, 4)
PER_CHANNEL = T("y", (1, 4), scales=(0.1, 0.2, 0.3, 0.4), zero_points=(0,) * 4, axis=1)


@pytest.mark.parametrize(
    ("inputs", "output", "message"),
    [
        (
            [X, int8("x2", 1, 3)],
            int8("y", 1, 4),
            "found inputs of shapes [1, 4] and [1, 3]; accepted: shapes that broadcast",
        ),
        ([X, X], int8("y", 4), f"found tensor y of shape [4]; accepted: [1, 4]{FROM_TENSORS}"),
        ([X, X], PER_CHANNEL, "found tensor y with per-channel quantization; accepted: one scale and one zero point"),
        (
            [X, T("x2", (1, 4))],
            int8("y", 1, 4),
            "found tensor x2 with no quantization; accepted: one scale and one zero point",
        ),
        (
            [X, T("x2", (1, 4), "float32")],
            int8("y", 1, 4),
            f"found tensor x2 of type float32; accepted: int8{FLOAT_HINT}",
        ),
        ([X, T("x2", (1, 4), "int16", (0.5,))], int8("y", 1, 4), "found tensor x2 of type int16; accepted: int8"),
        (
            [X, int8("x2", 1, 4, scale=2.0)],
            int8("y", 1, 4, scale=2.0**-19),
            (
                "found an output scale of 1.90735e-06 for inputs of 0.5 and 2; accepted: an output scale above "
                "3.8147e-06\n"
                "  hint: the calibration data leave this layer's output almost constant: check them"
            ),
        ),
    ],
)
def test_add_refuses(inputs: list[T], output: T, message: str) -> None:
    assert refusal("ADD", inputs, output, "AddOptions") == message


@pytest.mark.parametrize(
    ("axes", "output", "message"),
    [
        (int32("a", [2]), int8("y", 1), "found axes [2]; accepted: axes 0 to 1 of the input"),
        (int32("a", [-3]), int8("y", 1), "found axes [2]; accepted: axes 0 to 1 of the input"),
        (int32("a", [1]), int8("y", 2), "found an output of shape [2]; accepted: the mean of [1, 4] over [1]"),
        (T("a", (1,), "int32"), int8("y", 1), "found tensor a, computed at run time; accepted: a constant there"),
        (int32("a", [1]), T("y", (1,), "uint8", (0.5,)), "found tensor y of type uint8; accepted: int8"),
    ],
)
def test_mean_refuses(axes: T, output: T, message: str) -> None:
    assert refusal("MEAN", [X, axes], output, "ReducerOptions") == message


def test_a_mean_of_more_numbers_than_a_sum_holds_is_refused() -> None:
    message = refusal("MEAN", [int8("x", 4096, 4096), int32("a", [0, 1])], int8("y", 1), "ReducerOptions")
    assert message == "found a mean of 16777216 numbers; accepted: up to 8388608"


@pytest.mark.parametrize(
    ("paddings", "output", "message"),
    [
        (
            int32("p", [[0, 0], [-1, 0]]),
            int8("y", 1, 3),
            "found paddings [(0, 0), (-1, 0)]; accepted: two numbers, not negative, for each of 2 dimensions",
        ),
        (
            int32("p", [[0, 0]]),
            int8("y", 1, 4),
            "found paddings [(0, 0)]; accepted: two numbers, not negative, for each of 2 dimensions",
        ),
        (
            int32("p", [0, 0, 1, 1]),
            int8("y", 1, 6),
            "found paddings []; accepted: two numbers, not negative, for each of 2 dimensions",
        ),
        (
            int32("p", [[0, 0], [1, 0]]),
            int8("y", 1, 4),
            f"found tensor y of shape [1, 4]; accepted: [1, 5]{FROM_TENSORS}",
        ),
        (
            int32("p", [[0, 0], [1, 0]]),
            int8("y", 1, 5, scale=0.25),
            (
                "found input and output of different quantization, 0.5 * (q-1) and 0.25 * (q-1); accepted: the "
                "same scale and "
                "zero point"
            ),
        ),
        (T("p", (2, 2), "int32"), int8("y", 1, 5), "found tensor p, computed at run time; accepted: a constant there"),
    ],
)
def test_pad_refuses(paddings: T, output: T, message: str) -> None:
    assert refusal("PAD", [X, paddings], output, "PadOptions") == message


@pytest.mark.parametrize(
    ("image", "output", "beta", "message"),
    [
        (
            X,
            int8("y", 1, 4),
            1.0,
            (
                "found output scale 0.5, zero point 1; accepted: scale 1/256, zero point -128, as every "
                "converter gives a "
                "softmax"
            ),
        ),
        (
            int8("x", 4096),
            int8("y", 4096, scale=1 / 256, zero_point=-128),
            1.0,
            "found a softmax over 4096 numbers; accepted: 1 to 4095 numbers in the last dimension",
        ),
        (
            int8("x"),
            int8("y", scale=1 / 256, zero_point=-128),
            1.0,
            "found a softmax over 0 numbers; accepted: 1 to 4095 numbers in the last dimension",
        ),
        (
            X,
            int8("y", 1, 4, scale=1 / 256, zero_point=-128),
            2.0**-25,
            "found beta 2.98023e-08 with input scale 0.5; accepted: a product above 2**-26",
        ),
        (
            X,
            int8("y", 4, scale=1 / 256, zero_point=-128),
            1.0,
            f"found tensor y of shape [4]; accepted: [1, 4]{FROM_TENSORS}",
        ),
    ],
)
def test_softmax_refuses(image: T, output: T, beta: float, message: str) -> None:
    assert refusal("SOFTMAX", [image], output, "SoftmaxOptions", {"beta": beta}) == message


@pytest.mark.parametrize(
    ("op", "source", "output", "message"),
    [
        (
            "QUANTIZE",
            T("x", (4,), "int16", (0.5,)),
            T("y", (4,), "uint8", (0.5,)),
            "found tensor x of type int16; accepted: float32 or int8 or uint8",
        ),
        (
            "QUANTIZE",
            int8("x", 4),
            T("y", (4,), "int32", (0.5,)),
            "found tensor y of type int32; accepted: int8 or uint8 or int16",
        ),
        (
            "QUANTIZE",
            int8("x", 4),
            T("y", (4,), "int16", (0.5,), (7,)),
            "found tensor y of type int16 with zero point 7; accepted: zero point 0",
        ),
        (
            "QUANTIZE",
            T("x", (4,), "float32"),
            int8("y", 2, 2),
            f"found tensor y of shape [2, 2]; accepted: [4]{FROM_TENSORS}",
        ),
        (
            "QUANTIZE",
            T("x", (4,), "float32"),
            T("y", (4,)),
            "found tensor y with no quantization; accepted: one scale and one zero point",
        ),
        (
            "QUANTIZE",
            T("x", (4,)),
            int8("y", 4),
            "found tensor x with no quantization; accepted: one scale and one zero point",
        ),
        (
            "DEQUANTIZE",
            T("x", (4,), "int32", (0.5,)),
            T("y", (4,), "float32"),
            "found tensor x of type int32; accepted: int8 or uint8 or int16",
        ),
        ("DEQUANTIZE", int8("x", 4), int8("y", 4), "found tensor y of type int8; accepted: float32"),
        (
            "DEQUANTIZE",
            int8("x", 4),
            T("y", (2, 2), "float32"),
            f"found tensor y of shape [2, 2]; accepted: [4]{FROM_TENSORS}",
        ),
        (
            "RESHAPE",
            int8("x", 4),
            int8("y", 5),
            "found int8 [4] made int8 [5]; accepted: the same element type and number of elements",
        ),
        (
            "RESHAPE",
            int8("x", 4),
            T("y", (4,), "uint8"),
            "found int8 [4] made uint8 [4]; accepted: the same element type and number of elements",
        ),
    ],
)
def test_what_changes_the_type_or_shape_refuses(op: str, source: T, output: T, message: str) -> None:
    assert refusal(op, [source], output) == message
