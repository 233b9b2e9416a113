"""What every operator answers; one file an operator, found by its name."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, NoReturn, TypeVar

import numpy as np

from tinyq.errors import TinyqError
from tinyq.ir.graph import FLOAT, HYBRID, Arithmetic, Array, Graph, Node, Options, Quantization, Tensor
from tinyq.numerics.interval import Interval
from tinyq.ops.overlap import Overlap

MANY = 2**31 - 1  # inputs or outputs: as many as the file says

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
        arithmetic: of the graph.
    """

    name: str
    op: str
    options: O_co
    inputs: tuple[Tensor | None, ...]
    outputs: tuple[Tensor, ...]
    arithmetic: Arithmetic = "tflm"

    @property
    def in_xnnpack(self) -> bool:
        """Whether XNNPACK may compute it: in the profile xnnpack, but for int16, and convolutions of int4 weights.

        TensorFlow Lite's plain kernels compute those there, and round as the profile tflm does unless the operator says
        otherwise.
        """
        types = {tensor.dtype for tensor in (*self.inputs, *self.outputs) if tensor is not None}
        is_plain = "int16" in types or ("int4" in types and self.op != "FULLY_CONNECTED")
        return self.arithmetic == "xnnpack" and not is_plain

    def tensor(self, index: int) -> Tensor:
        """Input `index`, which is present."""
        tensor = self.inputs[index]
        assert tensor is not None, f"{self.name} has no input {index}"
        return tensor

    def optional(self, index: int) -> Tensor | None:
        """Input `index`, or None where it is absent."""
        return self.inputs[index] if index < len(self.inputs) else None

    def values(self, computed: Sequence[Array]) -> tuple[Array | None, ...]:
        """The value of each input, [samples, *shape], from those that are `computed`; constants have one sample."""
        given = iter(computed)
        return tuple(
            None if tensor is None else next(given) if tensor.data is None else tensor.data[np.newaxis]
            for tensor in self.inputs
        )

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
        op = tflite_name(self.op)
        raise TinyqError(f"layer {self.name} ({op}): found {found}; accepted: {accepted}", hint)


def tflite_name(op: str) -> str:
    """The name that .tflite files have for operator `op` of the graph."""
    return op.removeprefix(FLOAT).removeprefix(HYBRID)


@dataclass(frozen=True)
class Along:
    """An axis of an operator's input that runs over channels.

    Attributes:
        input: which input.
        axis: which of its axes; the last for an input that is computed.
        first: the output channel that index 0 belongs to, where several inputs stand side by side.
    """

    input: int
    axis: int = -1
    first: int = 0


@dataclass(frozen=True)
class Channels:
    """What must shrink with a tensor when some of its channels, the indices along its last axis, are left out.

    A computed input that is named nowhere here has one channel, which is the same for all channels of the output.

    Attributes:
        output: shrinks with the output; each output channel needs no other channel of a computed input here.
        input: constants that shrink with the first input, where the operator mixes the channels of that input by
            weights; an axis may hold the channels several times over, pixel by pixel.
    """

    output: tuple[Along, ...]
    input: tuple[Along, ...] = ()


#: The channels of an operator with one input that takes channel by channel.
CHANNEL_BY_CHANNEL = Channels((Along(0),))


@dataclass(frozen=True, eq=False)
class Kernel:
    """What a kernel template sees, decided at build time; each operator has its own subclass.

    A field that is an array becomes a constant in flash, and the template sees its C name instead.

    Attributes:
        template: of the C function, where it is not the one that the operator shares with others.
    """

    template: ClassVar[str | None] = None


