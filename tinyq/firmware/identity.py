"""What a firmware says about itself over the serial port: JSON, written into the image."""

import json
from collections.abc import Mapping
from typing import Any

from tinyq import __version__
from tinyq.codegen.generated import GeneratedModel
from tinyq.firmware.board import Board
from tinyq.ir.graph import Tensor

PROTOCOL = 1


def identity(model: GeneratedModel, board: Board) -> dict[str, Any]:
    """The identity of a model's firmware for a board; `tinyq.device_link.identity` reads it back."""
    return {
        "protocol": PROTOCOL,
        "tinyq": __version__,
        "model": model.identifier,
        "sha256": model.sha256,
        "board": board.name,
        "clock_hz": board.clock_hz,
        "cycle_counter": board.processor.cycle_counter,
        "inputs": [tensor_dict(tensor) for tensor in model.inputs],
        "outputs": [tensor_dict(tensor) for tensor in model.outputs],
    }


def tensor_dict(tensor: Tensor) -> dict[str, Any]:
    """An input or output as the identity and report.json describe it."""
    described: dict[str, Any] = {
        "name": tensor.name,
        "shape": list(tensor.shape),
        "dtype": tensor.dtype,
        "bytes": tensor.bytes,
    }
    if tensor.quantization is not None:
        described |= {"scale": tensor.scale, "zero_point": tensor.zero_point}
    return described


def c_lines(value: Mapping[str, Any]) -> list[str]:
    """A JSON object as the insides of C string literals, a member each."""
    members = [f"{json.dumps(key)}:{json.dumps(member, separators=(',', ':'))}" for key, member in value.items()]
    lines = [("," if number else "{") + member for number, member in enumerate(members)]
    # ??) would be a trigraph.
    return [line.replace("\\", "\\\\").replace('"', '\\"').replace("?", "\\?") for line in [*lines, "}"]]
