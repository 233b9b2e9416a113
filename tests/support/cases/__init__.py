"""For each operator a Hypothesis strategy of one-operator models: a file here named after it, found by that name."""

from importlib import import_module

from hypothesis.strategies import SearchStrategy

from support.cases._case import Case

__all__ = ["Case", "cases_of"]


def cases_of(op: str) -> SearchStrategy[Case]:
    """Legal models of the operator with TFLite name `op`, with inputs; support/cases/<op>.py has `cases()`."""
    strategy: SearchStrategy[Case] = import_module(f"{__name__}.{op.lower()}").cases()
    return strategy
