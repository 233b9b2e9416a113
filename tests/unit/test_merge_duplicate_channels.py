"""Of channels that are computed alike one is read."""

import numpy as np
import pytest
from hypothesis import given
from support.exactness import exactly
from support.examples import examples
from support.networks import Network, networks

from tinyq.ir.graph import Array, Graph
from tinyq.ops.accumulate import AccumulateOptions
from tinyq.ops.arithmetic import ArithmeticOptions
from tinyq.ops.convolution import ConvOptions
from tinyq.ops.depthwise_conv_2d import DepthwiseOptions
from tinyq.ops.window import Window
from tinyq.passes.merge_duplicate_channels import merge_duplicate_channels

POINTWISE = ConvOptions(window=Window((1, 1), (1, 1)))
SCALES = (0.01, 0.01, 0.01, 0.02)


def network(
    weights: list[int],
    reading: list[int],
    *,
    biases: tuple[int, ...] = (3, 3, 3, 3),
    chain: bool = False,
    int4: bool = False,
) -> Graph:
    """A convolution of one channel to four, then if `chain` a depthwise one and an ADD, then one that reads them."""
    net = Network(np.random.default_rng(0))
    net.tensor("image", (1, 3, 3, 1), zero_point=-5)
    constant = net.constant(np.array(weights, np.int8).reshape(4, 1, 1, 1), SCALES, 0)
    hidden = net.node("CONV_2D", ["image", constant, net.constant(np.array(biases, np.int32))], (1, 3, 3, 4), POINTWISE)
    if chain:
        window = Window((3, 3), (1, 1), (1, 1), (1, 1), (1, 1))
        taps = net.constant(np.repeat(np.arange(-4, 5, dtype=np.int8).reshape(1, 3, 3, 1), 4, axis=3), (0.1,))
        deeper = net.node("DEPTHWISE_CONV_2D", [hidden, taps], (1, 3, 3, 4), DepthwiseOptions(window=window))
        hidden = net.node("ADD", [deeper, hidden], (1, 3, 3, 4), ArithmeticOptions())
    last = net.constant(np.array(reading, np.int8).reshape(1, 1, 1, 4), (0.02,), int4=int4)
    return net.graph(["image"], [net.node("CONV_2D", [hidden, last], (1, 3, 3, 1), POINTWISE)])


def last_weights(graph: Graph) -> Array:
    data = graph.tensors[str(graph.nodes[-1].inputs[1])].data
    assert data is not None
    return data.ravel()


@pytest.mark.parametrize("chain", [False, True])
def test_the_first_takes_over_the_weights_of_the_others(chain: bool) -> None:  # noqa: FBT001  a parameter
    after = exactly(merge_duplicate_channels, network([7, 9, 7, 7], [10, 20, 30, 40], chain=chain))
    assert last_weights(after).tolist() == [40, 20, 0, 40], "the last channel has another scale"


def test_another_bias_makes_another_channel() -> None:
    graph = network([7, 7, 7, 7], [10, 20, 30, 40], biases=(3, 4, 5, 3), chain=False)
    assert merge_duplicate_channels(graph) is graph


def test_weights_whose_sum_is_no_int8_stay() -> None:
    after = exactly(merge_duplicate_channels, network([7, 7, 7, 1], [100, 28, 27, 1], chain=False))
    assert last_weights(after).tolist() == [127, 28, 0, 1]


def test_weights_whose_sum_is_no_int4_stay() -> None:
    after = exactly(merge_duplicate_channels, network([7, 7, 7, 1], [5, 3, 2, 1], int4=True))
    assert last_weights(after).tolist() == [7, 3, 0, 1]


def test_one_that_is_added_makes_room_for_another() -> None:
    net = Network(np.random.default_rng(0))
    net.tensor("image", (1, 2, 2, 1))
    hidden = net.node(
        "CONV_2D", ["image", net.constant(np.full((3, 1, 1, 1), 7, np.int8), (0.01,))], (1, 2, 2, 3), POINTWISE
    )
    last = net.constant(np.array([100, 100, -90], np.int8).reshape(1, 1, 1, 3), (0.02,))
    after = exactly(
        merge_duplicate_channels, net.graph(["image"], [net.node("CONV_2D", [hidden, last], (1, 2, 2, 1), POINTWISE)])
    )
    assert last_weights(after).tolist() == [110, 0, 0]


@pytest.mark.parametrize(("third", "merges"), [(27, True), (28, False)])
def test_behind_a_flat_view_a_channel_is_taken_over_at_all_pixels_or_at_none(third: int, merges: bool) -> None:  # noqa: FBT001  a parameter
    net = Network(np.random.default_rng(0))
    net.tensor("image", (1, 1, 3, 1))
    constant = net.constant(np.array([7, 7], np.int8).reshape(2, 1, 1, 1), (0.01,))
    flat = net.flat(net.node("CONV_2D", ["image", constant], (1, 1, 3, 2), POINTWISE))
    dense = net.constant(np.array([[1, 2, 3, 4, 100, third]], np.int8), (0.1,))
    graph = net.graph(["image"], [net.node("FULLY_CONNECTED", [flat, dense], (1, 1), AccumulateOptions())])
    after = exactly(merge_duplicate_channels, graph)
    assert last_weights(after).tolist() == ([3, 0, 7, 0, 127, 0] if merges else [1, 2, 3, 4, 100, 28])


@examples(150)
@given(graph=networks())
def test_networks_answer_as_before(graph: Graph) -> None:
    exactly(merge_duplicate_channels, graph)
