"""Which implementation a convolution runs by, and which it must not run by."""

import numpy as np
import pytest
from support.cases._case import Array, one_operator
from support.cases._draw import SAME
from support.tflite_model import T

from tinyq.frontend.tflite import import_tflite
from tinyq.kernels import Target, select
from tinyq.kernels.base import Optimize
from tinyq.kernels.dsp import conv_2d, conv_2d_columns, conv_2d_winograd
from tinyq.pipeline import optimize


def chosen(
    weights: Array, image: tuple[int, ...], stride: int = 1, *, dilation: int = 1, saving: Optimize = "balanced"
) -> str:
    """The template of the implementation that a convolution of `image` [height, width, channels] runs by."""
    channels, *_ = weights.shape
    height, width = (-(-extent // stride) for extent in image[:2])
    given = T("x", (1, *image), scales=(0.5,), zero_points=(0,))
    kernels = T("w", weights.shape, scales=(0.01,) * channels, data=weights)
    output = T("y", (1, height, width, channels), scales=(40.0,), zero_points=(0,))
    options = {
        "padding": SAME,
        "strideH": stride,
        "strideW": stride,
        "dilationHFactor": dilation,
        "dilationWFactor": dilation,
        "fusedActivationFunction": 0,
    }
    case = one_operator("CONV_2D", [given, kernels], output, [], "Conv2DOptions", options)
    graph = optimize(import_tflite(case.tflite, "model", "model.tflite"))
    return select(graph, Target("dsp", saving)).of(graph.nodes[0]).template


def weights(*shape: int) -> Array:
    return np.random.default_rng(0).integers(-127, 128, shape)


def test_a_convolution_of_any_size_runs_over_a_ring_of_rows() -> None:
    assert chosen(weights(16, 3, 3, 16), (32, 32, 16)) == conv_2d.IMPLEMENTATION.template
    assert chosen(weights(5, 4, 2, 7), (20, 20, 7), 3) == conv_2d.IMPLEMENTATION.template


def test_a_narrow_image_of_one_channel_runs_by_columns() -> None:
    assert chosen(weights(64, 10, 4, 1), (49, 10, 1), 2) == conv_2d_columns.IMPLEMENTATION.template


@pytest.mark.parametrize("saving", ["balanced", "size", "ram"])
def test_winograd_s_larger_kernels_are_for_speed_alone(saving: Optimize) -> None:
    shape = (16, 3, 3, 16)
    assert chosen(weights(*shape), (32, 32, 16), saving="speed") == conv_2d_winograd.IMPLEMENTATION.template
    assert chosen(weights(*shape), (32, 32, 16), saving=saving) == conv_2d.IMPLEMENTATION.template


def test_two_weights_that_do_not_fit_half_a_word_run_portably() -> None:
    kernels = weights(4, 3, 3, 4)
    kernels[1, 0, 0, 0], kernels[0, 0, 0, 0] = -128, -1
    assert chosen(kernels, (8, 8, 4)) == "conv_2d"
    kernels[0, 0, 0, 0] = 0
    assert chosen(kernels, (8, 8, 4)) == conv_2d.IMPLEMENTATION.template


def test_sums_beyond_24_bits_run_portably() -> None:
    assert chosen(np.full((4, 3, 3, 64), 127), (8, 8, 64)) == "conv_2d"
    assert chosen(np.full((4, 3, 3, 56), 127), (8, 8, 56)) == conv_2d.IMPLEMENTATION.template


def test_dilated_kernels_run_portably() -> None:
    assert chosen(weights(4, 3, 3, 4), (16, 16, 4), dilation=2) == "conv_2d"
