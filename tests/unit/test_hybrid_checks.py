"""What operators with inputs that are quantized at run time refuse, and how a file is told to have some."""

import numpy as np
import pytest
from support.refusals import one_layer
from support.tflite_model import T

from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board
from tinyq.frontend.tflite import import_tflite
from tinyq.kernels import Target
from tinyq.pipeline import compile_tflite
from tinyq.pipeline.float_layers import float_warnings

OTHER_AXIS = (
    "found weights w with a scale for each slice along axis 1; accepted: one scale, or one for each output channel"
)


def dense(depth: int = 4, dtype: str = "int8", axis: int = 0, zero_point: int = 0) -> bytes:
    scales = (0.5,) * (depth if axis else 2)
    weights = T("w", (2, depth), dtype, scales, (zero_point,) * len(scales), axis=axis, data=np.ones((2, depth)))
    inputs = [T("x", (1, depth), "float32"), weights]
    options = {"asymmetricQuantizeInputs": True}
    return one_layer("FULLY_CONNECTED", inputs, T("y", (1, 2), "float32"), "FullyConnectedOptions", options)


def test_integer_weights_and_a_float32_input_make_a_hybrid_operator() -> None:
    graph = import_tflite(dense(), "net", "net.tflite", allow_float=True)
    assert ([node.op for node in graph.nodes], graph.scheme) == (["HYBRID_FULLY_CONNECTED"], "dynamic")


@pytest.mark.parametrize(
    ("tflite", "message"),
    [
        (dense(dtype="int4"), "found tensor w of type int4; accepted: int8"),
        (dense(axis=1), OTHER_AXIS),
        (dense(zero_point=1), "found weights w with zero points other than 0; accepted: symmetric weights"),
        (
            dense(depth=65_795),
            "found sums of 65,795 products; accepted: up to 65,793\n  hint: use --scheme int8-weights",
        ),
    ],
)
def test_what_can_not_be_computed_exactly_is_refused(tflite: bytes, message: str) -> None:
    with pytest.raises(TinyqError) as caught:
        import_tflite(tflite, "net", "net.tflite", allow_float=True)
    assert str(caught.value) == f"net.tflite: layer w (FULLY_CONNECTED): {message}"


def test_the_most_products_that_int32_holds_are_built() -> None:
    assert import_tflite(dense(depth=65_793), "net", "net.tflite", allow_float=True).nodes


def test_the_cost_of_quantizing_at_run_time_is_told() -> None:
    graph = compile_tflite(dense(), "net", "net.tflite", Target(allow_float=True)).graph
    assert float_warnings(graph, load_board("nano33")) == (
        "the whole model quantizes activations of float32 on the FPU: about 296 cycles",
    )


def test_the_output_lies_over_the_input_that_was_quantized_before() -> None:
    plan = compile_tflite(dense(depth=64), "net", "net.tflite", Target(allow_float=True)).plan
    assert plan.arena_bytes == 64 * 4 + 64, "float32 input, and the same in int8"
