"""What a build says it left out."""

import numpy as np
from support.graphs import convnet_graph
from support.networks import Network

from tinyq.ops.convolution import ConvOptions
from tinyq.ops.window import Window
from tinyq.pipeline import optimize
from tinyq.pipeline.savings import Savings, savings


def test_channels_and_multiply_accumulates_are_counted_before_and_after() -> None:
    net = Network(np.random.default_rng(0))
    net.tensor("image", (1, 2, 2, 1), zero_point=0)
    pointwise = ConvOptions(window=Window((1, 1), (1, 1)))
    hidden = net.node(
        "CONV_2D", ["image", net.constant(np.array([[[[3]]], [[[4]]]], np.int8), (0.01,))], (1, 2, 2, 2), pointwise
    )
    last = net.constant(np.array([[[[5, 0]]]], np.int8), (0.01,))
    graph = net.graph(["image"], [net.node("CONV_2D", [hidden, last], (1, 2, 2, 1), pointwise)])
    found = savings(graph, optimize(graph))
    assert found == Savings(3, 2, 16, 8)
    assert found.text == "proved 1 of 3 channels needless: 50.0 % of the multiply-accumulates left out"


def test_where_all_is_needed_there_is_nothing_to_say() -> None:
    graph = convnet_graph()
    assert savings(graph, optimize(graph)).text == ""