class Operator(ABC, Generic[O]):
    """One operator: reads its options, checks, computes in NumPy, and tells what its C kernel needs.

    The C kernel is firmware_templates/kernels/<template>.c.j2.
    """

    #: Whether an output element depends on nothing but the input elements at the same place. `reference` of such an
    #: operator takes inputs of any shapes that broadcast, whatever the shapes of the call's tensors.
    elementwise: bool = False
    #: Whether .tflite files have it; the others are made by passes.
    in_tflite: bool = True
    #: How many inputs there are, least and most; for the check on import.
    inputs: tuple[int, int] = (1, 1)
    #: As `inputs`, for the outputs.
    outputs: tuple[int, int] = (1, 1)
    #: Whether its kernel takes float32 as it takes integers.
    takes_float: bool = False
    #: Of a form in float32 whose weights may be stored as integers, the axis of the weights' output channels.
    weight_axis: int | None = None
    #: The kernel's template, where several operators share one; None: that of the operator's own name.
    template: str | None = None

    @abstractmethod
    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> O:
        """The options from `source`, the schema's builtin options table of this operator (untyped; None if absent).

        It may rely on nothing but the number of inputs and outputs: `check` runs afterwards.
        """

    def with_intermediates(self, options: O, intermediates: Sequence[Quantization | None]) -> O:
        """`options` with what the file's intermediate tensors, which nothing else reads, say of the operator."""
        return options

    @abstractmethod
    def check(self, call: Call[O]) -> None:
        """Refuse with a TinyqError what the kernels can't compute exactly."""

    @abstractmethod
    def reference(self, call: Call[O], inputs: Sequence[Array]) -> tuple[Array, ...]:
        """The outputs, from the specification alone.

        Each array has one leading axis of samples before the tensor's own shape. `inputs` holds the tensors that
        are not constant, in order. After the outputs come the new values of the states in `updates`.
        """

    @abstractmethod
    def kernel(self, call: Call[O]) -> Kernel:
        """What the kernel template sees."""

    def pointers(self, call: Call[O]) -> tuple[Tensor, ...]:
        """The inputs that the C function takes as pointers: those that are not constant."""
        return tuple(tensor for tensor in call.inputs if tensor is not None and not tensor.is_constant)

    def updates(self, call: Call[O]) -> tuple[Tensor, ...]:
        """The states among the inputs that get new values; the C function writes them through their pointers."""
        return ()

    def macs(self, call: Call[O]) -> int:
        """Multiply-accumulate operations of one inference."""
        return 0

    def scratch_bytes(self, call: Call[O]) -> int:
        """Bytes of the arena that the kernel needs only while it runs."""
        return 0

    def is_known(self, call: Call[O]) -> bool:
        """Whether the outputs follow from what is known at build time; they become constants then."""
        return bool(call.inputs) and all(tensor is None or tensor.is_constant for tensor in call.inputs)

    def view_of(self, call: Call[O]) -> Tensor | None:
        """The computed input whose bytes the only output has, unmoved, so that nothing is left to do; or None."""
        return None

    def overlays(self, call: Call[O]) -> tuple[Tensor, ...]:
        """The inputs that the kernel may overwrite with its output as it goes, byte for byte in place."""
        return ()

    def is_monotone(self, call: Call[O]) -> bool:
        """Whether no output falls when an input rises; then intervals are known from the reference alone."""
        return False

    def interval(self, call: Call[O], inputs: Sequence[Interval]) -> tuple[Interval, ...]:
        """What the outputs can be where the computed inputs are within `inputs`; too wide is right, too narrow never.

        An operator without better knowledge answers everything that the output's type holds.
        """
        if not inputs or not self.is_monotone(call):
            return tuple(Interval.full(tensor.shape, tensor.dtype) for tensor in call.outputs)
        bounds = self.reference(call, [np.stack([known.low, known.high]) for known in inputs])
        return tuple(Interval(low, high) for low, high in bounds)

    def runs_in_xnnpack(self, call: Call[O]) -> bool:
        """Whether XNNPACK, not TensorFlow Lite itself, computes it; bounds of a fused activation go to even then."""
        return False

    def channels(self, call: Call[O]) -> Channels | None:
        """What shrinks with channels that are left out; None where they can't be."""
        return None

    def overlaps(self, call: Call[O]) -> tuple[Overlap, ...]:
        """How the output of the portable kernel may lie over its inputs."""
        return tuple(Overlap(tensor) for tensor in self.overlays(call) if not tensor.is_constant)


def call_of(graph: Graph, node: Node) -> Call[Any]:
    """`node` with its tensors."""
    inputs = tuple(None if name is None else graph.tensors[name] for name in node.inputs)
    outputs = tuple(graph.tensors[name] for name in node.outputs)
    return Call(node.name, node.op, node.options, inputs, outputs, graph.arithmetic)
