"""Tensors side by side in a larger one: each part of it keeps what its own tensor keeps."""

import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from support.exactness import exactly
from support.networks import Network

from tinyq.ir.graph import Array, Graph, Options, Tensor
from tinyq.ops import operator
from tinyq.ops.base import Along, Call, Channels, Kernel, Operator
from tinyq.ops.convolution import ConvOptions
from tinyq.ops.window import Window
from tinyq.passes.drop_dead_channels import drop_dead_channels
from tinyq.passes.merge_duplicate_channels import merge_duplicate_channels

POINTWISE = ConvOptions(window=Window((1, 1), (1, 1)))


class _SideBySide(Operator[Options]):
    """Two tensors of equal quantization after one another along the last axis; the second may be a constant."""

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def check(self, call: Call[Options]) -> None:
        assert call.output.shape[-1] == sum(call.tensor(number).shape[-1] for number in (0, 1))

    def reference(self, call: Call[Options], inputs: Sequence[Array]) -> tuple[Array, ...]:
        constant = call.tensor(1).data
        second = inputs[-1] if constant is None else np.broadcast_to(constant, (len(inputs[0]), *constant.shape))
        return (np.concatenate([inputs[0], second], axis=-1),)

    def kernel(self, call: Call[Options]) -> Kernel:
        return Kernel()

    def is_monotone(self, call: Call[Options]) -> bool:
        return True

    def channels(self, call: Call[Options]) -> Channels:
        return Channels((Along(0), Along(1, first=call.input.shape[-1])))


@pytest.fixture(autouse=True)
def _the_operator_is_found(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    module = ModuleType("tinyq.ops.side_by_side")
    module.OPERATOR = _SideBySide()  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)
    yield
    operator.cache_clear()


class Parts(Network):
    """Convolutions with chosen weights, and what stands side by side."""

    def pointwise(self, source: str, reads: list[list[int]]) -> str:
        """CONV_2D with weights [output channels][input channels]."""
        weights = self.constant(np.array(reads, np.int8)[:, None, None], (0.01,))
        shape = (*self.shape(source)[:3], len(reads))
        return self.node("CONV_2D", [source, weights], shape, POINTWISE)

    def side_by_side(self, first: str, second: str) -> str:
        """Both, in one tensor."""
        shape = (*self.shape(first)[:3], self.shape(first)[3] + self.shape(second)[3])
        return self.node("SIDE_BY_SIDE", [first, second], shape, Options())


def parts() -> Parts:
    net = Parts(np.random.default_rng(0))
    net.tensor("image", (1, 2, 2, 2), zero_point=-5)
    return net


def shapes(graph: Graph) -> list[int]:
    return [graph.tensors[node.outputs[0]].shape[-1] for node in graph.nodes]


def test_each_part_loses_its_own_dead_channels() -> None:
    net = parts()
    first, second = net.pointwise("image", [[1, 2], [3, 4]]), net.pointwise("image", [[5, 6], [7, 8], [9, 1]])
    both = net.side_by_side(first, second)
    after = exactly(drop_dead_channels, net.graph(["image"], [net.pointwise(both, [[1, 0, 0, 2, 3]])]))
    assert shapes(after) == [1, 2, 3, 1]


def test_a_channel_of_a_part_that_somebody_else_reads_stays_in_both() -> None:
    net = parts()
    first, second = net.pointwise("image", [[1, 2], [3, 4]]), net.pointwise("image", [[5, 6], [7, 8], [9, 1]])
    together = net.pointwise(net.side_by_side(first, second), [[1, 0, 0, 2, 0]])
    after = exactly(drop_dead_channels, net.graph(["image"], [together, net.pointwise(second, [[1, 0, 0]])]))
    assert shapes(after) == [1, 2, 3, 1, 1]


def test_of_a_dead_part_one_channel_stays_constant_or_not() -> None:
    net = parts()
    first = net.pointwise("image", [[1, 2], [3, 4]])
    constant = net.constant(np.arange(12, dtype=np.int8).reshape(1, 2, 2, 3), (0.05,))
    both = net.side_by_side(net.side_by_side(first, net.pointwise("image", [[1, 1], [2, 2]])), constant)
    after = exactly(drop_dead_channels, net.graph(["image"], [net.pointwise(both, [[0, 3, 0, 0, 0, 0, 0]])]))
    assert shapes(after) == [1, 1, 2, 3, 1]
    operand = after.tensors[str(after.nodes[3].inputs[1])].data
    assert operand is not None
    assert operand.ravel().tolist() == [0, 3, 6, 9]


def test_one_tensor_beside_itself_is_read_once() -> None:
    net = parts()
    first = net.pointwise("image", [[1, 2], [3, 4]])
    graph = net.graph(["image"], [net.pointwise(net.side_by_side(first, first), [[10, 20, 30, 40]])])
    after = exactly(merge_duplicate_channels, graph)
    weights = after.tensors[str(after.nodes[-1].inputs[1])].data
    assert weights is not None
    assert weights.ravel().tolist() == [40, 60, 0, 0]
