"""Channels that have the same value at every pixel, whatever the model's inputs are, move into biases.

Where a constant channel is read, its products become part of the bias, and its weights 0; where it is computed, its
weights become 0, and its bias a sum that gives the constant. drop_dead_channels takes away what nobody reads then.
"""

import numpy as np

from tinyq.analysis.intervals import intervals
from tinyq.ir.graph import Array, Graph, Node
from tinyq.numerics.interval import Interval
from tinyq.ops import Call, call_of, operator
from tinyq.ops.accumulate import AccumulateOptions, bias_of, input_offset
from tinyq.ops.accumulating import Accumulating, constant_weights
from tinyq.ops.convolution import ConvOptions
from tinyq.passes._rewrite import with_weights_and_bias


def fold_constant_channels(graph: Graph) -> Graph:
    """`graph` in which no weight but 0 meets a channel that is known to be constant."""
    known = intervals(graph)
    for node in graph.nodes:
        if isinstance(node.options, AccumulateOptions) and node.inputs[0] in known:
            graph = _fold(graph, node, known[str(node.inputs[0])], known[node.outputs[0]])
    return graph


def _fold(graph: Graph, node: Node, image: Interval, output: Interval) -> Graph:
    call = call_of(graph, node)
    weights = np.moveaxis(constant_weights(call).astype(np.int64), call.options.channel_axis, 0)  # a copy
    bias = bias_of(call, len(weights)).astype(np.int64)
    folded = [_fold_inputs(call, image, weights, bias), _fold_outputs(call, image, output, weights, bias)]
    if not any(folded):
        return graph
    return with_weights_and_bias(graph, node, np.moveaxis(weights, 0, call.options.channel_axis), bias)


def _fold_inputs(call: Call[AccumulateOptions], image: Interval, weights: Array, bias: Array) -> bool:
    """Move products of constant input channels from `weights` [output channels, ...] into `bias`, in place."""
    channels = operator(call.op).channels(call)
    if channels is None or not channels.input:
        return False
    columns = np.moveaxis(weights, channels.input[0].axis, -1)  # a view
    depth = columns.shape[-1]
    constants, offset = image.reshaped(-1, depth).low[0].astype(np.int64), input_offset(call)
    foldable = image.constant_channels(depth)
    if isinstance(call.options, ConvOptions) and call.options.window.is_padded:
        foldable &= constants == call.input.zero_point  # a pixel beyond the border must not differ from those within
    foldable &= columns.reshape(-1, depth).any(axis=0)
    sums = columns.reshape(len(weights), -1, depth).sum(axis=1)
    bias += sums[:, foldable] @ (constants[foldable] + offset)
    columns[..., foldable] = 0
    return bool(foldable.any())


def _fold_outputs(
    call: Call[AccumulateOptions], image: Interval, output: Interval, weights: Array, bias: Array
) -> bool:
    """Set `weights` of constant output channels to 0, and their `bias` to a sum that gives the constant, in place."""
    rows = weights.reshape(len(weights), -1).any(axis=1) & output.constant_channels(len(weights))
    if rows.any():
        reader = operator(call.op)
        assert isinstance(reader, Accumulating)
        bias[rows] = reader.accumulators(call, image).low.reshape(-1, len(weights))[0, rows]
        weights[rows] = 0
    return bool(rows.any())
