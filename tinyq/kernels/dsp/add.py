"""ADD of two tensors of one shape: two products or a table, a shift and a clamp, proven for every pair of inputs."""

from dataclasses import dataclass
from functools import cache
from itertools import product
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Overlap, Target
from tinyq.ops import Call, Kernel
from tinyq.ops.add import OPERATOR
from tinyq.ops.addition import RAISED as RAISED_BY
from tinyq.ops.arithmetic import Scaling

RAISED = RAISED_BY["int8"]
INT8 = np.arange(-128, 128)
LARGEST_SHIFT = 22  # so that the sum of a product of each operand and the start stays within int32
NEAR = sorted(product(range(-3, 4), repeat=2), key=lambda pair: abs(pair[0]) + abs(pair[1]))


@dataclass(frozen=True, eq=False)
class AddKernel(Kernel):
    """`clamp((multipliers[0] * x1 + multipliers[1] * x2 + start) >> shift)`.

    Attributes:
        elements: of each tensor.
        table: int32 [256] by the byte of operand `looked_up`, in place of its product and of `start`; or None.
    """

    elements: int
    multipliers: tuple[int, int]
    start: int
    shift: int
    low: int
    high: int
    table: Array | None
    looked_up: int


class Add(Implementation):
    """In place; the reference's three multiplications with six roundings give the same for all 65,536 pairs."""

    op = "ADD"
    template = "dsp/add"

    def applies(self, call: Call[Any], target: Target) -> bool:
        shapes = {tensor.shape for tensor in (call.tensor(0), call.tensor(1), call.output)}
        return len(shapes) == 1 and call.output.dtype == "int8" and _of(call) is not None

    def cycles(self, call: Call[Any]) -> float:
        return call.output.elements * 8.0

    def kernel(self, call: Call[Any]) -> AddKernel:
        form, (low, high) = _of(call), OPERATOR.limits(call)
        assert form is not None
        # Negative operands last: then the byte itself, without its sign, is the index.
        table = np.roll(np.array(form.table, np.int32), 128) if form.table else None
        return AddKernel(
            call.output.elements, form.multipliers, form.start, form.shift, int(low), int(high), table, form.looked_up
        )

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return tuple(Overlap(tensor) for tensor in (call.tensor(0), call.tensor(1)) if not tensor.is_constant)


@dataclass(frozen=True)
class Form:
    """Fields as in AddKernel; an empty table is none."""

    multipliers: tuple[int, int]
    shift: int
    start: int = 0
    table: tuple[int, ...] = ()
    looked_up: int = 0


def _of(call: Call[Any]) -> Form | None:
    low, high = OPERATOR.limits(call)
    return short_form(*OPERATOR.scalings(call), int(low), int(high))


@cache
def short_form(first: Scaling, second: Scaling, output: Scaling, low: int, high: int) -> Form | None:
    """Numbers that give the reference's answer to every pair, found by trying; None if there are none nearby."""
    raised = first.apply(INT8[:, np.newaxis], RAISED) + second.apply(INT8, RAISED)
    wanted = np.clip(output.result(raised), low, high)
    steps = [
        _real(scaling) * _real(output) * 2.0**RAISED for scaling in (first, second)
    ]  # of the output, for a step of x
    shift = min(LARGEST_SHIFT, LARGEST_SHIFT - int(np.ceil(np.log2(max(*steps, 1e-9)))))
    if shift < 1:
        return None
    # start + products must lie within [least, greatest]
    least = np.where(wanted > low, wanted << shift, -(2**40))
    greatest = np.where(wanted < high, (wanted + 1 << shift) - 1, 2**40)
    for near in NEAR:
        multipliers = [round(step * 2.0**shift) + offset for step, offset in zip(steps, near, strict=True)]
        products = multipliers[0] * INT8[:, np.newaxis] + multipliers[1] * INT8
        found = _between((least - products).max(), (greatest - products).min())
        if found is not None and abs(found) < 2**30:
            return Form((multipliers[0], multipliers[1]), shift, found)
    return _with_table(steps, shift, least, greatest)


def _with_table(steps: list[float], shift: int, least: Array, greatest: Array) -> Form | None:
    """A sum whose start depends on one of the operands."""
    for looked_up in (0, 1):
        for near in range(-8, 9):
            multiplier = round(steps[1 - looked_up] * 2.0**shift) + near
            products = multiplier * (INT8 if looked_up == 0 else INT8[:, np.newaxis])
            lows = (least - products).max(axis=1 - looked_up)
            highs = (greatest - products).min(axis=1 - looked_up)
            table = [_between(low, high) for low, high in zip(lows, highs, strict=True)]
            starts = [start for start in table if start is not None and abs(start) < 2**30]
            if len(starts) == len(INT8):
                multipliers = (0, multiplier) if looked_up == 0 else (multiplier, 0)
                return Form(multipliers, shift, table=tuple(starts), looked_up=looked_up)
    return None


def _between(least: int, greatest: int) -> int | None:
    """The integer of [least, greatest] that is nearest to 0."""
    return None if least > greatest else int(np.clip(0, least, greatest))


def _real(scaling: Scaling) -> float:
    return scaling.multiplier * 2.0 ** (scaling.shift - 31)


IMPLEMENTATION = Add()
