"""The operators: a file here named after the operator is found; nothing lists them."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tinyq.ops.base import MANY, Call, Kernel, Operator, call_of
from tinyq.ops.overlap import Overlap

__all__ = ["MANY", "Call", "Kernel", "Operator", "Overlap", "call_of", "meaning", "operator", "supported_operators"]


@cache
def supported_operators() -> tuple[str, ...]:
    """The TFLite names of all operators that tinyq builds, sorted."""
    modules = (import_module(f"{__name__}.{module.name}") for module in iter_modules(__path__))
    found = (module for module in modules if hasattr(module, "OPERATOR") and module.OPERATOR.in_tflite)
    return tuple(sorted(_tflite_name(module.__name__) for module in found))


def meaning(op: str) -> str:
    """One line about the operator with TFLite name `op`: what its file says first."""
    documented = import_module(f"{__name__}.{op.lower()}").__doc__ or ""
    return documented.partition("\n")[0].partition(": ")[2].rstrip(".")


def _tflite_name(module: str) -> str:
    return module.rpartition(".")[2].upper()


@cache
def operator(op: str) -> Operator[Any]:
    """The operator with TFLite name `op`, one of `supported_operators()`."""
    found: Operator[Any] = import_module(f"{__name__}.{op.lower()}").OPERATOR
    return found
