"""All that the model's templates see: layers with their functions, calls and constants."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from types import SimpleNamespace

import numpy as np

from tinyq.codegen.constants import Constant, c_float, c_integer, c_type, plus
from tinyq.codegen.names import c_identifier
from tinyq.codegen.render import render
from tinyq.codegen.routines import routine_symbol
from tinyq.ir.graph import Array, Graph, Node, Options, Tensor
from tinyq.ir.names import unique
from tinyq.kernels import Implementation, Routine, Selection
from tinyq.memory.lifetimes import scratch_name
from tinyq.memory.planner import Plan
from tinyq.ops import Call, Kernel, call_of, operator

LEAST_SHARED_BYTES = 64  # of an array that several layers share; a smaller one is easier to read beside its layer


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
        macs: multiply-accumulates of one inference.
        outputs: all of them, in the operator's order.
        function: text of the C function.
        call: text of its call.
        constants: its arrays in flash.
        routines: that its function calls.
    """

    name: str
    symbol: str
    op: str
    macs: int
    outputs: tuple[LayerOutput, ...]
    function: str
    call: str
    constants: tuple[Constant, ...]
    routines: tuple[Routine, ...]

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
        _layer(graph, node, plan, identifier, selection.of(node), _Names(function, frozenset(functions), shared))
        for node, function in zip(graph.nodes, functions, strict=True)
    )


def arena_pointer(graph: Graph, plan: Plan, identifier: str, name: str) -> str:
    """C text of the address of tensor `name`."""
    return f"&{identifier}_arena[{plan.offsets[graph.storage(name)]}]"


@dataclass(frozen=True)
class _Names:
    """The C names of one layer: its function, and its constants, which are named after it but not as another layer.

    A large array that an earlier layer has as well is stored once, under the earlier layer's name: the steps of an
    unrolled recurrent layer have the same weights.
    """

    function: str
    functions: frozenset[str]
    shared: dict[tuple[str, bytes], str]

    def constant(self, name: str, values: Array) -> str:
        own = self._own(name)
        if values.nbytes < LEAST_SHARED_BYTES:
            return own
        return self.shared.setdefault((values.dtype.name, values.tobytes()), own)

    def is_stored_here(self, name: str, values: Array) -> bool:
        return self.constant(name, values) == self._own(name)

    def _own(self, name: str) -> str:
        return unique(f"{self.function}_{name}", self.functions)


def _operand(index: int) -> str:
    return f"operand{index + 1}"


def _function_names(graph: Graph, identifier: str) -> list[str]:
    """A name for each node, none of them that of a function or variable of the model's interface."""
    taken = [f"{identifier}_{name}" for name in ("arena", "input", "invoke", "output", "reset")]
    reserved = len(taken)
    for node in graph.nodes:
        taken.append(unique(f"{identifier}_{c_identifier(node.name)}", taken))
    return taken[reserved:]


def _layer(
    graph: Graph, node: Node, plan: Plan, identifier: str, implementation: Implementation, names: _Names
) -> Layer:
    call, reader = call_of(graph, node), operator(node.op)
    kernel, routines = implementation.kernel(call), implementation.routines(call)
    pointers, states = reader.pointers(call), reader.updates(call)
    constants = (*_kernel_constants(kernel, names), *_operand_constants(pointers, names))
    scratch = implementation.scratch_bytes(call) > 0
    function = render(
        f"kernels/{implementation.template}.c.j2",
        signature=_signature(call, pointers, names.function, scratch=scratch),
        k=_template_view(kernel, names),
        routine={key: routine_symbol(identifier, each) for key, each in routines.items()},
        operands=len(pointers),
        plus=plus,
        c_integer=c_integer,
        c_float=c_float,
    )
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
        op=node.op,
        macs=reader.macs(call),
        outputs=tuple(
            LayerOutput(
                tensor.name, tensor.shape, plan.offsets[graph.storage(tensor.name)], tensor.bytes, _scales(tensor)
            )
            for tensor in call.outputs
        ),
        function=function,
        call=f"{names.function}({', '.join(arguments)});",
        constants=constants,
        routines=tuple(routines.values()),
    )


def _scales(tensor: Tensor) -> str:
    if tensor.quantization is None:
        return "real numbers" if tensor.dtype == "float32" else f"plain {tensor.dtype}"
    return f"real = {tensor.scale:.9g} * (q{plus(-tensor.zero_point)})"


def _c_pointer(tensor: Tensor, const: str) -> str:
    # float32 is read through tinyq_load_float: the arena is bytes.
    return f"{const}void *" if tensor.dtype == "float32" else f"{const}{c_type(tensor.dtype)} *"


def _signature(call: Call[Options], pointers: tuple[Tensor, ...], symbol: str, *, scratch: bool) -> str:
    states = operator(call.op).updates(call)
    inputs = [tensor for tensor in pointers if tensor not in states]
    kinds = (("input", inputs, "const "), ("state", states, ""), ("output", call.outputs, ""))
    parameters = [
        _c_pointer(tensor, const) + name for kind, tensors, const in kinds for name, tensor in _numbered(kind, tensors)
    ]
    if scratch:
        parameters.append("int8_t *scratch")
    return f"static TINYQ_NOINLINE void {symbol}({', '.join(parameters)})"


def _numbered(name: str, tensors: Sequence[Tensor]) -> list[tuple[str, Tensor]]:
    """`name` for a single tensor, `name1`, `name2` and so on for several."""
    several = len(tensors) > 1
    return [(f"{name}{number}" if several else name, tensor) for number, tensor in enumerate(tensors, start=1)]


def _argument(graph: Graph, plan: Plan, identifier: str, tensor: Tensor, index: int, names: _Names, const: str) -> str:
    if tensor.data is not None:
        return names.constant(_operand(index), tensor.data)
    return f"({_c_pointer(tensor, const)}){arena_pointer(graph, plan, identifier, tensor.name)}"


def _operand_constants(pointers: tuple[Tensor, ...], names: _Names) -> list[Constant]:
    return [
        Constant(names.constant(_operand(index), tensor.data), tensor.data, f"constant operand, {_scales(tensor)}")
        for index, tensor in enumerate(pointers)
        if tensor.data is not None and names.is_stored_here(_operand(index), tensor.data)
    ]


def _kernel_constants(kernel: Kernel, names: _Names) -> list[Constant]:
    arrays = ((field.name, getattr(kernel, field.name)) for field in fields(kernel))
    return [
        Constant(names.constant(field, array), array, "x".join(map(str, array.shape)))
        for field, array in arrays
        if isinstance(array, np.ndarray) and names.is_stored_here(field, array)
    ]


def _template_view(kernel: Kernel, names: _Names) -> SimpleNamespace:
    """The kernel's fields; an array becomes its C name, beside `<name>_shape`."""
    view: dict[str, object] = {}
    for field in fields(kernel):
        value = getattr(kernel, field.name)
        if isinstance(value, np.ndarray):
            view[f"{field.name}_shape"] = value.shape
            value = names.constant(field.name, value)
        view[field.name] = value
    return SimpleNamespace(**view)
