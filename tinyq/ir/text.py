"""A graph as text for people, tests and `--dump`."""

from tinyq.ir.graph import Graph, Node, Tensor


def _quantized(tensor: Tensor) -> str:
    quantization = tensor.quantization
    if quantization is None:
        return ""
    if quantization.axis is not None:
        return f" per-channel[{quantization.axis}]"
    return f" {quantization.scale:.6g}*(q{-quantization.zero_point:+d})"


def tensor_text(tensor: Tensor) -> str:
    """One tensor: type, shape, quantization, and whether it is constant or a view."""
    shape = "x".join(map(str, tensor.shape)) or "scalar"
    constant = " constant" if tensor.is_constant else ""
    state = " state" if tensor.is_state else ""
    view = f" view of {tensor.view_of}" if tensor.view_of is not None else ""
    return f"{tensor.name}: {tensor.dtype} {shape}{_quantized(tensor)}{constant}{state}{view}"


def _node_text(node: Node) -> str:
    inputs = ", ".join(name or "-" for name in node.inputs)
    return f"{', '.join(node.outputs)} = {node.op}({inputs})  # {node.name} {node.options}"


def graph_text(graph: Graph) -> str:
    """The whole graph: its tensors, then its nodes in the order they run."""
    lines = [f"graph {graph.name}({', '.join(graph.inputs)}) -> {', '.join(graph.outputs)}"]
    lines += [f"  {tensor_text(tensor)}" for tensor in graph.tensors.values()]
    lines += [f"  {_node_text(node)}" for node in graph.nodes]
    return "\n".join(lines) + "\n"
