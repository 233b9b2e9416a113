"""A pass must keep every output byte and the rules of a graph, and find nothing more to do in its own result."""

from collections.abc import Callable

import numpy as np

from support.networks import samples
from tinyq.emulator.reference import run_reference
from tinyq.ir.graph import Graph
from tinyq.ir.verify import verify
from tinyq.ops import call_of, operator


def exactly(run: Callable[[Graph], Graph], graph: Graph) -> Graph:
    """The graph that the pass `run` makes of `graph`, after a look at all that a pass must keep."""
    after = answering_alike(run, graph)
    assert run(after) is after
    return after


def answering_alike(run: Callable[[Graph], Graph], graph: Graph) -> Graph:
    """The graph that `run` makes of `graph`: a legal one with the same inputs, outputs and answers."""
    after = run(graph)
    verify(after)
    for node in after.nodes:
        operator(node.op).check(call_of(after, node))
    for name in (*graph.inputs, *graph.outputs):
        assert after.tensors[name].shape == graph.tensors[name].shape
    inputs = [samples(graph, np.random.default_rng(5))]
    for expected, found in zip(run_reference(graph, inputs), run_reference(after, inputs), strict=True):
        np.testing.assert_array_equal(found, expected)
    return after
