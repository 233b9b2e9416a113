"""int4 weights: two in a byte from the file to the flash, unless speed counts most."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.refusals import int8, one_layer, refusal
from support.tflite_model import T

from tinyq.errors import TinyqError
from tinyq.frontend.survey import survey
from tinyq.frontend.tflite import import_tflite
from tinyq.kernels import InstructionSet, Optimize, Target
from tinyq.numerics.int4 import pack_int4, unpack_int4
from tinyq.pipeline.compile import compile_tflite

WINDOW = {"padding": 1, "strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1}


def int4(shape: Sequence[int], axis: int = 0) -> T:
    weights = np.random.default_rng(3).integers(-7, 8, shape)
    return T("w", tuple(shape), "int4", tuple(0.01 * n for n in range(1, shape[axis] + 1)), axis=axis, data=weights)


DENSE = one_layer("FULLY_CONNECTED", [int8("x", 1, 64), int4((16, 64))], int8("y", 1, 16), "FullyConnectedOptions")
CONV = one_layer(
    "CONV_2D", [int8("x", 1, 5, 5, 16), int4((8, 3, 3, 16))], int8("y", 1, 3, 3, 8), "Conv2DOptions", WINDOW
)
DEPTHWISE = one_layer(
    "DEPTHWISE_CONV_2D",
    [int8("x", 1, 9, 9, 16), int4((1, 3, 3, 16), axis=3)],
    int8("y", 1, 7, 7, 16),
    "DepthwiseConv2DOptions",
    {**WINDOW, "depthMultiplier": 1},
)


@given(st.lists(st.integers(-8, 7), min_size=1, max_size=9))
def test_what_is_packed_is_unpacked_again(numbers: list[int]) -> None:
    packed = pack_int4(np.array(numbers))
    assert len(packed) == (len(numbers) + 1) // 2
    assert unpack_int4(packed, len(numbers)).tolist() == numbers


def test_the_first_number_is_in_the_low_half() -> None:
    assert pack_int4(np.array([1, -2, 7])).tolist() == [0xE1, 0x07]


def test_the_graph_has_the_numbers_of_the_file() -> None:
    weights = import_tflite(DENSE, "net", "net.tflite").tensors["w"]
    assert (weights.dtype, weights.bytes) == ("int4", 16 * 64 // 2)
    np.testing.assert_array_equal(weights.data, int4((16, 64)).data)


def test_inspect_counts_two_weights_a_byte() -> None:
    assert [layer.weight_bytes for layer in survey(CONV, "net.tflite")] == [8 * 9 * 16 // 2]


def weight_bytes(model: bytes, instruction_set: InstructionSet, optimize: Optimize) -> int:
    """The largest constant of the generated C: the weights with what a kernel puts beside them."""
    compiled = compile_tflite(model, "net", "net.tflite", Target(instruction_set, optimize))
    return max(constant.values.nbytes for layer in compiled.layers for constant in layer.constants)


@pytest.mark.parametrize("instruction_set", ["portable", "dsp", "thumb", "mve"])
@pytest.mark.parametrize("optimize", ["balanced", "size", "ram"])
@pytest.mark.parametrize(("model", "weights"), [(DENSE, 16 * 64), (CONV, 8 * 9 * 16)], ids=["dense", "conv"])
def test_the_weights_take_half_a_byte_each_in_flash(
    instruction_set: InstructionSet, optimize: Optimize, model: bytes, weights: int
) -> None:
    assert weight_bytes(model, instruction_set, optimize) == weights // 2


@pytest.mark.parametrize("instruction_set", ["dsp", "thumb", "mve"])
@pytest.mark.parametrize(("model", "weights"), [(DENSE, 16 * 64), (CONV, 8 * 9 * 16)], ids=["dense", "conv"])
def test_where_speed_counts_most_they_take_a_byte_or_more(
    instruction_set: InstructionSet, model: bytes, weights: int
) -> None:
    assert weight_bytes(model, instruction_set, "speed") >= weights


def test_those_of_a_depthwise_layer_take_half_a_byte_where_size_counts_most() -> None:
    assert weight_bytes(DEPTHWISE, "dsp", "size") == 9 * 16 // 2
    assert weight_bytes(DEPTHWISE, "dsp", "balanced") >= 9 * 16


def test_a_transposed_convolution_has_none() -> None:
    shape = T("shape", (4,), "int32", data=np.array([1, 4, 4, 2]))
    inputs = [shape, int4((2, 2, 2, 3)), int8("x", 1, 2, 2, 3)]
    options = {"padding": 1, "strideH": 2, "strideW": 2}
    assert refusal("TRANSPOSE_CONV", inputs, int8("y", 1, 4, 4, 2), "TransposeConvOptions", options) == (
        "found tensor w of type int4; accepted: int8"
    )


def test_activations_of_int4_are_refused() -> None:
    model = one_layer("ABS", [T("x", (1, 4), "int4", (0.5,), (0,))], int8("y", 1, 4))
    with pytest.raises(TinyqError) as caught:
        import_tflite(model, "net", "net.tflite")
    assert str(caught.value) == (
        "net.tflite: tensor x: found int4 numbers computed at run time; accepted: int4 weights\n"
        "  hint: convert the model with int8 activations"
    )


def test_a_file_with_too_few_bytes_of_them_is_damaged() -> None:
    with pytest.raises(ValueError, match="3 bytes for 8 int4 numbers"):
        unpack_int4(np.zeros(3, np.uint8), 8)
