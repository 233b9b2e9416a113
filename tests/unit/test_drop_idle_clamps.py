"""A clamp goes if no input can make it change a value, and only then."""

import numpy as np
import pytest
from hypothesis import given
from support.exactness import exactly
from support.examples import examples
from support.networks import Network, networks

from tinyq.analysis.intervals import intervals
from tinyq.ir.graph import Graph
from tinyq.numerics.affine import Activation
from tinyq.ops.convolution import ConvOptions
from tinyq.ops.window import Window
from tinyq.passes.drop_idle_clamps import drop_idle_clamps


def one_layer(activation: Activation, bias: int, scale: float, zero_point: int) -> Graph:
    """`real = 0.01 * (q + bias)` for an image q from -128 to 127 with zero point 0."""
    net = Network(np.random.default_rng(0))
    net.tensor("image", (1, 2, 2, 1), 0.1, 0)
    inputs = ["image", net.constant(np.ones((1, 1, 1, 1), np.int8), (0.1,)), net.constant(np.array([bias], np.int32))]
    window = Window((1, 1), (1, 1))
    output = net.node("CONV_2D", inputs, (1, 2, 2, 1), ConvOptions(activation, window=window))
    net.tensor(output, (1, 2, 2, 1), scale, zero_point)
    return net.graph(["image"], [output])


@pytest.mark.parametrize(
    ("activation", "bias", "scale", "zero_point", "expected"),
    [
        ("RELU", 128, 0.05, -50, "NONE"),  # never below 0
        ("RELU", 127, 0.005, -50, "RELU"),  # one value is
        ("RELU6", 0, 0.05, -50, "RELU"),  # 1.27 at most
        ("RELU6", 128, 0.05, -50, "NONE"),  # 0 to 2.55
        ("RELU6", 700, 0.05, -50, "RELU6"),  # 5.72 to 8.27
        ("RELU_N1_TO_1", -27, 0.05, 0, "RELU_N1_TO_1"),  # -1.55 to 1
        ("RELU_N1_TO_1", 0, 0.05, 0, "RELU_N1_TO_1"),  # -1.28 to 1.27
        ("RELU", -1000, 0.05, -128, "RELU"),  # as wide as NONE: nothing to gain
        ("NONE", 0, 0.05, 0, "NONE"),
    ],
)
def test_an_activation_gives_way_to_the_widest_that_changes_nothing(
    activation: Activation, bias: int, scale: float, zero_point: int, expected: Activation
) -> None:
    graph = one_layer(activation, bias, scale, zero_point)
    after = exactly(drop_idle_clamps, graph)
    options = after.nodes[0].options
    assert isinstance(options, ConvOptions)
    assert options.activation == expected
    assert (after is graph) == (activation == expected)


@examples(150)
@given(graph=networks())
def test_networks_answer_as_before_and_as_much_is_known_of_them(graph: Graph) -> None:
    before, after = intervals(graph), intervals(exactly(drop_idle_clamps, graph))
    for name, known in before.items():
        np.testing.assert_array_equal(after[name].low, known.low)
        np.testing.assert_array_equal(after[name].high, known.high)
