"""Every pass keeps each output value, and does what its name says."""

from collections.abc import Callable
from dataclasses import replace
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from support.exactness import answering_alike
from support.examples import examples
from support.graphs import convnet_graph
from support.networks import Network, networks

from tinyq.emulator.reference import run_reference
from tinyq.ir.graph import Arithmetic, Graph
from tinyq.ir.text import graph_text
from tinyq.ir.verify import verify
from tinyq.ops.accumulate import AccumulateOptions
from tinyq.ops.convolution import ConvOptions
from tinyq.passes.drop_unused import drop_unused
from tinyq.passes.drop_views import drop_views
from tinyq.passes.fold_pad import fold_pad
from tinyq.passes.fold_zero_point import fold_zero_point
from tinyq.pipeline import PASSES, optimize


def answers(graph: Graph) -> bytes:
    images = np.random.default_rng(3).integers(-128, 128, (9, 1, 6, 6, 2)).astype(np.int8)
    (outputs,) = run_reference(graph, [images])
    assert len(np.unique(outputs)) > 10, "the model answers too little for a difference to show"
    return outputs.tobytes()


@pytest.mark.parametrize("run", PASSES)
def test_a_pass_alone_keeps_the_answers_and_the_rules(run: object) -> None:
    graph = convnet_graph()
    assert callable(run)
    after = run(graph)
    verify(after)
    assert answers(after) == answers(graph)


def test_all_passes_together_keep_the_answers() -> None:
    assert answers(optimize(convnet_graph())) == answers(convnet_graph())


@pytest.mark.parametrize("arithmetic", get_args(Arithmetic))
@examples(100)
@given(graph=networks())
def test_all_passes_together_keep_the_answers_of_networks(arithmetic: Arithmetic, graph: Graph) -> None:
    answering_alike(optimize, replace(graph, arithmetic=arithmetic))


@pytest.mark.parametrize("run", PASSES)
def test_a_layer_of_constants_alone_is_left_as_it_is(run: Callable[[Graph], Graph]) -> None:
    net = Network(np.random.default_rng(0))
    net.dense(net.constant(np.zeros((1, 3), np.int8), (0.05,)), 4)
    net.tensor("image", (1, 4))
    graph = net.graph(["image"], [net.add("image", "layer0/out")])
    assert [node.op for node in run(graph).nodes] == ["FULLY_CONNECTED", "ADD"]


def test_a_reshape_becomes_a_view_of_its_input() -> None:
    graph = drop_views(convnet_graph())
    assert "RESHAPE" not in {node.op for node in graph.nodes}
    assert graph.storage("net/flatten/Reshape") == "net/conv/Relu"


def test_a_pad_moves_into_the_convolution_behind_it() -> None:
    graph = drop_unused(fold_pad(convnet_graph()))
    conv = graph.nodes[0]
    assert conv.op == "CONV_2D"
    assert conv.inputs[0] == "image"
    assert isinstance(conv.options, ConvOptions)
    assert (conv.options.window.before, conv.options.window.after) == ((1, 1), (1, 1))


def test_a_zero_point_moves_into_the_bias() -> None:
    graph = fold_zero_point(convnet_graph())
    folded = [node for node in graph.nodes if isinstance(node.options, AccumulateOptions)]
    assert [node.options.zero_point_folded for node in folded if isinstance(node.options, AccumulateOptions)] == [
        True
    ] * 2
    weights, bias = (graph.tensors[str(name)].data for name in folded[0].inputs[1:3])
    before = convnet_graph().tensors["net/conv/BiasAdd"].data
    assert weights is not None
    assert before is not None
    np.testing.assert_array_equal(bias, before - 7 * weights.sum(axis=(1, 2, 3)))


def test_what_leads_nowhere_is_dropped_with_its_tensors() -> None:
    graph = convnet_graph()
    shorter = drop_unused(Graph(graph.name, graph.tensors, graph.nodes, graph.inputs, ("net/conv/Relu",)))
    assert [node.op for node in shorter.nodes] == ["PAD", "CONV_2D"]
    assert "net/dense/MatMul" not in shorter.tensors


def test_the_dump_shows_the_graph_after_the_import_and_after_each_pass() -> None:
    seen: list[tuple[str, str]] = []
    optimize(convnet_graph(), lambda after, graph: seen.append((after, graph_text(graph))))
    assert [after for after, _ in seen] == ["import", *(run.__name__ for run in PASSES)]
    assert "net/flatten/Reshape: int8 1x144 0.1*(q+128) view of net/conv/Relu" in seen[-1][1]
