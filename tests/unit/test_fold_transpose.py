"""A flattened image's channels come first in PyTorch: the weights behind take the other order."""

from dataclasses import replace

import numpy as np
import pytest
from support.exactness import exactly
from support.networks import Network

from tinyq.ir.graph import Graph
from tinyq.ops.accumulate import AccumulateOptions
from tinyq.ops.transpose import TransposeOptions
from tinyq.passes.drop_unused import drop_unused
from tinyq.passes.fold_transpose import fold_transpose


def flattened(order: tuple[int, ...], *, dense_layers: int = 1, rows: int = 1) -> Graph:
    """An image [1, 3, 2, 4], transposed, flattened to `rows`, and read by dense layers that share their weights."""
    net = Network(np.random.default_rng(0))
    image = net.tensor("image", (1, 3, 2, 4), zero_point=5)
    axes = net.constant(np.array(order, np.int32))
    shape = tuple((1, 3, 2, 4)[axis] for axis in order)
    moved = net.node("TRANSPOSE", [image, axes], shape, TransposeOptions(order), like=image)
    flat = net.tensor("flat", (rows, 24 // rows), zero_point=5)
    net.tensors[flat] = replace(net.tensors[flat], view_of=moved)
    weights = net.constant(np.random.default_rng(1).integers(-127, 128, (2, 24 // rows)).astype(np.int8), (0.01,))
    ends = [
        net.node("FULLY_CONNECTED", [flat, weights, None], (rows, 2), AccumulateOptions("NONE"))
        for _ in range(dense_layers)
    ]
    return net.graph([image], ends)


@pytest.mark.parametrize("order", [(0, 3, 1, 2), (0, 2, 3, 1), (3, 2, 1, 0)])
@pytest.mark.parametrize("dense_layers", [1, 2])
def test_dense_layers_read_what_was_not_moved_yet(order: tuple[int, ...], dense_layers: int) -> None:
    after = drop_unused(exactly(fold_transpose, flattened(order, dense_layers=dense_layers)))
    assert [(node.op, node.inputs[0]) for node in after.nodes] == [("FULLY_CONNECTED", "image")] * dense_layers


def test_a_layer_of_several_rows_stays() -> None:
    graph = flattened((0, 3, 1, 2), rows=4)
    assert fold_transpose(graph) is graph


def test_a_state_that_may_be_written_meanwhile_is_still_copied() -> None:
    graph = flattened((0, 3, 1, 2))
    state = replace(graph.tensors["image"], initial=np.zeros((1, 3, 2, 4), np.int8))
    with_state = replace(graph.with_tensors(state), inputs=())
    assert fold_transpose(with_state) is with_state
