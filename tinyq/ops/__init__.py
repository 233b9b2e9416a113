"""The operators: a file here named after the operator is found; nothing lists them."""

from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any

from tinyq.ir.graph import FLOAT, HYBRID
from tinyq.ops.base import MANY, Call, Kernel, Operator, call_of, tflite_name
from tinyq.ops.overlap import Overlap

#: The folders of operators' forms, by what their names begin with.
_FORMS = {FLOAT: "floats", HYBRID: "hybrid"}

__all__ = [
    "MANY",
    "Call",
    "Kernel",
    "Operator",
    "Overlap",
    "call_of",
    "forms",
    "is_supported",
    "meaning",
    "operator",
    "supported_operators",
    "tflite_name",
]


@cache
def _files() -> frozenset[str]:
    """The names of the files here, and of those of forms with what their names begin with, in lower case."""
    here = Path(__file__).parent
    names = {module.name for module in iter_modules(__path__)}
    for prefix, folder in _FORMS.items():
        names |= {prefix.lower() + module.name for module in iter_modules([str(here / folder)])}
    return frozenset(names)


def supported_operators() -> tuple[str, ...]:
    """The TFLite names of all operators that tinyq builds, sorted."""
    return tuple(name for name in _supported() if name == tflite_name(name))


def forms(prefix: str) -> tuple[str, ...]:
    """The names, in a graph, of the operators' forms that begin with `prefix`, FLOAT or HYBRID, sorted."""
    return tuple(name for name in _supported() if name.startswith(prefix))


def _supported() -> tuple[str, ...]:
    return tuple(sorted(name.upper() for name in _files() if is_supported(name.upper())))


@cache
def is_supported(op: str) -> bool:
    """Whether tinyq builds the operator `op`, a TFLite name or one of `forms`.

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
    """The operator with name `op`, one of `supported_operators()` or `forms()`."""
    found: Operator[Any] = import_module(_module(op)).OPERATOR
    return found


def _module(op: str) -> str:
    folder = next((f"{folder}." for prefix, folder in _FORMS.items() if op.startswith(prefix)), "")
    return f"{__name__}.{folder}{tflite_name(op).lower()}"
