"""Scales so far apart that no 32-bit shift lies between them: refused, in which words."""

import numpy as np
import pytest
from support.refusals import int32, one_layer, refusal
from support.tflite_model import T

from tinyq.frontend.tflite import import_tflite

TOO_FINE = (
    "found an output scale of 4.65661e-10, 2.14748e+09 times finer than what is scaled to it; accepted: an output "
    "scale less than 2**31 times finer\n"
    "  hint: the calibration data leave this layer's output almost constant: check them"
)


@pytest.mark.parametrize("scale", [2.0**-30, 2.0**-31])
def test_a_multiplier_from_2_to_the_31_is_refused(scale: float) -> None:
    vector, output = T("x", (1, 4), scales=(0.5,)), T("y", (1, 3), scales=(scale,))
    matrix = T("w", (3, 4), scales=(0.1, 2.0, 0.2), data=np.ones((3, 4)))
    if scale > 2.0**-31:
        model = one_layer("FULLY_CONNECTED", [vector, matrix], output, "FullyConnectedOptions")
        assert len(import_tflite(model, "net", "net.tflite").nodes) == 1
    else:
        assert refusal("FULLY_CONNECTED", [vector, matrix], output, "FullyConnectedOptions") == TOO_FINE


@pytest.mark.parametrize(("op", "more"), [("QUANTIZE", []), ("MEAN", [int32("a", [1])])])
def test_a_ratio_of_scales_from_2_to_the_31_is_refused(op: str, more: list[T]) -> None:
    image = T("x", (1, 1), scales=(1.0,))
    table = {"QUANTIZE": "QuantizeOptions", "MEAN": "ReducerOptions"}[op]
    assert refusal(op, [image, *more], T("y", (1, 1), scales=(2.0**-31,)), table) == TOO_FINE
