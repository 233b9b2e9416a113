"""Tensors that litert-torch names after classes get names of the form that tinyq reads modules from."""

import re

from tinyq.frontend.schema import operator_name, pack, parse

# With it TensorFlow's quantizer reads constants as those of another dialect, knows no weights, and leaves all in float.
_FOREIGN_CONSTANTS = b"keep_stablehlo_constant"
# What litert-torch puts before and after a module, to bring the channels last and back.
_MOVES = ("PAD", "RESHAPE", "TRANSPOSE")
_ANONYMOUS = b"tfl."
# `package.Class_attribute` for each module on the way to the operator.
_MODULE = re.compile(r"^(?:.*\.)?([^_.]+)_(\w+)$")


def named_by_module(data: bytes) -> bytes:
    """The .tflite `data` with tensors named `block.conv/Conv2d`, and ready to be quantized."""
    model = parse(data, "what litert-torch wrote")
    graph = model.subgraphs[0]
    moved = {index for each in graph.operators if operator_name(model, each) in _MOVES for index in each.outputs}
    model.metadata = [entry for entry in model.metadata or () if entry.name != _FOREIGN_CONSTANTS]
    for index, tensor in enumerate(graph.tensors):
        tensor.name = _ANONYMOUS if index in moved else module_name(tensor.name.decode()).encode()
    return pack(model)


def module_name(name: str) -> str:
    """`name` by its modules: `linear_0/Linear` for `torch.nn.Sequential/torch.nn.Linear_0;1`.

    Of fused operators it is the one that computes first, which comes last. What no module but the model itself does is
    anonymous.
    """
    for part in reversed(name.split(";")):
        modules = [found.groups() for step in part.split("/")[1:] if (found := _MODULE.match(step))]
        if modules:
            kind, last = modules[-1]
            shown = f"{kind.lower()}_{last}" if last.isdigit() else last
            return ".".join([*(attribute for _, attribute in modules[:-1]), shown]) + f"/{kind}"
    return name if "/" not in name and ";" not in name else _ANONYMOUS.decode()
