"""What a model computes in float32 at run time, and about what that costs on a board."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from tinyq.firmware.board import Board
from tinyq.ir.graph import HYBRID, Graph, Node
from tinyq.ir.scheme import IN_FLOAT
from tinyq.ops import Call, call_of, operator, tflite_name
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.cone import float_nodes_left


class Cycles(NamedTuple):
    """Of a Cortex-M4 with its FPU, and of a Cortex-M0+ without one; `tinyq profile` counted them."""

    fpu: int
    software: int


MAC = Cycles(8, 300)  # a product that is added to a sum
STORED_MAC = Cycles(11, 460)  # the same with a weight of int8 or int4
HYBRID_MAC = Cycles(7, 27)  # the same of integers
ELEMENT = Cycles(10, 150)  # any other operation, for each element
HYBRID_ELEMENT = Cycles(60, 1600)  # to int8, and back
FUNCTIONS = {
    "ELU": Cycles(1000, 5000),
    "EXP": Cycles(820, 4300),
    "GELU": Cycles(1300, 7800),
    "LOG": Cycles(1160, 6800),
    "LOGISTIC": Cycles(1170, 6700),
    "LOG_SOFTMAX": Cycles(850, 4700),
    "RSQRT": Cycles(810, 2000),
    "SOFTMAX": Cycles(800, 4700),
    "SQRT": Cycles(790, 1600),
    "TANH": Cycles(1250, 7000),
}


@dataclass(frozen=True)
class FloatLayer:
    """A layer that computes in float32 at run time.

    Attributes:
        name: the layer's.
        op: its operator's TFLite name.
        cycles: about how many it takes.
        has_fpu: whether the processor has float32 instructions.
    """

    name: str
    op: str
    cycles: int
    has_fpu: bool

    @property
    def how(self) -> str:
        """Where float32 is computed."""
        return "on the FPU" if self.has_fpu else "in software, since the processor has no FPU"

    @property
    def warning(self) -> str:
        """The layer and its cost, in a sentence."""
        return f"layer {self.name} ({self.op}) computes in float32 {self.how}: about {self.cycles:,} cycles"


def float_layers(graph: Graph, board: Board) -> tuple[FloatLayer, ...]:
    """The layers of `graph`, which went through the passes, that compute in float32 on `board`."""
    has_fpu = board.processor.hardware_float
    return tuple(
        FloatLayer(node.name, tflite_name(node.op), _cycles(graph, node, has_fpu=has_fpu), has_fpu)
        for node in float_nodes_left(graph)
    )


def float_warnings(graph: Graph, board: Board) -> tuple[str, ...]:
    """A sentence for each layer that computes in float32, or one for a model that does nothing else."""
    layers = float_layers(graph, board)
    if graph.scheme not in IN_FLOAT or not layers:
        return tuple(layer.warning for layer in layers)
    cycles = sum(layer.cycles for layer in layers)
    does = "quantizes activations of float32" if graph.scheme == "dynamic" else "computes in float32"
    return (f"the whole model {does} {layers[0].how}: about {cycles:,} cycles",)


def _cycles(graph: Graph, node: Node, *, has_fpu: bool) -> int:
    call = call_of(graph, node)
    tensors = (*(tensor for tensor in call.inputs if tensor is not None and not tensor.is_constant), *call.outputs)
    elements = max(tensor.elements for tensor in tensors)
    mac, element = (cycles[0 if has_fpu else 1] for cycles in _of_one(call))
    return operator(node.op).macs(call) * mac + elements * element


def _of_one(call: Call[Any]) -> tuple[Cycles, Cycles]:
    """Of a product, and of an element besides."""
    if call.op.startswith(HYBRID):
        return HYBRID_MAC, HYBRID_ELEMENT
    weights = call.optional(WEIGHTS)
    is_stored = weights is not None and weights.dtype in ("int8", "int4")
    return STORED_MAC if is_stored else MAC, FUNCTIONS.get(tflite_name(call.op), ELEMENT)
