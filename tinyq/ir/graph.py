"""Tensors, nodes and graphs: frozen values that passes turn into new values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from tinyq.ir.bits import Bits
from tinyq.ir.scheme import Scheme as Scheme  # it is read beside the graph almost everywhere

Array = NDArray[Any]
Arithmetic = Literal["tflm", "xnnpack"]
DType = Literal["int4", "int8", "uint8", "int16", "int32", "int64", "float32", "bool"]

#: What the names of forms of operators begin with that compute in float32 at run time, and of those that quantize
#: their input at run time.
FLOAT, HYBRID = "FLOAT_", "HYBRID_"


@dataclass(frozen=True)
class Quantization:
    """Affine quantization, `real = scale * (q - zero_point)` (TFLite quantization specification).

    Attributes:
        scales: float32 values widened to Python floats; one, or one for each slice along `axis`.
        zero_points: as many as `scales`.
        axis: the dimension that per-channel scales run along; None means per-tensor.
    """

    scales: tuple[float, ...]
    zero_points: tuple[int, ...]
    axis: int | None = None

    @property
    def scale(self) -> float:
        """The scale of a per-tensor quantization."""
        (scale,) = self.scales
        return scale

    @property
    def zero_point(self) -> int:
        """The zero point of a per-tensor quantization."""
        (zero_point,) = self.zero_points
        return zero_point


@dataclass(frozen=True, eq=False)
class Tensor:
    """A value that flows between nodes, or a constant.

    Attributes:
        name: unique in its graph.
        shape: dimensions; () is a scalar.
        dtype: element type; only weights are int4.
        quantization: None for float tensors and for plain integers.
        data: the value of a constant, of this shape and dtype (int4 as int8); None where it is computed.
        view_of: name of the tensor whose bytes this one shares under another shape.
        initial: the value of a state after a reset; a state keeps its value from one inference to the next. It is
            written by nodes that have it as an input and say so (`Operator.updates`), or whose output is a view of it.
    """

    name: str
    shape: tuple[int, ...]
    dtype: DType
    quantization: Quantization | None = None
    data: Array | None = None
    view_of: str | None = None
    initial: Array | None = None

    @property
    def elements(self) -> int:
        """Number of elements."""
        return int(np.prod(self.shape, dtype=np.int64))

    @property
    def bytes(self) -> int:
        """Size in memory; int4 numbers lie two in a byte."""
        return -(-self.elements // 2) if self.dtype == "int4" else self.elements * np.dtype(self.dtype).itemsize

    @property
    def is_constant(self) -> bool:
        """Whether the value is known at build time."""
        return self.data is not None

    @property
    def is_state(self) -> bool:
        """Whether the value outlives an inference."""
        return self.initial is not None

    @property
    def scale(self) -> float:
        """The per-tensor scale."""
        assert self.quantization is not None
        return self.quantization.scale

    @property
    def zero_point(self) -> int:
        """The per-tensor zero point."""
        assert self.quantization is not None
        return self.quantization.zero_point


@dataclass(frozen=True)
class Options:
    """What an operator is told besides its tensors; each operator has its own subclass."""


@dataclass(frozen=True)
class Node:
    """One operator at work.

    Attributes:
        name: the layer's name, unique in its graph.
        op: the operator's TFLite name, such as CONV_2D.
        inputs: tensor names; None where an optional input is absent.
        outputs: tensor names.
        options: the operator's own options.
    """

    name: str
    op: str
    inputs: tuple[str | None, ...]
    outputs: tuple[str, ...]
    options: Options


@dataclass(frozen=True)
class Graph:
    """A model: nodes in the order they run, and every tensor they name.

    Attributes:
        starts_anew: whether every inference starts with the initial values of the states: each input is a whole
            sequence. Otherwise states keep their values until the application resets them.
        arithmetic: how nodes compute: in integers as TensorFlow Lite Micro does, or as XNNPACK does, the default of
            TensorFlow Lite's interpreter in Python.
    """

    name: str
    tensors: Mapping[str, Tensor]
    nodes: tuple[Node, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    starts_anew: bool = False
    arithmetic: Arithmetic = "tflm"

    @property
    def scheme(self) -> Scheme:
        """The types of activations and weights, by what the nodes answer."""
        if any(node.op.startswith(HYBRID) for node in self.nodes):
            return "dynamic"
        bits = {self.bits(node) for node in self.nodes} - {None}
        if not bits and any(self.tensors[name].dtype == "float32" for node in self.nodes for name in node.outputs):
            return self._scheme_of_weights
        if 16 in bits:
            return "mixed" if len(bits) > 1 else "int16x8"
        return "mixed" if 4 in bits and self._has_int8_weights else "int8"

    @property
    def _has_int8_weights(self) -> bool:
        constants = (tensor for tensor in self.tensors.values() if tensor.is_constant)
        return any(tensor.dtype == "int8" and len(tensor.shape) > 1 for tensor in constants)

    def bits(self, node: Node) -> Bits | None:
        """4: int4 weights, and int8 answers; 8: int8 answers; 16: int16 answers; None of other types."""
        answer = self.tensors[node.outputs[0]]
        if answer.quantization is None or answer.dtype not in ("int8", "int16"):
            return None
        if answer.dtype == "int16":
            return 16
        return 4 if any(name is not None and self.tensors[name].dtype == "int4" for name in node.inputs) else 8

    @property
    def _scheme_of_weights(self) -> Scheme:
        read = (self.tensors[name] for node in self.nodes for name in node.inputs if name is not None)
        weights = {tensor.dtype for tensor in read if tensor.is_constant and tensor.quantization is not None}
        return "int4-weights" if "int4" in weights else "int8-weights" if "int8" in weights else "float32"

    @property
    def states(self) -> tuple[Tensor, ...]:
        """The tensors that keep their values from one inference to the next."""
        return tuple(tensor for tensor in self.tensors.values() if tensor.is_state)

    @property
    def is_stateful(self) -> bool:
        """Whether an answer depends on earlier inputs."""
        return bool(self.states) and not self.starts_anew

    def storage(self, name: str) -> str:
        """The tensor that owns the bytes of tensor `name`, found by following views."""
        while (base := self.tensors[name].view_of) is not None:
            name = base
        return name

    def consumers(self, name: str) -> tuple[Node, ...]:
        """The nodes that read tensor `name`."""
        return tuple(node for node in self.nodes if name in node.inputs)

    def producer(self, name: str) -> Node | None:
        """The node that writes tensor `name`; None for graph inputs, constants and views."""
        return next((node for node in self.nodes if name in node.outputs), None)

    def with_nodes(self, nodes: Iterable[Node]) -> Self:
        """The same graph with other nodes."""
        return replace(self, nodes=tuple(nodes))

    def with_tensors(self, *tensors: Tensor) -> Self:
        """The same graph with `tensors` added, or put in place of those of the same name."""
        return replace(self, tensors={**self.tensors, **{tensor.name: tensor for tensor in tensors}})
