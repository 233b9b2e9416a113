"""Models for the implementations in tinyq/kernels: each node that can run by the implementation does."""

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from typing import Any, get_args

from hypothesis import reject
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from support.cases import Case, cases_of
from support.cases._case import Array
from tinyq.codegen.generated import GeneratedModel
from tinyq.codegen.model import generate
from tinyq.codegen.view import Layer
from tinyq.emulator.reference import run_reference
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Graph
from tinyq.kernels import Implementation, InstructionSet, Optimize, Selection, Target, implementations
from tinyq.memory.lifetimes import blocks
from tinyq.memory.planner import Plan, plan_memory
from tinyq.ops import call_of
from tinyq.pipeline import optimize

INSTRUCTION_SETS: tuple[InstructionSet, ...] = ("dsp", "thumb", "mve")
IMPLEMENTATIONS = [(each, one) for each in INSTRUCTION_SETS for one in implementations(each)]
_TRIES = 12  # models drawn, until one fits
NAMES = [f"{each}.{type(one).__module__.rpartition('.')[2]}" for each, one in IMPLEMENTATIONS]


@dataclass(frozen=True, eq=False)
class KernelCase:
    """A graph whose nodes run by one implementation, inputs for it, and the answers of the NumPy reference."""

    graph: Graph
    selection: Selection
    plan: Plan
    inputs: tuple[Array, ...]
    expected: tuple[Array, ...]
    text: tuple[str, ...]

    def _repr_pretty_(self, printer: Any, _cycle: bool) -> None:  # noqa: FBT001  Hypothesis looks for this very method
        printer.text("\n".join(self.text))

    def generated(self, identifier: str) -> tuple[GeneratedModel, tuple[Layer, ...]]:
        """Its C."""
        return generate(self.graph, self.plan, identifier, self.selection)


def kernel_cases(instruction_set: InstructionSet, implementation: Implementation) -> SearchStrategy[KernelCase]:
    """Models of its operator that it applies to.

    support/cases/<instruction set>_<implementation>.py has `cases()` where those of the operator seldom fit.
    """
    return _first(_cases(instruction_set, implementation))


def batches(
    instruction_set: InstructionSet, implementation: Implementation, tries: int
) -> SearchStrategy[list[KernelCase]]:
    """Those of `tries` models that fit, for what is too slow to start for each of them."""
    found = _cases(instruction_set, implementation)
    return st.lists(found, min_size=tries, max_size=tries).filter(any).map(_present)


def _cases(instruction_set: InstructionSet, implementation: Implementation) -> SearchStrategy[KernelCase | None]:
    name = f"support.cases.{instruction_set}_{type(implementation).__module__.rpartition('.')[2]}"
    cases = import_module(name).cases() if find_spec(name) else cases_of(implementation.op)
    return cases.map(lambda case: _prepared(case, implementation, instruction_set))


def _present(cases: list[KernelCase | None]) -> list[KernelCase]:
    return [case for case in cases if case is not None]


@st.composite
def _first(draw: st.DrawFn, cases: SearchStrategy[KernelCase | None]) -> KernelCase:
    """Those that do not fit are passed over here: Hypothesis by itself gives up soon."""
    for _ in range(_TRIES):
        case = draw(cases)
        if case is not None:
            return case
    return reject()


def _prepared(case: Case, implementation: Implementation, instruction_set: InstructionSet) -> KernelCase | None:
    graph = optimize(import_tflite(case.tflite, "model", "model.tflite"))
    targets = [Target(instruction_set, each) for each in get_args(Optimize)]
    chosen = {
        node.name: implementation
        for node in graph.nodes
        if any(implementation.takes(call_of(graph, node), each) for each in targets)
    }
    if not chosen:
        return None
    selection = Selection(chosen)
    plan = plan_memory(blocks(graph, selection))
    return KernelCase(graph, selection, plan, case.inputs, run_reference(graph, case.inputs), case.text)
