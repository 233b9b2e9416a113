"""Routines as text: an assembly file for the processor, and C functions for everybody else."""

from collections.abc import Iterable
from dataclasses import dataclass

from tinyq.codegen.render import render
from tinyq.kernels import Routine


@dataclass(frozen=True)
class RoutineText:
    """One routine as the model's templates see it.

    Attributes:
        prototype: of the C function, without the semicolon.
        assembly: its instructions; empty where its C runs on the processor too.
        body: the C function's body, in braces.
    """

    prototype: str
    assembly: str
    body: str


def routine_symbol(identifier: str, routine: Routine) -> str:
    """The C name of a routine; a layer's function has another one, since `_routine_` stands in it."""
    return f"{identifier}_routine_{routine.name}"


def routine_texts(identifier: str, routines: Iterable[Routine]) -> tuple[RoutineText, ...]:
    """Each routine once, in the order in which layers need them first."""
    return tuple(_text(routine_symbol(identifier, routine), routine) for routine in dict.fromkeys(routines))


def _text(symbol: str, routine: Routine) -> RoutineText:
    values = {"symbol": symbol, **dict(routine.parameters)}
    assembly = render(f"routines/{routine.template}.S.j2", **values) if routine.is_assembly else ""
    body = render(f"routines/{routine.template}.c.j2", **values)
    return RoutineText(routine.signature.format(symbol=symbol), assembly, body)
