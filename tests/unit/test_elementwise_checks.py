"""What the elementwise operators refuse, and in which words."""

from collections.abc import Mapping
from typing import Any

import pytest
from support.refusals import FROM_TENSORS, int8, refusal
from support.tflite_model import Op, T, tflite_model

from tinyq.errors import TinyqError
from tinyq.frontend.tflite import import_tflite

X = int8("x", 1, 4)
FINE = int8("y", 1, 4, scale=2.0**-33)
CALIBRATION = "\n  hint: the calibration data leave this layer's output almost constant: check them"
OTHER_SCALE = (
    "found input and output of different quantization, 0.25 * (q-1) and 0.5 * (q-1); accepted: the same scale and "
    "zero point"
)


@pytest.mark.parametrize(
    ("op", "options", "output", "message"),
    [
        ("ABS", {}, int8("y", 4), f"found tensor y of shape [4]; accepted: [1, 4]{FROM_TENSORS}"),
        ("ABS", {}, T("y", (1, 4), "int16", (0.5,)), "found tensor y of type int16; accepted: int8"),
        ("ABS", {}, T("y", (1, 4)), "found tensor y with no quantization; accepted: one scale and one zero point"),
        (
            "ABS",
            {},
            FINE,
            (
                "found an output scale of 1.16415e-10, 4.29497e+09 times finer than what is scaled to it; accepted: an "
                f"output scale less than 2**31 times finer{CALIBRATION}"
            ),
        ),
        (
            "RELU",
            {},
            FINE,
            (
                "found an output scale of 1.16415e-10, 4.29497e+09 times finer than what is scaled to it; accepted: an "
                f"output scale less than 2**31 times finer{CALIBRATION}"
            ),
        ),
        (
            "LEAKY_RELU",
            {"alpha": -0.5},
            FINE,
            (
                "found an output scale of 1.16415e-10, 4.29497e+09 times finer than what is scaled to it; accepted: an "
                f"output scale less than 2**31 times finer{CALIBRATION}"
            ),
        ),
        (
            "LOGISTIC",
            {},
            int8("y", 1, 4),
            "found output scale 0.5, zero point 1; accepted: scale 1/256, zero point -128, as every converter gives it",
        ),
        (
            "TANH",
            {},
            int8("y", 1, 4),
            "found output scale 0.5, zero point 1; accepted: scale 1/128, zero point 0, as every converter gives it",
        ),
        (
            "HARD_SWISH",
            {},
            int8("y", 1, 4, scale=2.0**-9),
            (
                "found an output scale of 0.00195312 for an input scale of 0.5; accepted: an output scale of at least "
                f"0.00390625{CALIBRATION}"
            ),
        ),
        (
            "RSQRT",
            {},
            int8("y", 1, 4, scale=2.0**-52),
            (
                "found an output scale of 2.22045e-16 for an input scale of 0.5; accepted: an output scale that "
                f"1 over the square root fits{CALIBRATION}"
            ),
        ),
    ],
)
def test_functions_of_one_number_refuse(op: str, options: Mapping[str, Any], output: T, message: str) -> None:
    assert refusal(op, [X], output, "LeakyReluOptions" if options else None, options) == message


def test_an_input_scale_that_the_fixed_point_of_a_sigmoid_does_not_hold_is_refused() -> None:
    output = int8("y", 1, 4, scale=1 / 256, zero_point=-128)
    message = refusal("LOGISTIC", [int8("x", 1, 4, scale=2.0**-29)], output)
    assert message == "found an input scale of 1.86265e-09; accepted: 2**-28 and more"


@pytest.mark.parametrize("op", ["SQUARE", "NEG", "SIN", "ROUND", "SIGN"])
def test_a_function_that_has_no_int8_form_refuses_it(op: str) -> None:
    assert refusal(op, [X], int8("y", 1, 4)) == "found tensor x of type int8; accepted: float32"


