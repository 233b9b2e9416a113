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
from tinyq.kernels import Selection, Target, select
from tinyq.memory.lifetimes import blocks
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
from tinyq.passes.fold_zero_point import fold_zero_point
from tinyq.passes.merge_duplicate_channels import merge_duplicate_channels
from tinyq.passes.read_in_place import read_in_place
from tinyq.pipeline.savings import Savings, savings

PASSES: tuple[Callable[[Graph], Graph], ...] = (
    drop_views,
    read_in_place,
    fold_tables,
    fold_pad,
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
        graph: after the passes.
        selection: the implementation that each node runs by.
        plan: the place of every tensor in the arena.
        generated: the C library.
        layers: the layers as they appear in it.
        savings: what the passes left out.
    """

    tflite: bytes
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
        target: what the kernels may use.
        dump: is shown the graph after the import and after every pass.

    Raises:
        TinyqError: a model that can't be built.
    """
    imported = import_tflite(tflite, name, where)
    graph = optimize(imported, dump)
    selection = select(graph, target)
    plan = plan_memory(blocks(graph, selection))
    generated, layers = generate(graph, plan, c_identifier(name), selection)
    generated = replace(generated, sha256=hashlib.sha256(tflite).hexdigest())
    return CompiledModel(tflite, graph, selection, plan, generated, layers, savings(imported, graph))


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
