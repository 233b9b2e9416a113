"""The operators: a file here named after the operator is found; nothing lists them."""

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from tinyq.ops.base import FLOAT, MANY, Call, Kernel, Operator, call_of, tflite_name
from tinyq.ops.overlap import Overlap

__all__ = [
    "MANY",
    "Call",
    "Kernel",
    "Operator",
    "Overlap",
    "call_of",
    "float_forms",
    "is_supported",
    "meaning",
    "operator",
    "supported_operators",
    "tflite_name",
]


@cache
def _files() -> frozenset[str]:
    """The names of the files here, and of those in floats/ with FLOAT before them, in lower case."""
    forms = Path(__file__).parent / "floats"
    names = {module.name for module in iter_modules(__path__)}
    return frozenset(names | {FLOAT.lower() + module.name for module in iter_modules([str(forms)])})


def supported_operators() -> tuple[str, ...]:
    """The TFLite names of all operators that tinyq builds, sorted."""
    return tuple(name for name in _supported() if not name.startswith(FLOAT))


def float_forms() -> tuple[str, ...]:
    """The names, in a graph, of operators' forms that compute in float32 at run time: the files in floats/, sorted."""
    return tuple(name for name in _supported() if name.startswith(FLOAT))


def _supported() -> tuple[str, ...]:
    return tuple(sorted(name.upper() for name in _files() if is_supported(name.upper())))


@cache
def is_supported(op: str) -> bool:
    """Whether tinyq builds the operator `op`, a TFLite name or one of `float_forms`.

    Asked of its own file, so that no other is read.
    """
    if op != op.upper() or op.lower() not in _files():
        return False
    found: Operator[Any] | None = getattr(import_module(_module(op)), "OPERATOR", None)
    return found is not None and found.in_tflite


def meaning(op: str) -> str:
    """One line about the operator with TFLite name `op`: what its file says first."""
    documented = import_module(_module(op)).__doc__ or ""
    return documented.partition("\n")[0].partition(": ")[2].rstrip(".")


@cache
def operator(op: str) -> Operator[Any]:
    """The operator with name `op`, one of `supported_operators()` or `float_forms()`."""
    found: Operator[Any] = import_module(_module(op)).OPERATOR
    return found


def _module(op: str) -> str:
    return f"{__name__}.{'floats.' if op.startswith(FLOAT) else ''}{tflite_name(op).lower()}"
