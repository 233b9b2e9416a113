"""The operators: a file here named after the operator is found; nothing lists them."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tinyq.ops.base import MANY, Call, Kernel, Operator, call_of
from tinyq.ops.overlap import Overlap

__all__ = [
    "MANY",
    "Call",
    "Kernel",
    "Operator",
    "Overlap",
    "call_of",
    "is_supported",
    "meaning",
    "operator",
    "supported_operators",
]


@cache
def _files() -> frozenset[str]:
    return frozenset(module.name for module in iter_modules(__path__))


def supported_operators() -> tuple[str, ...]:
    """The TFLite names of all operators that tinyq builds, sorted."""
    return tuple(sorted(name.upper() for name in _files() if is_supported(name.upper())))


@cache
def is_supported(op: str) -> bool:
    """Whether tinyq builds the operator with TFLite name `op`: asked of its own file, so that no other is read."""
    if op != op.upper() or op.lower() not in _files():
        return False
    found: Operator[Any] | None = getattr(import_module(f"{__name__}.{op.lower()}"), "OPERATOR", None)
    return found is not None and found.in_tflite


def meaning(op: str) -> str:
    """One line about the operator with TFLite name `op`: what its file says first."""
    documented = import_module(f"{__name__}.{op.lower()}").__doc__ or ""
    return documented.partition("\n")[0].partition(": ")[2].rstrip(".")


@cache
def operator(op: str) -> Operator[Any]:
    """The operator with TFLite name `op`, one of `supported_operators()`."""
    found: Operator[Any] = import_module(f"{__name__}.{op.lower()}").OPERATOR
    return found
