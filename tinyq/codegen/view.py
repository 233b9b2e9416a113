"""All that the model's templates see: layers with their functions, calls and constants."""

from dataclasses import dataclass, replace

from tinyq.codegen.constants import Constant
from tinyq.codegen.functions import Names, c_function, c_pointer, operand, scales
from tinyq.codegen.names import c_identifier
from tinyq.ir.bits import Bits
from tinyq.ir.graph import Graph, Node, Tensor
from tinyq.ir.names import unique
from tinyq.kernels import Implementation, Routine, Selection
from tinyq.memory.lifetimes import scratch_name
from tinyq.memory.planner import Plan
from tinyq.ops import call_of, operator, tflite_name


@dataclass(frozen=True)
class LayerOutput:
    """One output of a layer.

    Attributes:
        name: of its tensor.
        offset: in the arena.
        scales: its real scale and zero point, for readers.
    """

    name: str
    shape: tuple[int, ...]
    offset: int
    bytes: int
    scales: str


@dataclass(frozen=True, eq=False)
class Layer:
    """One layer as it appears in the generated C.

    Attributes:
        name: the layer's name in the model.
        symbol: the C function's name.
        op: the operator's TFLite name.
        bits: as tinyq.ir.graph counts them; None where it has none.
        macs: multiply-accumulates of one inference.
        outputs: all of them, in the operator's order.
        function: text of the C function.
        call: text of its call.
        constants: its arrays in flash.
        routines: that its function calls.
        dead: start and end of the parts of the arena that hold nothing any more when it has run.
    """

    name: str
    symbol: str
    op: str
    bits: Bits | None
    macs: int
    outputs: tuple[LayerOutput, ...]
    function: str
    call: str
    constants: tuple[Constant, ...]
    routines: tuple[Routine, ...]
    dead: tuple[tuple[int, int], ...]

    @property
    def shape(self) -> tuple[int, ...]:
        """Shape of the first output."""
        return self.outputs[0].shape

    @property
    def offset(self) -> int:
        """Of the first output in the arena."""
        return self.outputs[0].offset

    @property
    def bytes(self) -> int:
        """Size of all outputs."""
        return sum(output.bytes for output in self.outputs)

    @property
    def weight_bytes(self) -> int:
        """Bytes of the layer's constants in flash."""
        return sum(constant.values.nbytes for constant in self.constants)


def layers(graph: Graph, plan: Plan, identifier: str, selection: Selection) -> tuple[Layer, ...]:
    """The layers of `graph`, in the order they run."""
    functions = _function_names(graph, identifier)
    shared: dict[tuple[str, bytes], str] = {}
    return tuple(
        replace(
            _layer(graph, node, plan, identifier, selection.of(node), Names(function, frozenset(functions), shared)),
            dead=tuple(plan.dead_ranges(time)),
        )
        for time, (node, function) in enumerate(zip(graph.nodes, functions, strict=True))
    )


def arena_pointer(graph: Graph, plan: Plan, identifier: str, name: str) -> str:
    """C text of the address of tensor `name`."""
    return f"&{identifier}_arena[{plan.offsets[graph.storage(name)]}]"


def _function_names(graph: Graph, identifier: str) -> list[str]:
    """A name for each node, none of them that of a function or variable of the model's interface."""
    taken = [f"{identifier}_{name}" for name in ("arena", "input", "invoke", "output", "reset")]
    reserved = len(taken)
    for node in graph.nodes:
        taken.append(unique(f"{identifier}_{c_identifier(node.name)}", taken))
    return taken[reserved:]


def _layer(
    graph: Graph, node: Node, plan: Plan, identifier: str, implementation: Implementation, names: Names
) -> Layer:
    call, reader = call_of(graph, node), operator(node.op)
    pointers, states = reader.pointers(call), reader.updates(call)
    made = c_function(call, implementation, identifier, names)
    scratch = implementation.scratch_bytes(call) > 0
    arguments = [
        _argument(graph, plan, identifier, tensor, index, names, const="" if tensor in states else "const ")
        for index, tensor in enumerate(pointers)
    ]
    arguments += [_argument(graph, plan, identifier, tensor, 0, names, const="") for tensor in call.outputs]
    if scratch:
        arguments.append(f"(int8_t *)&{identifier}_arena[{plan.offsets[scratch_name(node)]}]")
    return Layer(
        name=node.name,
        symbol=names.function,
        op=tflite_name(node.op),
        bits=graph.bits(node),
        macs=reader.macs(call),
        outputs=tuple(
            LayerOutput(
                tensor.name, tensor.shape, plan.offsets[graph.storage(tensor.name)], tensor.bytes, scales(tensor)
            )
            for tensor in call.outputs
        ),
        function=made.text,
        call=f"{names.function}({', '.join(arguments)});",
        constants=made.constants,
        routines=made.routines,
        dead=(),
    )


def _argument(graph: Graph, plan: Plan, identifier: str, tensor: Tensor, index: int, names: Names, const: str) -> str:
    if tensor.data is not None:
        return names.constant(operand(index), tensor.data)
    return f"({c_pointer(tensor, const)}){arena_pointer(graph, plan, identifier, tensor.name)}"
