"""Channels that nobody reads are gone, from every tensor and constant, and nothing else is."""

import numpy as np
from hypothesis import given
from support.exactness import exactly
from support.examples import examples
from support.networks import Network, networks

from tinyq.ir.graph import Graph, Quantization
from tinyq.ops.arithmetic import ArithmeticOptions
from tinyq.ops.convolution import ConvOptions
from tinyq.ops.depthwise_conv_2d import DepthwiseOptions
from tinyq.ops.window import Window
from tinyq.passes.drop_dead_channels import drop_dead_channels
from tinyq.passes.drop_unused import drop_unused
from tinyq.passes.fold_constant_channels import fold_constant_channels
from tinyq.passes.merge_duplicate_channels import merge_duplicate_channels

POINTWISE = ConvOptions(window=Window((1, 1), (1, 1)))


class Chain(Network):
    """Convolutions whose weights a test chooses."""

    def pointwise(self, source: str, reads: list[list[int]], scales: tuple[float, ...] = ()) -> str:
        """CONV_2D with weights [output channels][input channels], a bias, and one scale or one for each channel."""
        weights = self.constant(np.array(reads, np.int8)[:, None, None], scales or (0.01,), 0 if scales else None)
        bias = self.constant(np.arange(len(reads), dtype=np.int32) * 100)
        shape = (*self.shape(source)[:3], len(reads))
        return self.node("CONV_2D", [source, weights, bias], shape, POINTWISE)


def chain() -> Chain:
    net = Chain(np.random.default_rng(0))
    net.tensor("image", (1, 3, 3, 2), zero_point=-5)
    return net


def shapes(graph: Graph) -> list[tuple[int, ...]]:
    return [graph.tensors[node.outputs[0]].shape for node in graph.nodes]


def test_a_channel_that_is_read_with_weight_0_disappears_with_all_that_is_its_own() -> None:
    net = chain()
    hidden = net.pointwise("image", [[1, 2], [3, 4], [5, 6]], (0.01, 0.02, 0.03))
    taps = net.constant(np.arange(12, dtype=np.int8).reshape(1, 2, 2, 3), (0.1, 0.2, 0.3), 3)
    window = Window((2, 2), (1, 1))
    deeper = net.node("DEPTHWISE_CONV_2D", [hidden, taps], (1, 2, 2, 3), DepthwiseOptions(window=window))
    after = exactly(
        drop_dead_channels, net.graph(["image"], [net.pointwise(net.pool(deeper, "MAX_POOL_2D"), [[7, 0, 8]])])
    )
    assert shapes(after) == [(1, 3, 3, 2), (1, 2, 2, 2), (1, 2, 2, 2), (1, 2, 2, 1)]
    (weights, bias, taps_, last) = (
        after.tensors[str(name)]
        for name in (*after.nodes[0].inputs[1:], after.nodes[1].inputs[1], after.nodes[3].inputs[1])
    )
    assert weights.data is not None
    assert weights.data.reshape(2, 2).tolist() == [[1, 2], [5, 6]]
    assert weights.quantization == Quantization((0.01, 0.03), (0, 0), 0)
    assert bias.data is not None
    assert bias.data.tolist() == [0, 200]
    assert taps_.quantization == Quantization((0.1, 0.3), (0, 0), 3)
    assert (taps_.shape, last.shape) == ((1, 2, 2, 2), (1, 1, 1, 2))


def test_what_only_dead_channels_read_is_dead_too() -> None:
    net = chain()
    first = net.pointwise("image", [[1, 2], [3, 4], [5, 6]])
    second = net.pointwise(first, [[1, 0, 0], [0, 0, 9]])  # nobody reads the middle one; the last only for ...
    after = exactly(drop_dead_channels, net.graph(["image"], [net.pointwise(second, [[4, 0]])]))  # ... a dead one
    assert shapes(after) == [(1, 3, 3, 1)] * 3


def test_operands_of_an_add_keep_what_either_of_their_readers_needs() -> None:
    net = chain()
    left = net.pointwise("image", [[1, 2], [3, 4], [5, 6], [7, 8]])
    right = net.pointwise("image", [[8, 7], [6, 5], [4, 3], [2, 1]])
    total = net.node("ADD", [left, right], (1, 3, 3, 4), ArithmeticOptions())
    reads_the_sum, reads_the_left = net.pointwise(total, [[1, 0, 0, 0]]), net.pointwise(left, [[0, 1, 0, 0]])
    output = net.node("ADD", [reads_the_sum, reads_the_left], (1, 3, 3, 1), ArithmeticOptions())
    after = exactly(drop_dead_channels, net.graph(["image"], [output]))
    assert shapes(after) == [(1, 3, 3, 2)] * 3 + [(1, 3, 3, 1)] * 3


def test_a_constant_operand_of_an_add_shrinks_and_one_for_all_channels_does_not() -> None:
    net = chain()
    hidden = net.pointwise("image", [[1, 2], [3, 4], [5, 6]])
    for values in ([10, 20, 30], [40]):
        hidden = net.add(hidden, net.constant(np.array(values, np.int8), (0.03,)))
    after = exactly(drop_dead_channels, net.graph(["image"], [net.pointwise(hidden, [[0, 0, 1]])]))
    operands = [after.tensors[str(node.inputs[1])].data for node in after.nodes[1:3]]
    assert [None if data is None else data.tolist() for data in operands] == [[30], [40]]


def test_a_channel_is_dead_behind_a_flat_view_if_all_its_pixels_are() -> None:
    net = chain()
    hidden = net.pointwise("image", [[1, 2], [3, 4]])
    flat = net.flat(hidden)
    weights = np.zeros((3, 9, 2), np.int8)
    weights[1, 4, 1] = 50
    dense = net.constant(weights.reshape(3, 18), (0.1,))
    output = net.node("FULLY_CONNECTED", [flat, dense], (1, 3), POINTWISE)
    after = exactly(drop_dead_channels, net.graph(["image"], [output]))
    assert after.tensors[flat].shape == (1, 9)
    assert after.tensors[str(after.nodes[1].inputs[1])].shape == (3, 9)


def test_inputs_and_outputs_keep_their_shapes_and_one_channel_stays_of_a_dead_tensor() -> None:
    net = chain()
    hidden = net.pointwise("image", [[0, 0], [0, 0], [0, 0]])
    output = net.pointwise(hidden, [[0, 0, 0], [0, 0, 0]])
    after = exactly(drop_dead_channels, net.graph(["image"], [output]))
    assert [after.tensors[name].shape[-1] for name in ("image", hidden, output)] == [2, 1, 2]


def test_a_softmax_reads_all_channels() -> None:
    net = chain()
    graph = net.graph(["image"], [net.softmax(net.pointwise("image", [[0, 0], [1, 1]]))])
    assert drop_dead_channels(graph) is graph


@examples(150)
@given(graph=networks())
def test_networks_answer_as_before(graph: Graph) -> None:
    exactly(drop_dead_channels, graph)


@examples(150)
@given(graph=networks())
def test_networks_answer_as_before_when_constants_and_duplicates_are_gone_first(graph: Graph) -> None:
    exactly(drop_dead_channels, merge_duplicate_channels(fold_constant_channels(drop_unused(graph))))
