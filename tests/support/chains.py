"""Graphs of image operators that could run row by row: chains, and blocks with a sum at their end."""

from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from tinyq.ir.graph import Array, Graph, Node, Quantization, Tensor
from tinyq.ops.arithmetic import ArithmeticOptions
from tinyq.ops.convolution import ConvOptions
from tinyq.ops.depthwise_conv_2d import DepthwiseOptions
from tinyq.ops.pool import PoolOptions
from tinyq.ops.window import Window
from tinyq.passes.fold_zero_point import fold_zero_point

SAMPLES = 3


class Chain:
    """A graph that grows at its end; random weights."""

    def __init__(self, shape: tuple[int, ...], seed: int = 0) -> None:
        self._chance = np.random.default_rng(seed)
        self._tensors = {"x": Tensor("x", shape, "int8", Quantization((0.04,), (3,)))}
        self._nodes: list[Node] = []
        self.end = "x"

    def convolution(self, window: Window, channels: int, source: str | None = None) -> str:
        """CONV_2D."""
        image = self._tensors[source or self.end]
        shape = (channels, *window.kernel, image.shape[3])
        options = ConvOptions("RELU" if self._chance.random() < 0.5 else "NONE", window=window)
        return self._accumulate("CONV_2D", image, self._weights(shape, 0), window, channels, options)

    def depthwise(self, window: Window) -> str:
        """DEPTHWISE_CONV_2D with one kernel a channel."""
        image = self._tensors[self.end]
        weights = self._weights((1, *window.kernel, image.shape[3]), 3)
        return self._accumulate(
            "DEPTHWISE_CONV_2D", image, weights, window, image.shape[3], DepthwiseOptions("RELU", window=window)
        )

    def pool(self, window: Window, op: str = "AVERAGE_POOL_2D") -> str:
        """A pool of either kind."""
        image = self._tensors[self.end]
        shape = (1, *window.output_size(image.shape), image.shape[3])
        return self._append(op, (image.name,), replace(image, shape=shape), PoolOptions(window))

    def add(self, other: str) -> str:
        """The sum of the end and an earlier tensor of its shape."""
        end = self._tensors[self.end]
        return self._append(
            "ADD", (self.end, other), replace(end, quantization=Quantization((0.07,), (-5,))), ArithmeticOptions()
        )

    def graph(self) -> Graph:
        """The graph, with zero points folded."""
        return fold_zero_point(Graph("chain", self._tensors, tuple(self._nodes), ("x",), (self.end,)))

    def shape(self, name: str) -> tuple[int, ...]:
        """Of a tensor."""
        return self._tensors[name].shape

    def _weights(self, shape: tuple[int, ...], axis: int) -> Tensor:
        data = self._chance.integers(-127, 128, shape).astype(np.int8)
        scales = tuple(self._chance.uniform(0.005, 0.02, shape[axis]).tolist())
        quantization = Quantization(scales, (0,) * shape[axis], axis)
        return Tensor(f"w{len(self._nodes)}", shape, "int8", quantization, data)

    def _accumulate(
        self, op: str, image: Tensor, weights: Tensor, window: Window, channels: int, options: ConvOptions
    ) -> str:
        bias = Tensor(
            f"b{len(self._nodes)}",
            (channels,),
            "int32",
            None,
            self._chance.integers(-900, 900, channels).astype(np.int32),
        )
        self._tensors |= {weights.name: weights, bias.name: bias}
        shape = (1, *window.output_size(image.shape), channels)
        quantization = Quantization((0.05,), (int(self._chance.integers(-128, 20)),))
        output = replace(image, shape=shape, quantization=quantization)
        return self._append(op, (image.name, weights.name, bias.name), output, options)

    def _append(
        self, op: str, inputs: tuple[str, ...], output: Tensor, options: ArithmeticOptions | ConvOptions | PoolOptions
    ) -> str:
        self.end = f"t{len(self._nodes)}"
        self._tensors[self.end] = replace(output, name=self.end)
        self._nodes.append(Node(f"n{len(self._nodes)}", op, inputs, (self.end,), options))
        return self.end


def inputs_of(graph: Graph) -> tuple[Array, ...]:
    """Random samples."""
    chance = np.random.default_rng(1)
    return tuple(
        chance.integers(-128, 128, (SAMPLES, *graph.tensors[name].shape)).astype(np.int8) for name in graph.inputs
    )


def same(kernel: int, stride: int, shape: tuple[int, ...]) -> Window:
    """A window with SAME padding."""
    totals = [max((-(-size // stride) - 1) * stride + kernel - size, 0) for size in shape[1:3]]
    before = (totals[0] // 2, totals[1] // 2)
    return Window((kernel, kernel), (stride, stride), (1, 1), before, (totals[0] - before[0], totals[1] - before[1]))


@st.composite
def chains(draw: st.DrawFn) -> Graph:
    """One to four operators, at the end perhaps the sum of what two branches made of one tensor, or a mean of all."""
    channels = draw(st.sampled_from([4, 8, 12]))
    chain = Chain((1, draw(st.integers(4, 9)), draw(st.integers(3, 7)), channels), draw(st.integers(0, 1000)))
    for _ in range(draw(st.integers(1, 3))):
        _grow(draw, chain)
    kind = draw(st.sampled_from(["plain", "sum", "branches", "mean"]))
    if kind == "sum":
        start = chain.end
        chain.convolution(same(3, 1, chain.shape(start)), chain.shape(start)[3])
        chain.add(start)
    elif kind == "branches":
        start, wide = chain.end, draw(st.sampled_from([4, 8]))
        stride = draw(st.integers(1, 2))
        one = chain.convolution(same(3, stride, chain.shape(start)), wide)
        chain.convolution(same(1, stride, chain.shape(start)), wide, start)
        chain.add(one)
    elif kind == "mean":
        size = chain.shape(chain.end)[1:3]
        chain.pool(Window((size[0], size[1]), (1, 1)))
    return chain.graph()


def _grow(draw: st.DrawFn, chain: Chain) -> None:
    kernel, stride = draw(st.sampled_from([(1, 1), (3, 1), (3, 2), (5, 1), (2, 2)]))
    shape = chain.shape(chain.end)
    kind = draw(st.sampled_from(["convolution", "depthwise", "pool"]))
    if kind == "convolution":
        chain.convolution(same(kernel, stride, shape), draw(st.sampled_from([4, 8])))
    elif kind == "depthwise":
        chain.depthwise(same(kernel, stride, shape))
    elif min(shape[1:3]) >= 2:
        op = draw(st.sampled_from(["AVERAGE_POOL_2D", "MAX_POOL_2D"]))
        chain.pool(Window((2, 2), (stride, stride)), op)
