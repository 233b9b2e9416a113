"""What operators share that compute element by element, with NumPy's broadcasting at any rank."""

import re
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import numpy as np

from tinyq.ir.graph import FLOAT, HYBRID, Array, DType, Options, Tensor
from tinyq.ops import operator
from tinyq.ops.base import Along, Call, Channels, Kernel, Operator
from tinyq.ops.checks import QUANTIZED, require_activations, require_dtype, require_shape
from tinyq.ops.loops import Loop, nest, row_major_strides

O = TypeVar("O", bound=Options)


@dataclass(frozen=True, eq=False)
class ElementwiseKernel(Kernel):
    """Loops walk the inputs in order, then the output; `dtype` is that of the first input."""

    loops: tuple[Loop, ...]
    dtype: DType


@dataclass(frozen=True, eq=False)
class FormulaKernel(Kernel):
    """`formula` is C of those of the operands `a`, `b` and `c` that `types` has with their C types; loops as above."""

    loops: tuple[Loop, ...]
    types: Mapping[str, str]
    formula: str
    template: ClassVar[str | None] = "floats/formula"


class Elementwise(Operator[O]):
    """An operator whose inputs broadcast to its output; each of them may be a constant.

    Tensors of type float32 are legal where the pass fold_tables takes them away; the importer refuses the others,
    unless it is told to allow float32 at run time and the operator has a formula.
    """

    elementwise = True
    #: Element types of the inputs.
    dtypes: ClassVar[tuple[DType, ...]]
    #: The element type of the output; None where it is that of the inputs.
    result: ClassVar[DType | None] = None

    @abstractmethod
    def compute(self, call: Call[O], operands: Sequence[Array]) -> Array:
        """The output for `operands` that broadcast, in the output's element type."""

    def formula(self, call: Call[O]) -> str | None:
        """C of the output for the float32 operands `a`, `b` and `c`, the same steps as in `compute`.

        None where it can't be computed at run time.
        """
        return None

    def check(self, call: Call[O]) -> None:
        tensors = present(call)
        require_dtype(call, tensors[0], *self.dtypes)
        for tensor in tensors[1:]:
            require_dtype(call, tensor, tensors[0].dtype)
        require_dtype(call, call.output, self.result or tensors[0].dtype)
        if tensors[0].dtype in QUANTIZED:
            require_activations(call, *tensors, *([call.output] if self.result is None else []))
        require_broadcast(call)

    def reference(self, call: Call[O], inputs: Sequence[Array]) -> tuple[Array, ...]:
        computed = iter(inputs)
        operands = [next(computed) if t.data is None else t.data[np.newaxis] for t in present(call)]
        rank = max(operand.ndim for operand in operands)
        return (self.compute(call, [_with_rank(operand, rank) for operand in operands]),)

    def kernel(self, call: Call[O]) -> Kernel:
        return ElementwiseKernel(loops(call), call.tensor(0).dtype)

    def pointers(self, call: Call[O]) -> tuple[Tensor, ...]:
        return present(call)

    def overlays(self, call: Call[O]) -> tuple[Tensor, ...]:
        same = (call.output.shape, call.output.dtype)
        return tuple(tensor for tensor in self.pointers(call) if (tensor.shape, tensor.dtype) == same)

    def channels(self, call: Call[O]) -> Channels | None:
        if not call.output.shape:
            return None  # a scalar has no channels
        extent = call.output.shape[-1:]  # an operand of extent 1 is the same for all channels
        return Channels(tuple(Along(n) for n, tensor in enumerate(present(call)) if tensor.shape[-1:] == extent))


def computes_in_float(call: Call[Any]) -> bool:
    """Whether there is a kernel for the float32 operator `call`."""
    reader = operator(call.op)
    if isinstance(reader, Elementwise):
        return reader.formula(call) is not None
    return reader.takes_float or call.op.startswith((FLOAT, HYBRID))


def formula_kernel(call: Call[Any], formula: str) -> FormulaKernel:
    """The kernel of an operator that computes `formula` element by element."""
    tensors = operator(call.op).pointers(call)
    kinds = ("float" if tensor.dtype == "float32" else "int32_t" for tensor in tensors)
    operands = dict(zip("abc", kinds, strict=False))
    types = {name: kind for name, kind in operands.items() if re.search(rf"\b{name}\b", formula)}
    return FormulaKernel(loops(call, tensors), types, formula)


def present(call: Call[Any]) -> tuple[Tensor, ...]:
    """The inputs that are not absent."""
    return tuple(tensor for tensor in call.inputs if tensor is not None)


def loops(call: Call[Any], inputs: Sequence[Tensor] | None = None) -> tuple[Loop, ...]:
    """Loops over the output that walk `inputs`, or else all that are present, and the output."""
    shape, walked = call.output.shape, present(call) if inputs is None else inputs
    return nest(shape, *(row_major_strides(tensor.shape, shape) for tensor in walked), row_major_strides(shape))


def require_broadcast(call: Call[Any]) -> None:
    """Refuse inputs that do not broadcast to the output."""
    shapes = [tensor.shape for tensor in present(call)]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        call.refuse(f"inputs of shapes {' and '.join(str(list(shape)) for shape in shapes)}", "shapes that broadcast")
    require_shape(call, call.output, shape)


def _with_rank(samples: Array, rank: int) -> Array:
    """[samples, ...] with ones put in front of the tensor's own dimensions until there are `rank` in all."""
    return samples.reshape(samples.shape[0], *(1,) * (rank - samples.ndim), *samples.shape[1:])
