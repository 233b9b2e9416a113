"""Keras layers that onnx2tf makes get the names of the ONNX nodes which they are made of."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from typing import Any
from unittest.mock import patch

from tinyq.ir.names import unique

_WEIGHTED = ("convolution", "depthwise", "matmul", "conv1d")  # in onnx2tf's names for layers


@contextmanager
def layers_named_after(model: Any) -> Iterator[None]:  # noqa: ANN401  an onnx.ModelProto
    """Within it, layers are named after the nodes of `model`; a node can become several layers."""
    onnx2tf = import_module("onnx2tf.onnx2tf")
    outputs_of = onnx2tf.get_tf_model_outputs

    def outputs(**options: Any) -> Any:  # noqa: ANN401  Keras tensors
        _rename(model.graph.node, options["tf_layers_dict"])
        return outputs_of(**options)

    with patch.object(onnx2tf, "get_tf_model_outputs", outputs):
        yield


def _rename(nodes: Any, made: Mapping[str, Any]) -> None:  # noqa: ANN401  as above
    """Rename the layers behind the tensors in `made`, which has the names that ONNX gives to tensors."""
    named: dict[Any, str] = {}
    for node in nodes:
        tensor = made.get(node.output[0], {}).get("tf_node")
        if not hasattr(tensor, "_keras_history"):
            continue  # a constant
        layers = _unnamed_before(tensor._keras_history.layer, named)
        # The bare name goes to the layer that a user would look for.
        for layer in sorted(layers, key=lambda layer: not any(kind in layer.name for kind in _WEIGHTED)):
            name = "transpose" if "transpose" in layer.name else shown_name(node)
            named[layer] = layer._name = unique(name, named.values())


def _unnamed_before(layer: Any, named: Mapping[Any, str]) -> list[Any]:  # noqa: ANN401  Keras layers
    """`layer` and what leads to it from layers that have their names, in the order in which they run."""
    found: list[Any] = []
    pending = [layer]
    while pending:
        layer = pending.pop()
        parents = [parent.layer for node in layer.inbound_nodes for parent in node.parent_nodes]
        if layer not in named and layer not in found and parents:
            found.insert(0, layer)
            pending += parents
    return found


def shown_name(node: Any) -> str:  # noqa: ANN401  an onnx.NodeProto
    """`block.conv` for `/block/conv/Conv`, `conv2d` for `node_conv2d`: PyTorch's two exporters write these."""
    name = (node.name or node.op_type.lower()).removesuffix(f"/{node.op_type}").removeprefix("node_").strip("/")
    return re.sub(r"[^\w.]", "_", name.replace("/", ".")).lstrip("_") or node.op_type.lower()
