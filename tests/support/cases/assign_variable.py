"""ASSIGN_VARIABLE over several inferences, with and without an initial value."""

from hypothesis.strategies import SearchStrategy

from support.cases._case import Case
from support.cases._variables import variable_cases


def cases() -> SearchStrategy[Case]:
    """One running sum."""
    return variable_cases()
