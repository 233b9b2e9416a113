"""Random networks in which much is constant, dead, duplicate or clamped in vain, for tests of passes."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from hypothesis import strategies as st

from support.cases._draw import Draw, chances
from tinyq.ir.graph import Array, DType, Graph, Node, Options, Quantization, Tensor
from tinyq.numerics.affine import Activation
from tinyq.ops.accumulate import AccumulateOptions
from tinyq.ops.arithmetic import ArithmeticOptions
from tinyq.ops.convolution import ConvOptions
from tinyq.ops.depthwise_conv_2d import DepthwiseOptions
from tinyq.ops.pad import PadOptions
from tinyq.ops.pool import PoolOptions
from tinyq.ops.reduce import ReduceOptions
from tinyq.ops.softmax import SoftmaxOptions
from tinyq.ops.window import Window

ACTIVATIONS: tuple[Activation, ...] = ("NONE", "RELU", "RELU", "RELU6", "RELU_N1_TO_1")
TOO_LARGE = 10**7  # a bias that no sum of products makes up for


@dataclass(eq=False)
class Network:
    """A graph that grows layer by layer; each method adds a node and returns the name of its output."""

    chance: np.random.Generator
    tensors: dict[str, Tensor] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)

    def graph(self, inputs: Sequence[str], outputs: Sequence[str]) -> Graph:
        """What was built."""
        return Graph("network", self.tensors, tuple(self.nodes), tuple(inputs), tuple(outputs))

    def tensor(self, name: str, shape: tuple[int, ...], scale: float = 0.05, zero_point: int | None = None) -> str:
        """A computed int8 tensor; with a zero point at the end of the range more often than not."""
        if zero_point is None:
            zero_point = int(self.chance.choice([-128, -128, -128, 127, 5]))
        self.tensors[name] = Tensor(name, shape, "int8", Quantization((scale,), (zero_point,)))
        return name

    def constant(
        self, data: Array, scales: tuple[float, ...] = (), axis: int | None = None, *, int4: bool = False
    ) -> str:
        """A constant of int8 or int32, or of numbers that are said to be int4."""
        name = f"constant{len(self.tensors)}"
        quantization = Quantization(scales, (0,) * len(scales), axis) if scales else None
        dtype: DType = "int4" if int4 else "int8" if data.dtype == np.int8 else "int32"
        self.tensors[name] = Tensor(name, data.shape, dtype, quantization, data)
        return name

    def node(
        self, op: str, inputs: Sequence[str | None], shape: tuple[int, ...], options: Options, like: str = ""
    ) -> str:
        """A node of operator `op`; its output is quantized as the tensor `like`, or in its own way."""
        name = f"layer{len(self.nodes)}"
        source = self.tensors[like] if like else None
        output = self.tensor(f"{name}/out", shape, *(() if source is None else (source.scale, source.zero_point)))
        self.nodes.append(Node(name, op, tuple(inputs), (output,), options))
        return output

    def shape(self, name: str) -> tuple[int, ...]:
        """Of tensor `name`."""
        return self.tensors[name].shape

    def activation(self) -> Activation:
        """Any."""
        return ACTIVATIONS[self.chance.integers(len(ACTIVATIONS))]

    def window(self, kernel: tuple[int, int]) -> Window:
        """With `kernel`, padded or not, that fits over any image."""
        before, after = self.chance.integers(0, 2, (2, 2))
        after = np.maximum(after, np.array(kernel) - 1 - before)
        stride = int(self.chance.integers(1, 3))
        return Window(
            kernel, (stride, stride), (1, 1), (int(before[0]), int(before[1])), (int(after[0]), int(after[1]))
        )

    def _weights(self, shape: tuple[int, ...], rows: int, columns: int | None) -> list[str | None]:
        """Weights with their output channels along `rows`, and a bias; many channels are worth leaving out."""
        weights = self.chance.integers(-127, 128, shape)
        channels = shape[rows]
        by_row = np.moveaxis(weights, rows, 0)
        bias = self.chance.integers(-500, 500, channels)
        scales = self.chance.uniform(0.005, 0.01, channels).astype(np.float32).astype(float)
        if columns is not None:
            kinds = self.chance.choice(["usual", "zero", "small"], shape[columns], p=[0.6, 0.2, 0.2])
            np.moveaxis(weights, columns, 0)[kinds == "zero"] = 0
            np.moveaxis(weights, columns, 0)[kinds == "small"] //= 16
        for channel, kind in enumerate(self.chance.integers(0, 6, channels)):
            if kind == 0:
                by_row[channel] = 0
            elif kind == 1:
                bias[channel] = self.chance.choice([-TOO_LARGE, TOO_LARGE])
            elif kind == 2:
                by_row[channel], bias[channel], scales[channel] = by_row[0], bias[0], scales[0]
        if int4 := bool(self.chance.random() < 0.3):
            weights //= 16
        constant = self.constant(weights.astype(np.int8), tuple(scales), rows, int4=int4)
        return [constant, self.constant(bias.astype(np.int32)) if self.chance.random() < 0.8 else None]

    def conv(self, source: str, channels: int, kernel: int) -> str:
        """CONV_2D."""
        batch, *_, depth = self.shape(source)
        window = self.window((kernel, kernel))
        inputs = [source, *self._weights((channels, kernel, kernel, depth), 0, 3)]
        shape = (batch, *window.output_size(self.shape(source)), channels)
        return self.node("CONV_2D", inputs, shape, ConvOptions(self.activation(), window=window))

    def depthwise(self, source: str, multiplier: int) -> str:
        """DEPTHWISE_CONV_2D, 2x2."""
        batch, *_, depth = self.shape(source)
        window = self.window((2, 2))
        inputs = [source, *self._weights((1, 2, 2, depth * multiplier), 3, None)]
        shape = (batch, *window.output_size(self.shape(source)), depth * multiplier)
        return self.node("DEPTHWISE_CONV_2D", inputs, shape, DepthwiseOptions(self.activation(), window=window))

    def pool(self, source: str, op: str) -> str:
        """AVERAGE_POOL_2D or MAX_POOL_2D, 2x2."""
        batch, *_, depth = self.shape(source)
        window = Window((2, 2), (1, 1), (1, 1), (0, 0), (1, 1))
        shape = (batch, *window.output_size(self.shape(source)), depth)
        return self.node(op, [source], shape, PoolOptions(window, self.activation()), like=source)

    def add(self, first: str, second: str) -> str:
        """ADD of tensors whose shapes broadcast."""
        shape = np.broadcast_shapes(self.shape(first), self.shape(second))
        return self.node("ADD", [first, second], shape, ArithmeticOptions(self.activation()))

    def add_constant(self, source: str) -> str:
        """ADD of a number for each channel, or of one."""
        extent = self.shape(source)[-1] if self.chance.random() < 0.7 else 1
        return self.add(source, self.constant(self.chance.integers(-128, 128, extent).astype(np.int8), (0.03,)))

    def pad(self, source: str) -> str:
        """PAD of a row and a column."""
        batch, height, width, depth = self.shape(source)
        sides = PadOptions((0, 1, 0, 0), (0, 0, 1, 0))
        paddings = self.constant(np.array([[0, 0], [1, 0], [0, 1], [0, 0]], np.int32))
        return self.node("PAD", [source, paddings], (batch, height + 1, width + 1, depth), sides, like=source)

    def mean(self, source: str) -> str:
        """MEAN over height and width."""
        batch, *_, depth = self.shape(source)
        return self.node(
            "MEAN", [source, self.constant(np.array([1, 2], np.int32))], (batch, depth), ReduceOptions((1, 2))
        )

    def flat(self, source: str) -> str:
        """A view with all pixels in one row."""
        name = f"{source}/flat"
        tensor = self.tensors[source]
        self.tensors[name] = Tensor(name, (1, tensor.elements), "int8", tensor.quantization, view_of=source)
        return name

    def dense(self, source: str, channels: int) -> str:
        """FULLY_CONNECTED."""
        inputs = [source, *self._weights((channels, self.tensors[source].elements), 0, 1)]
        return self.node("FULLY_CONNECTED", inputs, (1, channels), AccumulateOptions(self.activation()))

    def softmax(self, source: str) -> str:
        """SOFTMAX."""
        name = self.node("SOFTMAX", [source], self.shape(source), SoftmaxOptions(0.5))
        return self.tensor(name, self.shape(source), 1 / 256, -128)


@st.composite
def networks(draw: Draw) -> Graph:
    """A few layers, with branches that are added up, and a head."""
    net = Network(draw(chances))
    side, depth = draw(st.integers(3, 5)), draw(st.integers(1, 3))
    current = net.tensor("image", (1, side, side, depth))
    seen = [current]
    for kind in draw(st.lists(st.sampled_from(_LAYERS), min_size=1, max_size=7)):
        current = _grown(net, kind, current, seen, draw(st.integers(1, 6)))
        seen.append(current)
    head = draw(st.sampled_from(["none", "mean", "flat", "dense"]))
    if head == "mean":
        current = net.softmax(net.dense(net.mean(current), 4))
    elif head != "none":
        current = net.dense(net.flat(current) if head == "flat" else current, 4)
    outputs = {current, draw(st.sampled_from(seen[1:]))} if draw(st.booleans()) else {current}
    return net.graph(["image"], sorted(outputs))


_LAYERS = ("pointwise", "pointwise", "conv", "depthwise", "multiplied", "average", "max", "pad", "add", "shift")


def _grown(net: Network, kind: str, current: str, seen: list[str], channels: int) -> str:
    if kind == "add":
        alike = [name for name in seen if net.shape(name) == net.shape(current)]
        return net.add(current, alike[net.chance.integers(len(alike))])
    if kind in ("pointwise", "conv"):
        return net.conv(current, channels, 1 if kind == "pointwise" else 2)
    if kind in ("depthwise", "multiplied"):
        return net.depthwise(current, 1 if kind == "depthwise" else 2)
    if kind in ("average", "max"):
        return net.pool(current, f"{kind.upper()}_POOL_2D")
    return net.pad(current) if kind == "pad" else net.add_constant(current)


def samples(graph: Graph, chance: np.random.Generator) -> Array:
    """Inputs of the graph's one input: random ones, all of one value, and checkerboards of the extremes."""
    shape = graph.tensors[graph.inputs[0]].shape
    board = np.where(np.indices(shape).sum(axis=0) % 2, -128, 127)
    extremes = [np.full(shape, value) for value in (-128, 0, 127)]
    return np.stack([*chance.integers(-128, 128, (9, *shape)), *extremes, board, ~board]).astype(np.int8)
