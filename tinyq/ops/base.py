"""What every operator answers; one file an operator, found by its name."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, NoReturn, TypeVar

from tinyq.errors import TinyqError
from tinyq.ir.graph import Array, Graph, Node, Options, Tensor

O = TypeVar("O", bound=Options)
O_co = TypeVar("O_co", bound=Options, covariant=True)


@dataclass(frozen=True)
class Call(Generic[O_co]):
    """A node together with its tensors: all that an operator's functions look at.

    Attributes:
        name: the layer's name.
        op: the operator's TFLite name.
        options: the operator's own options.
        inputs: the input tensors; None where an optional one is absent.
        outputs: the output tensors.
    """

    name: str
    op: str
    options: O_co
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor, ...]

    def tensor(self, index: int) -> Tensor:
        """Input `index`, which is present."""
        tensor = self.inputs[index]
        assert tensor is not None, f"{self.name} has no input {index}"
        return tensor

    def optional(self, index: int) -> Tensor | None:
        """Input `index`, or None where it is absent."""
        return self.inputs[index] if index < len(self.inputs) else None

    @property
    def input(self) -> Tensor:
        """The first input."""
        return self.tensor(0)

    @property
    def output(self) -> Tensor:
        """The first output."""
        return self.outputs[0]

    def refuse(self, found: str, accepted: str, hint: str = "") -> NoReturn:
        """Raise the TinyqError of a layer that can't be built."""
        raise TinyqError(f"layer {self.name} ({self.op}): found {found}; accepted: {accepted}", hint)


@dataclass(frozen=True, eq=False)
class Kernel:
    """What a kernel template sees, decided at build time; each operator has its own subclass.

    A field that is an array becomes a constant in flash, and the template sees its C name instead.
    """


class Operator(ABC, Generic[O]):
    """One operator: reads its options, checks, computes in NumPy, and tells what its C kernel needs.

    The C kernel is firmware_templates/kernels/<file name of the operator>.c.j2.
    """

    #: Input and output counts, least and most, and how many of them are constants; for the check on import.
    inputs: tuple[int, int] = (1, 1)

    @abstractmethod
    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> O:
        """The options from `source`, the schema's builtin options table of this operator (untyped; None if absent).

        It may rely on nothing but the number of inputs and outputs: `check` runs afterwards.
        """

    @abstractmethod
    def check(self, call: Call[O]) -> None:
        """Refuse with a TinyqError what the kernels can't compute exactly."""

    @abstractmethod
    def reference(self, call: Call[O], inputs: Sequence[Array]) -> tuple[Array, ...]:
        """The outputs, from the specification alone.

        Each array has one leading axis of samples before the tensor's own shape. `inputs` holds the tensors that
        are not constant, in order.
        """

    @abstractmethod
    def kernel(self, call: Call[O]) -> Kernel:
        """What the kernel template sees."""

    def pointers(self, call: Call[O]) -> tuple[Tensor, ...]:
        """The inputs that the C function takes as pointers: those that are not constant."""
        return tuple(tensor for tensor in call.inputs if tensor is not None and not tensor.is_constant)

    def macs(self, call: Call[O]) -> int:
        """Multiply-accumulate operations of one inference."""
        return 0

    def scratch_bytes(self, call: Call[O]) -> int:
        """Bytes of the arena that the kernel needs only while it runs."""
        return 0

    def overlays(self, call: Call[O]) -> tuple[Tensor, ...]:
        """The inputs whose bytes the kernel may overwrite with its output as it goes."""
        return ()


def call_of(graph: Graph, node: Node) -> Call[Any]:
    """`node` with its tensors."""
    inputs = tuple(None if name is None else graph.tensors[name] for name in node.inputs)
    outputs = tuple(graph.tensors[name] for name in node.outputs)
    return Call(node.name, node.op, node.options, inputs, outputs)
