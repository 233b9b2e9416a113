"""From .tflite bytes to C: import, passes, memory plan, code generation. Needs no board and no compiler."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from tinyq.codegen.generated import GeneratedModel
from tinyq.codegen.model import generate
from tinyq.codegen.names import c_identifier
from tinyq.codegen.view import Layer
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Graph
from tinyq.ir.verify import verify
from tinyq.kernels import Selection, Target
from tinyq.memory.choice import NEARLY, selections
from tinyq.memory.lifetimes import blocks
from tinyq.memory.order import reordered
from tinyq.memory.planner import Plan, plan_memory
from tinyq.ops import call_of, operator
from tinyq.passes.drop_dead_channels import drop_dead_channels
from tinyq.passes.drop_idle_clamps import drop_idle_clamps
from tinyq.passes.drop_unused import drop_unused
from tinyq.passes.drop_views import drop_views
from tinyq.passes.fold_constant_channels import fold_constant_channels
from tinyq.passes.fold_pad import fold_pad
from tinyq.passes.fold_proven_constants import fold_proven_constants
from tinyq.passes.fold_tables import fold_tables
from tinyq.passes.fold_transpose import fold_transpose
from tinyq.passes.fold_zero_point import fold_zero_point
from tinyq.passes.fuse_rows import fuse_rows
from tinyq.passes.merge_duplicate_channels import merge_duplicate_channels
from tinyq.passes.read_in_place import read_in_place
from tinyq.pipeline.savings import Savings, savings
from tinyq.pipeline.smallest import smallest_selection

PASSES: tuple[Callable[[Graph], Graph], ...] = (
    drop_views,
    read_in_place,
    fold_tables,
    fold_pad,
    fold_transpose,
    drop_unused,  # a PAD that nobody reads any more must not keep channels alive
    fold_proven_constants,
    fold_constant_channels,
    merge_duplicate_channels,
    drop_dead_channels,
    drop_idle_clamps,
    fold_zero_point,
    drop_unused,
)

PORTABLE_C = Target()

# (what was just done, the graph after it)
Dump = Callable[[str, Graph], None]


@dataclass(frozen=True, eq=False)
class CompiledModel:
    """A model as C, and what it was made from.

    Attributes:
        tflite: the quantized model's bytes.
        target: what its kernels use and save.
        graph: after the passes.
        selection: the implementation that each node runs by.
        plan: the place of every tensor in the arena.
        generated: the C library.
        layers: the layers as they appear in it.
        savings: what the passes left out.
    """

    tflite: bytes
    target: Target
    graph: Graph
    selection: Selection
    plan: Plan
    generated: GeneratedModel
    layers: tuple[Layer, ...]
    savings: Savings

    @property
    def weight_bytes(self) -> int:
        """Bytes of constants in flash."""
        return sum(layer.weight_bytes for layer in self.layers)


def compile_tflite(
    tflite: bytes, name: str, where: str, target: Target = PORTABLE_C, dump: Dump | None = None
) -> CompiledModel:
    """The C of the .tflite model `tflite`.

    Args:
        tflite: the file's bytes.
        name: becomes the C identifier that every symbol starts with.
        where: the file, for error messages.
        target: what the kernels may use, and what counts most.
        dump: is shown the graph after the import and after every pass.

    Raises:
        TinyqError: a model that can't be built.
    """
    imported = import_tflite(tflite, name, where, target.arithmetic, allow_float=target.allow_float)
    graph = optimize(imported, dump)
    if target.optimize == "ram" and target.arithmetic == "tflm":  # fused rows are made of the fast kernels
        graph = drop_unused(fuse_rows(graph, target))
        verify(graph)
        if dump is not None:
            dump(fuse_rows.__name__, graph)
    planned = _planned(graph, target)
    generated, layers = generate(planned.graph, planned.plan, c_identifier(name), planned.selection)
    flags = ("-Os",) if target.optimize == "size" else ()
    generated = replace(generated, sha256=hashlib.sha256(tflite).hexdigest(), flags=flags)
    parts = (planned.graph, planned.selection, planned.plan, generated, layers)
    return CompiledModel(tflite, target, *parts, savings(imported, graph))


@dataclass(frozen=True, eq=False)
class _Planned:
    graph: Graph
    selection: Selection
    plan: Plan


def _planned(graph: Graph, target: Target) -> _Planned:
    """Of the orders and implementations that nodes may run in and by, the fastest of about the least arena."""
    found: list[_Planned] = []
    ways = (smallest_selection(graph, target),) if target.optimize == "size" else selections(graph, target)
    for selection in ways:
        other = reordered(graph, selection)
        orders = (graph,) if other is graph else (other, graph)
        found += [_Planned(order, selection, plan_memory(blocks(order, selection))) for order in orders]
    smallest = min(planned.plan.arena_bytes for planned in found)
    return next(planned for planned in found if planned.plan.arena_bytes <= NEARLY * smallest)


def optimize(graph: Graph, dump: Dump | None = None) -> Graph:
    """`graph`, which is legal, after all passes; verified after each that changed it."""
    if dump is not None:
        dump("import", graph)
    for run in PASSES:
        before, graph = graph, run(graph)
        if graph is not before:
            verify(graph)
            for node in graph.nodes:
                operator(node.op).check(call_of(graph, node))
        if dump is not None:
            dump(run.__name__, graph)
    return graph
