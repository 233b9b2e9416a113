"""Runs a graph in NumPy: the specification that the generated C and the firmware are compared with."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Graph
from tinyq.ops import Call, call_of, operator

SAMPLES_AT_ONCE = 32  # keeps the intermediate arrays of a 100 kB layer within a processor's cache


def run_reference(
    graph: Graph, inputs: Sequence[Array], on_progress: Callable[[int], None] | None = None, steps: int = 1
) -> tuple[Array, ...]:
    """The outputs of `graph` for many samples.

    Args:
        graph: the model.
        inputs: for each graph input an array [samples, *shape] of the input's dtype.
        on_progress: told after each part how many samples are done.
        steps: so many samples in a row are one sequence: the states of a stateful model are reset before each.

    Returns:
        For each graph output an array [samples, *shape].
    """
    sequences = [array.reshape(-1, steps, *array.shape[1:]) for array in inputs]
    count = len(sequences[0])
    parts = []
    for start in range(0, count, SAMPLES_AT_ONCE):
        parts.append(_run_sequences(graph, [array[start : start + SAMPLES_AT_ONCE] for array in sequences]))
        if on_progress is not None:
            on_progress(min(start + SAMPLES_AT_ONCE, count) * steps)
    return tuple(np.concatenate(pieces) for pieces in zip(*parts, strict=True))


def _run_sequences(graph: Graph, inputs: Sequence[Array]) -> list[Array]:
    """For each output [sequences * steps, *shape]; `inputs` are [sequences, steps, *shape]."""
    states: Mapping[str, Array] = {}
    answers: list[list[Array]] = []
    for step in range(inputs[0].shape[1]):
        states = run_traced(graph, [array[:, step] for array in inputs], states)
        answers.append([states[name] for name in graph.outputs])
    stacked = (np.stack(outputs, axis=1) for outputs in zip(*answers, strict=True))
    return [array.reshape(-1, *array.shape[2:]) for array in stacked]


# A call and the values of its computed inputs, [samples, *shape]; gives those of its outputs and of what it updates.
Compute = Callable[[Call[Any], Sequence[Array]], Sequence[Array]]


def by_reference(call: Call[Any], computed: Sequence[Array]) -> Sequence[Array]:
    """What the operator's own reference answers."""
    return operator(call.op).reference(call, computed)


def run_traced(
    graph: Graph,
    inputs: Sequence[Array],
    before: Mapping[str, Array] | None = None,
    compute: Compute = by_reference,
) -> Mapping[str, Array]:
    """Every computed tensor by name, [samples, *shape], and the states after the inference.

    Args:
        graph: the model.
        inputs: as for `run_reference`.
        before: what this function returned for the inference before; None or empty after a reset.
        compute: answers for each node in turn.
    """
    values = dict(zip(graph.inputs, inputs, strict=True))
    for state in graph.states:
        assert state.initial is not None
        reset = np.broadcast_to(state.initial, (len(inputs[0]), *state.shape))
        values[state.name] = before[state.name] if before and graph.is_stateful else reset

    def value(name: str) -> Array:
        if name not in values:  # a view: the same bytes under another shape
            values[name] = values[graph.storage(name)].reshape(-1, *graph.tensors[name].shape)
        return values[name]

    for node in graph.nodes:
        computed = [name for name in node.inputs if name is not None and not graph.tensors[name].is_constant]
        call = call_of(graph, node)
        results = compute(call, [value(name) for name in computed])
        written = (*node.outputs, *(state.name for state in operator(node.op).updates(call)))
        values.update(zip(written, results, strict=True))
        for name in node.outputs:
            if graph.tensors[base := graph.storage(name)].is_state:
                values[base] = values[name].reshape(-1, *graph.tensors[base].shape)
    return {name: value(name) for name, tensor in graph.tensors.items() if not tensor.is_constant}
