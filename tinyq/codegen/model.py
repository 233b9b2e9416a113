"""Graph and memory plan to the C library of the model."""

from dataclasses import dataclass

from tinyq import __version__
from tinyq.codegen.constants import c_float
from tinyq.codegen.generated import GeneratedModel
from tinyq.codegen.render import render
from tinyq.codegen.routines import routine_texts
from tinyq.codegen.states import states_of
from tinyq.codegen.view import Layer, arena_pointer, layers
from tinyq.ir.graph import Graph, Tensor
from tinyq.kernels import PORTABLE, Selection
from tinyq.memory.planner import Plan

RUNTIME_HEADERS = ("tinyq_runtime.h", "tinyq_types.h", "tinyq_fixed_point.h", "tinyq_functions.h", "tinyq_rounding.h")
FLOAT_HEADERS = ("tinyq_float.h", "tinyq_wide.h")  # of models that compute in float32
EXPONENTIAL16_HEADER = "tinyq_exponential16.h"
DYNAMIC_HEADER = "tinyq_dynamic.h"  # of models that quantize at run time


@dataclass(frozen=True)
class Port:
    """An input or output as the templates see it."""

    tensor: Tensor
    pointer: str

    @property
    def shape(self) -> str:
        """Dimensions, for readers."""
        return "x".join(map(str, self.tensor.shape))

    @property
    def meaning(self) -> str:
        """How integers stand for real numbers, for readers."""
        if self.tensor.quantization is None:
            return "real numbers" if self.tensor.dtype == "float32" else f"plain {self.tensor.dtype}"
        return f"real = {self.tensor.scale:.9g} * (q - {self.tensor.zero_point})"

    @property
    def scale(self) -> str:
        """The scale as a C literal; 1 for real numbers."""
        return c_float(self.tensor.scale if self.tensor.quantization is not None else 1.0)

    @property
    def zero_point(self) -> int:
        """The zero point; 0 for real numbers."""
        return self.tensor.zero_point if self.tensor.quantization is not None else 0


def generate(
    graph: Graph, plan: Plan, identifier: str, selection: Selection = PORTABLE
) -> tuple[GeneratedModel, tuple[Layer, ...]]:
    """The C library of `graph`, and its layers as they appear there.

    Args:
        graph: after the passes.
        plan: the place of every tensor in the arena.
        identifier: the C identifier that every symbol starts with.
        selection: the implementation that each node runs by; `plan` was made for it.
    """
    shown = layers(graph, plan, identifier, selection)
    routines = routine_texts(identifier, (routine for layer in shown for routine in layer.routines))
    states = states_of(graph, plan, identifier, {constant.name for layer in shown for constant in layer.constants})
    context = {
        "version": __version__,
        "id": identifier,
        "layers": shown,
        "routines": [routine for routine in routines if routine.assembly],
        "intrinsic_routines": [routine for routine in routines if not routine.assembly],
        "routines_run": " && ".join(
            {routine.condition: None for layer in shown for routine in layer.routines if routine.is_assembly}
        ),
        "in_float": _calls_float_functions(graph),
        "is_dynamic": graph.scheme == "dynamic",
        "in_16_bits": _calls_functions_of_16_bits(graph),
        "states": states,
        "is_stateful": graph.is_stateful,
        "inputs": _ports(graph, plan, identifier, graph.inputs),
        "outputs": _ports(graph, plan, identifier, graph.outputs),
        "arena_bytes": max(plan.arena_bytes, 1),
        "macs": sum(layer.macs for layer in shown),
        "weight_bytes": sum(layer.weight_bytes for layer in shown),
    }
    files = {
        f"{identifier}.h": render("model/model.h.j2", **context),
        f"{identifier}.c": render("model/model.c.j2", **context),
        f"{identifier}_weights.h": render("model/weights.h.j2", **context),
    }
    if context["routines"]:
        files[f"{identifier}_routines.S"] = render("model/routines.S.j2", **context)
    headers = [*RUNTIME_HEADERS, *(FLOAT_HEADERS if context["in_float"] else ())]
    headers += [EXPONENTIAL16_HEADER] if context["in_16_bits"] else []
    headers += [DYNAMIC_HEADER] if context["is_dynamic"] else []
    runtime = {name: render(f"runtime/{name}") for name in headers}
    inputs = tuple(graph.tensors[name] for name in graph.inputs)
    outputs = tuple(graph.tensors[name] for name in graph.outputs)
    places = tuple((state.offset, state.bytes) for state in states if graph.is_stateful)
    arena_bytes = max(plan.arena_bytes, 1)
    return GeneratedModel(identifier, files, runtime, inputs, outputs, arena_bytes, states=places), shown


def _calls_float_functions(graph: Graph) -> bool:
    """Whether a kernel may call what the runtime has for float32."""
    return any(tensor.dtype == "float32" for tensor in graph.tensors.values()) or (
        graph.arithmetic == "xnnpack" and any(node.op == "LOG_SOFTMAX" for node in graph.nodes)
    )


def _calls_functions_of_16_bits(graph: Graph) -> bool:
    """Whether a kernel may call what the runtime has for gemmlowp's functions of int16 numbers."""
    functions = ("LOGISTIC", "TANH", "UNIDIRECTIONAL_SEQUENCE_LSTM")
    return graph.arithmetic == "xnnpack" and any(
        node.op in functions and any(graph.tensors[name].dtype == "int16" for name in node.inputs if name is not None)
        for node in graph.nodes
    )


def _ports(graph: Graph, plan: Plan, identifier: str, names: tuple[str, ...]) -> list[Port]:
    return [Port(graph.tensors[name], arena_pointer(graph, plan, identifier, name)) for name in names]
