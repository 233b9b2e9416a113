"""Runs a graph in NumPy: the specification that the generated C and the firmware are compared with."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from tinyq.ir.graph import Array, Graph
from tinyq.ops import call_of, operator

SAMPLES_AT_ONCE = 32  # keeps the intermediate arrays of a 100 kB layer within a processor's cache


def run_reference(
    graph: Graph, inputs: Sequence[Array], on_progress: Callable[[int], None] | None = None
) -> tuple[Array, ...]:
    """The outputs of `graph` for many samples.

    Args:
        graph: the model.
        inputs: for each graph input an array [samples, *shape] of the input's dtype.
        on_progress: told after each step how many samples are done.

    Returns:
        For each graph output an array [samples, *shape].
    """
    samples = inputs[0].shape[0]
    parts = []
    for start in range(0, samples, SAMPLES_AT_ONCE):
        values = run_traced(graph, [array[start : start + SAMPLES_AT_ONCE] for array in inputs])
        parts.append([values[name] for name in graph.outputs])
        if on_progress is not None:
            on_progress(min(start + SAMPLES_AT_ONCE, samples))
    return tuple(np.concatenate(pieces) for pieces in zip(*parts, strict=True))


def run_traced(graph: Graph, inputs: Sequence[Array]) -> Mapping[str, Array]:
    """Every computed tensor by name, [samples, *shape]; arguments as for `run_reference`."""
    values = dict(zip(graph.inputs, inputs, strict=True))

    def value(name: str) -> Array:
        if name not in values:  # a view: the same bytes under another shape
            values[name] = values[graph.storage(name)].reshape(-1, *graph.tensors[name].shape)
        return values[name]

    for node in graph.nodes:
        computed = [name for name in node.inputs if name is not None and not graph.tensors[name].is_constant]
        outputs = operator(node.op).reference(call_of(graph, node), [value(name) for name in computed])
        values.update(zip(node.outputs, outputs, strict=True))
    return {name: value(name) for name, tensor in graph.tensors.items() if not tensor.is_constant}
