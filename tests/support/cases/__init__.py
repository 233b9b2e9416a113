"""For each operator a Hypothesis strategy of one-operator models: a file here named after it, found by that name."""

from importlib import import_module
from importlib.util import find_spec

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from support.cases._case import Case
from support.cases._draw import chances
from support.cases._float import in_float
from tinyq.ir.graph import FLOAT, HYBRID
from tinyq.ops import forms, operator, supported_operators, tflite_name
from tinyq.ops.elementwise import Elementwise

__all__ = ["FLOAT_OPERATORS", "Case", "cases_of"]


def _has_float_kernel(op: str) -> bool:
    reader = operator(op)
    has_formula = isinstance(reader, Elementwise) and type(reader).formula is not Elementwise.formula
    return has_formula or reader.takes_float


#: What computes in float32 at run time: `FLOAT_` before the operator's name, or `HYBRID_`.
FLOAT_OPERATORS = (
    *forms(FLOAT),
    *forms(HYBRID),
    *(FLOAT + op for op in supported_operators() if _has_float_kernel(op)),
)


def cases_of(op: str) -> SearchStrategy[Case]:
    """Legal models of the operator with TFLite name `op`, with inputs; support/cases/<op>.py has `cases()`.

    Those of FLOAT_<op> are the same in float32, where there is no support/cases/float_<op>.py; half of those with
    weights have them as integers.
    """
    if op.startswith((FLOAT, HYBRID)) and find_spec(f"{__name__}.{op.lower()}") is None:
        has_weights = op in forms(FLOAT) and operator(op).weight_axis is not None
        kinds = ["hybrid"] if op.startswith(HYBRID) else ["real", "stored"] if has_weights else ["real"]
        built = st.builds(in_float, cases_of(tflite_name(op)), chances, st.sampled_from(kinds))
        tries = st.lists(built, min_size=4, max_size=4)
        return tries.filter(any).map(lambda drawn: next(case for case in drawn if case is not None))
    strategy: SearchStrategy[Case] = import_module(f"{__name__}.{op.lower()}").cases()
    return strategy
