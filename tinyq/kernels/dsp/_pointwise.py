"""Layers that multiply every pixel by the same matrix: four pixels and two output channels at a time.

A slab of pixels is widened to int16, four of them interleaved. The weights of two channels, in words of two inputs, lie
in the FPU's registers while all tiles of four pixels pass: LDM loads a word of each pixel, four SMLAD sum both channels
at once, SXTB16 leaves the first channel's weights, four SMLAD sum those. 11 instructions, 15 cycles, 16
multiply-accumulates.

Where pixels or channels do not divide, the last tile or pair is moved back and computes some outputs twice.
"""

import math
from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Optimize, Overlap, Routine, Target
from tinyq.kernels.dsp._pointwise_plan import WORTH, PointwisePlan
from tinyq.kernels.dsp.requantization import Requantization, requantization
from tinyq.kernels.dsp.two_channel_words import packs, second_starts, two_channel_words
from tinyq.ops import Call, Kernel
from tinyq.ops.accumulate import weights_by_channel


@dataclass(frozen=True, eq=False)
class PointwiseKernel(Kernel):
    """`stream`: for each pair of channels its distance from the pair before, its constants, its weights; int32."""

    plan: PointwisePlan
    stream: Array


class Pointwise(Implementation):
    """Its output may overwrite what it has read of its input.

    Attributes:
        slab_bytes: about how much scratch it may use; the less, the oftener weights are loaded.
        only_for: what must count most; None if it does not matter.
        worth: cycles for a byte of code.
    """

    template = "dsp/pointwise"

    def __init__(self, slab_bytes: int, only_for: Optimize | None = None) -> None:
        self.slab_bytes, self.only_for = slab_bytes, only_for
        self.worth = {"speed": 0.0, "size": math.inf}.get(only_for or "", WORTH)

    @abstractmethod
    def plan(self, call: Call[Any]) -> PointwisePlan | None:
        """How it is split up; None for a layer that is not pointwise."""

    def applies(self, call: Call[Any], target: Target) -> bool:
        plan = self.plan(call)
        if plan is None or not plan.fits or self.only_for not in (None, target.optimize):
            return False
        form = requantization(call)
        return form is not None and packs(weights_by_channel(call), form)

    def cycles(self, call: Call[Any]) -> float:
        plan, form = self._of(call)
        return plan.cycles(truncates=form.truncates)

    def kernel(self, call: Call[Any]) -> Kernel:
        plan, form = self._of(call)
        return PointwiseKernel(plan, _stream(plan, form, weights_by_channel(call)))

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        plan, form = self._of(call)
        return plan.routines(form.parameters)

    def scratch_bytes(self, call: Call[Any]) -> int:
        return self._of(call)[0].scratch_bytes

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        return (Overlap(call.input, self._of(call)[0].lead),)

    def _of(self, call: Call[Any]) -> tuple[PointwisePlan, Requantization]:
        plan, form = self.plan(call), requantization(call)
        assert plan is not None
        assert form is not None
        return plan, form


def _stream(plan: PointwisePlan, form: Requantization, weights: Array) -> Array:
    """int32 constants in the order in which the routine reads them, of weights [output channels, input channels]."""
    first = np.minimum(2 * np.arange(plan.pairs), plan.outputs - 2)
    padded = np.pad(weights, ((0, 0), (0, 1)))[:, plan.order]  # the padding is input -1
    needed = [form.multipliers] if form.truncates else [form.multipliers, form.offsets, form.shifts]
    second = [numbers[first + 1] for numbers in (second_starts(form), *needed)]
    other = [numbers[first] for numbers in (form.starts, *needed)]
    words = two_channel_words(padded[first], padded[first + 1])
    words = words[:, ::-1] if plan.shares else words
    return np.column_stack([np.diff(first, prepend=0), *second, *other, words]).astype(np.int32).ravel()
