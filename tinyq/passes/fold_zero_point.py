"""The input's zero point moves into the bias: `sum((x - z) * w) + b = sum(x * w) + (b - z * sum(w))`.

Padding counts as the zero point, so that the identity holds at the border as well.
"""

from dataclasses import replace

import numpy as np

from tinyq.errors import TinyqError
from tinyq.ir.graph import Array, DType, Graph, Node, Tensor
from tinyq.ir.names import unique
from tinyq.ops import call_of, operator
from tinyq.ops.accumulate import BIAS, AccumulateOptions, bias_dtype, bias_of, weights_by_channel


def fold_zero_point(graph: Graph) -> Graph:
    """`graph` whose accumulating nodes multiply their inputs as they are."""
    for node in graph.nodes:
        if isinstance(node.options, AccumulateOptions) and not node.options.zero_point_folded:
            graph = _fold(graph, node, node.options)
    return graph


def _fold(graph: Graph, node: Node, options: AccumulateOptions) -> Graph:
    bias = _folded_bias(graph, node)
    name = unique(f"{node.name}/bias_with_zero_point", graph.tensors)
    inputs = (*node.inputs[:BIAS], name)
    folded = replace(node, inputs=inputs, options=replace(options, zero_point_folded=True))
    dtype = bias_dtype(call_of(graph, node))
    result = graph.with_tensors(Tensor(name, bias.shape, dtype, data=bias.astype(dtype))).with_nodes(
        folded if other is node else other for other in graph.nodes
    )
    return result if _fits(bias, dtype) and _is_accepted(result, folded) else graph


def _folded_bias(graph: Graph, node: Node) -> Array:
    call = call_of(graph, node)
    sums = weights_by_channel(call).sum(axis=1)
    folded: Array = bias_of(call, len(sums)) - call.input.zero_point * sums
    return folded


def _fits(bias: Array, dtype: DType) -> bool:
    return bool((np.abs(bias) <= np.iinfo(dtype).max).all())


def _is_accepted(graph: Graph, node: Node) -> bool:
    """Whether the accumulators still fit int32; where they don't, the zero point stays where it was."""
    try:
        operator(node.op).check(call_of(graph, node))
    except TinyqError:
        return False
    return True
