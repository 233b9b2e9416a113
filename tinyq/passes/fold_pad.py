"""A PAD before a convolution becomes the convolution's own padding, so that no padded copy is ever made."""

from dataclasses import replace

from tinyq.ir.graph import Graph, Node
from tinyq.ops.convolution import ConvOptions
from tinyq.ops.floats.accumulate import FloatWindowOptions
from tinyq.ops.pad import PadOptions
from tinyq.ops.window import Window


def fold_pad(graph: Graph) -> Graph:
    """`graph` with convolutions that read what their PAD read; a PAD without readers is left for drop_unused."""
    return graph.with_nodes(_folded(graph, node) for node in graph.nodes)


def _folded(graph: Graph, node: Node) -> Node:
    if not isinstance(node.options, (ConvOptions, FloatWindowOptions)) or node.inputs[0] is None:
        return node
    pad = graph.producer(node.inputs[0])
    if pad is None or not isinstance(pad.options, PadOptions) or not _is_spatial(pad.options):
        return node
    window = _with_padding(node.options.window, pad.options)
    return replace(node, inputs=(pad.inputs[0], *node.inputs[1:]), options=replace(node.options, window=window))


def _is_spatial(pad: PadOptions) -> bool:
    """Whether only height and width are padded."""
    return not any((pad.before[0], pad.after[0], pad.before[3], pad.after[3]))


def _with_padding(window: Window, pad: PadOptions) -> Window:
    return replace(
        window,
        before=(window.before[0] + pad.before[1], window.before[1] + pad.before[2]),
        after=(window.after[0] + pad.after[1], window.after[1] + pad.after[2]),
    )