def test_float32_that_no_table_takes_the_place_of_is_refused() -> None:
    tensors = [X, T("net/a", (1, 4), "float32"), T("net/act/Exp", (1, 4), "float32")]
    operators = [Op("DEQUANTIZE", ["x"], ["net/a"]), Op("EXP", ["net/a"], ["net/act/Exp"])]
    with pytest.raises(TinyqError) as caught:
        import_tflite(tflite_model(tensors, operators, ["x"], ["net/act/Exp"]), "net", "net.tflite")
    assert str(caught.value) == (
        "net.tflite: layer act (EXP): found tensor net/a of type float32; accepted: int8\n"
        "  hint: quantize the model to full-integer int8 with `tinyq quantize`"
    )


@pytest.mark.parametrize(
    ("op", "inputs", "output", "message"),
    [
        ("MUL", [X, X], int8("y", 4), f"found tensor y of shape [4]; accepted: [1, 4]{FROM_TENSORS}"),
        (
            "MUL",
            [X, int8("x2", 1, 3)],
            int8("y", 1, 4),
            "found inputs of shapes [1, 4] and [1, 3]; accepted: shapes that broadcast",
        ),
        ("MUL", [X, T("x2", (1, 4), "int32")], int8("y", 1, 4), "found tensor x2 of type int32; accepted: int8"),
        (
            "MUL",
            [T("x1", (1, 4), "uint8"), X],
            int8("y", 1, 4),
            "found tensor x1 of type uint8; accepted: int8 or int16 or int32 or float32",
        ),
        (
            "ADD",
            [T("x1", (1, 4), "int16", (0.5,)), T("x2", (1, 4), "int16", (0.5,), (3,))],
            T("y", (1, 4), "int16", (0.5,)),
            "found tensor x2 of type int16 with zero point 3; accepted: zero point 0",
        ),
        (
            "ADD",
            [T("x1", (1, 4), "int16", (0.5,)), T("x2", (1, 4), "int16", (0.25,))],
            T("y", (1, 4), "int16", (2.0**-15,)),
            (
                "found an output scale of 3.05176e-05 for inputs of 0.5 and 0.25; accepted: an output scale above "
                f"3.05176e-05{CALIBRATION}"
            ),
        ),
        (
            "MUL",
            [X, X],
            FINE,
            (
                "found an output scale of 1.16415e-10, 2.14748e+09 times finer than what is scaled to it; accepted: an "
                f"output scale less than 2**31 times finer{CALIBRATION}"
            ),
        ),
        (
            "SQUARED_DIFFERENCE",
            [X, X],
            int8("y", 1, 4, scale=2.0**-46),
            "found an output scale of 1.42109e-14; accepted: one that squares of the input's scale fit" + CALIBRATION,
        ),
        (
            "DIV",
            [X, X],
            int8("y", 1, 4, scale=2.0**-24),
            (
                "found an output scale of 5.96046e-08 for 0.5 divided by 0.5; accepted: an output scale less than "
                f"2**23 times finer than their quotient{CALIBRATION}"
            ),
        ),
        ("MAXIMUM", [X, int8("x2", 1, 4, scale=0.25)], int8("y", 1, 4), OTHER_SCALE),
        ("LESS", [X, X], int8("y", 1, 4), "found tensor y of type int8; accepted: bool"),
        (
            "LESS",
            [X, int8("x2", 1, 4, scale=1.0)],
            T("y", (1, 4), "bool"),
            "found tensor x2 of scale 1; accepted: a scale below 1",
        ),
        ("LOGICAL_NOT", [X], T("y", (1, 4), "bool"), "found tensor x of type int8; accepted: bool"),
        ("SELECT_V2", [int8("c", 1, 4), X, X], int8("y", 1, 4), "found tensor c of type int8; accepted: bool"),
        (
            "SELECT_V2",
            [T("c", (1, 4), "bool"), X, int8("x2", 1, 4, scale=0.25)],
            int8("y", 1, 4),
            OTHER_SCALE,
        ),
        (
            "SELECT",
            [T("c", (4,), "bool"), X, X],
            int8("y", 1, 4),
            f"found tensor c of shape [4]; accepted: [1, 4]{FROM_TENSORS}",
        ),
    ],
)
def test_operators_of_more_operands_refuse(op: str, inputs: list[T], output: T, message: str) -> None:
    table = {"ADD": "AddOptions", "MUL": "MulOptions", "SUB": "SubOptions", "DIV": "DivOptions"}.get(op)
    assert refusal(op, inputs, output, table) == message
