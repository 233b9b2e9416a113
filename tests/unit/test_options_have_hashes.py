"""Kernels for a node are looked up by the node, options included: every operator's options must have a hash."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cases import cases_of
from support.examples import examples

from tinyq.frontend.tflite import import_tflite
from tinyq.ops import call_of, supported_operators


@pytest.mark.parametrize("op", supported_operators())
@examples(3)
@given(data=st.data())
def test_a_node_has_a_hash(op: str, data: st.DataObject) -> None:
    graph = import_tflite(data.draw(cases_of(op)).tflite, "net", "net.tflite")
    assert len({call_of(graph, node) for node in graph.nodes}) == len(graph.nodes)
