"""A node whose answer is known becomes a constant where its readers take one."""

import numpy as np
from hypothesis import given
from support.exactness import exactly
from support.examples import examples
from support.networks import Network, networks

from tinyq.emulator.reference import run_reference
from tinyq.ir.graph import Graph
from tinyq.ops.arithmetic import ArithmeticOptions
from tinyq.ops.convolution import ConvOptions
from tinyq.ops.window import Window
from tinyq.passes.drop_unused import drop_unused
from tinyq.passes.fold_proven_constants import fold_proven_constants


def constant_branch(net: Network) -> str:
    """PAD behind a CONV_2D that is always 127, so that the answer differs at the border."""
    net.tensor("image", (1, 3, 3, 2), zero_point=-5)
    weights = net.constant(np.ones((2, 1, 1, 2), np.int8), (0.01,))
    inputs = ["image", weights, net.constant(np.array([10**6, 10**6], np.int32))]
    conv = net.node("CONV_2D", inputs, (1, 3, 3, 2), ConvOptions(window=Window((1, 1), (1, 1))))
    net.tensor(conv, (1, 3, 3, 2), 0.05, -5)
    return net.pad(conv)


def test_a_branch_that_is_known_becomes_the_constant_operand_of_an_add() -> None:
    net = Network(np.random.default_rng(0))
    constant = constant_branch(net)
    total = net.node("ADD", [constant, net.pad("image")], (1, 4, 4, 2), ArithmeticOptions())
    after = drop_unused(exactly(fold_proven_constants, net.graph(["image"], [total])))
    assert [node.op for node in after.nodes] == ["PAD", "ADD"]
    data = after.tensors[constant].data
    assert data is not None
    assert data[0, :, :, 1].tolist() == [[-5] * 4] + [[127, 127, 127, -5]] * 3


def test_views_of_what_is_known_become_constants_too() -> None:
    net = Network(np.random.default_rng(0))
    flat = net.flat(constant_branch(net))
    total = net.node("ADD", [net.flat(net.pad("image")), flat], (1, 32), ArithmeticOptions())
    after = exactly(fold_proven_constants, net.graph(["image"], [total]))
    assert after.tensors[flat].is_constant
    assert after.tensors[flat].view_of is None


def test_what_a_convolution_reads_stays_where_the_convolution_does() -> None:
    net = Network(np.random.default_rng(0))
    graph = net.graph(["image"], [net.conv(constant_branch(net), 2, 1)])
    assert fold_proven_constants(graph) is graph, "an output of the graph is never a constant"


def test_a_whole_chain_disappears() -> None:
    net = Network(np.random.default_rng(0))
    known = net.pool(net.conv(constant_branch(net), 2, 1), "MAX_POOL_2D")
    other = net.tensor("other", net.shape(known))
    after = exactly_two_inputs(net.graph(["image", other], [net.add(other, known)]))
    assert [node.op for node in after.nodes] == ["ADD"]


def exactly_two_inputs(graph: Graph) -> Graph:
    after = fold_proven_constants(graph)
    shapes = [graph.tensors[name].shape for name in graph.inputs]
    chance = np.random.default_rng(1)
    inputs = [chance.integers(-128, 128, (20, *shape)).astype(np.int8) for shape in shapes]
    np.testing.assert_array_equal(run_reference(after, inputs)[0], run_reference(graph, inputs)[0])
    return after


@examples(150)
@given(graph=networks())
def test_networks_answer_as_before(graph: Graph) -> None:
    exactly(fold_proven_constants, graph)
