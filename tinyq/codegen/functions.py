"""The C functions of layers: their text, with those of their parts before it, and the constants that they read."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from types import SimpleNamespace
from typing import Any

import numpy as np

from tinyq.codegen.constants import Constant, c_float, c_integer, c_type, plus
from tinyq.codegen.render import render
from tinyq.codegen.routines import routine_symbol
from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ir.names import unique
from tinyq.kernels import Implementation, Routine
from tinyq.ops import Call, Kernel, operator

LEAST_SHARED_BYTES = 64  # of an array that several layers share; a smaller one is easier to read beside its layer


@dataclass(frozen=True)
class Names:
    """The C names of one layer: its function, and its constants, which are named after it but not as another layer.

    A large array that an earlier layer has as well is stored once, under the earlier layer's name: the steps of an
    unrolled recurrent layer have the same weights.
    """

    function: str
    functions: frozenset[str]
    shared: dict[tuple[str, bytes], str]

    def constant(self, name: str, values: Array) -> str:
        """The name of a constant: its own, or that of an equal one."""
        own = self._own(name)
        if values.nbytes < LEAST_SHARED_BYTES:
            return own
        return self.shared.setdefault((values.dtype.name, values.tobytes()), own)

    def is_stored_here(self, name: str, values: Array) -> bool:
        """Whether no other has the same values already."""
        return self.constant(name, values) == self._own(name)

    def _own(self, name: str) -> str:
        return unique(f"{self.function}_{name}", self.functions)


def operand(index: int) -> str:
    """What the constant of input `index` is called."""
    return f"operand{index + 1}"


@dataclass(frozen=True, eq=False)
class CFunction:
    """The text of a C function, with those of its parts before it, and what they need."""

    text: str
    constants: tuple[Constant, ...]
    routines: tuple[Routine, ...]


def c_function(call: Call[Any], implementation: Implementation, identifier: str, names: Names) -> CFunction:
    """The C function that computes `call` by `implementation`; all names in it begin with `names.function`."""
    parts = {
        key: (f"{names.function}_{key}", part.call, part.implementation)
        for key, part in implementation.parts(call).items()
    }
    below = [c_function(part, how, identifier, replace(names, function=symbol)) for symbol, part, how in parts.values()]
    kernel, routines = implementation.kernel(call), implementation.routines(call)
    pointers = operator(call.op).pointers(call)
    own = (*_kernel_constants(kernel, names), *_operand_constants(pointers, names))
    text = render(
        f"kernels/{kernel.template or implementation.template}.c.j2",
        signature=_signature(call, pointers, names.function, scratch=implementation.scratch_bytes(call) > 0),
        symbol=names.function,
        k=_template_view(kernel, names),
        routine={key: routine_symbol(identifier, each) for key, each in routines.items()},
        part={
            key: SimpleNamespace(symbol=symbol, scratch=how.scratch_bytes(part) > 0)
            for key, (symbol, part, how) in parts.items()
        },
        operands=len(pointers),
        plus=plus,
        c_integer=c_integer,
        c_float=c_float,
    )
    return CFunction(
        "\n".join([*(each.text for each in below), text]),
        (*(constant for each in below for constant in each.constants), *own),
        (*(routine for each in below for routine in each.routines), *routines.values()),
    )


def scales(tensor: Tensor) -> str:
    """How a tensor's integers stand for real numbers, for readers."""
    if tensor.quantization is None:
        return "real numbers" if tensor.dtype == "float32" else f"plain {tensor.dtype}"
    return f"real = {tensor.scale:.9g} * (q{plus(-tensor.zero_point)})"


def c_pointer(tensor: Tensor, const: str) -> str:
    """C type of a pointer to a tensor's elements."""
    # The arena is declared as bytes: this type may read and write a float32 there.
    return f"{const}tinyq_float *" if tensor.dtype == "float32" else f"{const}{c_type(tensor.dtype)} *"


def _signature(call: Call[Options], pointers: tuple[Tensor, ...], symbol: str, *, scratch: bool) -> str:
    states = operator(call.op).updates(call)
    inputs = [tensor for tensor in pointers if tensor not in states]
    kinds = (("input", inputs, "const "), ("state", states, ""), ("output", call.outputs, ""))
    parameters = [
        c_pointer(tensor, const) + name for kind, tensors, const in kinds for name, tensor in _numbered(kind, tensors)
    ]
    if scratch:
        parameters.append("int8_t *scratch")
    return f"static TINYQ_NOINLINE void {symbol}({', '.join(parameters)})"


def _numbered(name: str, tensors: Sequence[Tensor]) -> list[tuple[str, Tensor]]:
    """`name` for a single tensor, `name1`, `name2` and so on for several."""
    several = len(tensors) > 1
    return [(f"{name}{number}" if several else name, tensor) for number, tensor in enumerate(tensors, start=1)]


def _operand_constants(pointers: tuple[Tensor, ...], names: Names) -> list[Constant]:
    return [
        Constant(names.constant(operand(index), tensor.data), tensor.data, f"constant operand, {scales(tensor)}")
        for index, tensor in enumerate(pointers)
        if tensor.data is not None and names.is_stored_here(operand(index), tensor.data)
    ]


def _kernel_constants(kernel: Kernel, names: Names) -> list[Constant]:
    arrays = ((each.name, getattr(kernel, each.name)) for each in fields(kernel))
    return [
        Constant(names.constant(field, array), array, "x".join(map(str, array.shape)))
        for field, array in arrays
        if isinstance(array, np.ndarray) and names.is_stored_here(field, array)
    ]


def _template_view(kernel: Kernel, names: Names) -> SimpleNamespace:
    """The kernel's fields; an array becomes its C name, beside `<name>_shape`."""
    view: dict[str, object] = {}
    for each in fields(kernel):
        value = getattr(kernel, each.name)
        if isinstance(value, np.ndarray):
            view[f"{each.name}_shape"] = value.shape
            value = names.constant(each.name, value)
        view[each.name] = value
    return SimpleNamespace(**view)
