"""FULLY_CONNECTED, eight outputs at a time from one stream of weights, of which each is used once.

The inputs lie in the FPU's registers as they are, four to a register. For two of them LDM loads a word of each pair of
outputs, each half `256 * second + first`; four SMLAD sum both outputs at once, SXTB16 leaves the first one's weights,
four SMLAD sum those: 19 cycles for 16 multiply-accumulates, and no scratch.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Implementation, Routine, Target
from tinyq.kernels.dsp.requantization import Requantization, requantization
from tinyq.kernels.dsp.two_channel_words import packs, second_starts, two_channel_words
from tinyq.ops import Call, Kernel
from tinyq.ops.accumulate import weights_by_channel

OUTPUTS = 8  # of a group
REGISTERS = 32
FEW_REGISTERS = 4  # of a small layer, as the code is unrolled over them
SMALL = 4096  # multiply-accumulates
TINY = 128  # not worth any code of its own


@dataclass(frozen=True, eq=False)
class DenseKernel(Kernel):
    """How it runs, and its constants.

    Attributes:
        stream: int32, of all whole groups, in the order in which the routine reads it; None if there are none.
        last: of the group that is not whole; None if all are.
        quads: inputs of a chunk, divided by 4.
        padding: zeros after the inputs.
        copies: whether rows of inputs are copied, to be padded or aligned.
    """

    stream: Array | None
    last: Array | None
    rows: int
    inputs: int
    outputs: int
    quads: int
    chunks: int
    padding: int
    copies: bool


class FullyConnected(Implementation):
    """Any number of inputs and outputs."""

    op = "FULLY_CONNECTED"
    template = "dsp/fully_connected"

    def applies(self, call: Call[Any], target: Target) -> bool:
        form, weights = requantization(call), weights_by_channel(call)
        return form is not None and packs(weights, form) and weights.size > TINY

    def cycles(self, call: Call[Any]) -> float:
        outputs, inputs = weights_by_channel(call).shape
        rows, groups, quads = call.input.elements // inputs, -(-outputs // OUTPUTS), -(-inputs // 4)
        return float(rows * (60 + groups * (39 * quads + 90)))

    def kernel(self, call: Call[Any]) -> Kernel:
        form, weights = _form(call), weights_by_channel(call)
        outputs, inputs = weights.shape
        quads, chunks = _split(weights)
        groups = outputs // OUTPUTS * OUTPUTS
        return DenseKernel(
            stream=_stream(form, weights, slice(groups)) if groups else None,
            last=_stream(form, weights, slice(groups, outputs)) if groups < outputs else None,
            rows=call.input.elements // inputs,
            inputs=inputs,
            outputs=outputs,
            quads=quads,
            chunks=chunks,
            padding=4 * quads * chunks - inputs,
            copies=4 * quads * chunks != inputs,
        )

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        form = _form(call)
        quads, _ = _split(weights_by_channel(call))
        signature = (
            "void {symbol}(const int8_t *input, const int32_t *stream, int8_t *output, int32_t groups, int32_t chunks)"
        )
        parameters = (("quads", quads), ("uniform", int(_is_uniform(form))), *form.parameters)
        return {"groups": Routine("dsp/dense_groups", signature, parameters)}

    def scratch_bytes(self, call: Call[Any]) -> int:
        weights = weights_by_channel(call)
        quads, chunks = _split(weights)
        return 4 * quads * chunks if 4 * quads * chunks != weights.shape[1] else 0


def _form(call: Call[Any]) -> Requantization:
    form = requantization(call)
    assert form is not None
    return form


def _split(weights: Array) -> tuple[int, int]:
    """Quads of a chunk, and chunks; without padding if the number of inputs allows it with chunks not too small."""
    quads = -(-weights.shape[1] // 4)
    most = REGISTERS if weights.size > SMALL else FEW_REGISTERS
    largest = max(number for number in range(1, min(quads, most) + 1) if quads % number == 0)
    if largest == quads or 4 * largest >= most:
        return largest, quads // largest
    chunks = -(-quads // most)
    return -(-quads // chunks), chunks


def _is_uniform(form: Requantization) -> bool:
    return all((numbers == numbers[0]).all() for numbers in (form.multipliers, form.offsets, form.shifts))


def _stream(form: Requantization, weights: Array, part: slice) -> Array:
    """int32 constants of the outputs in `part`, in the order in which the routine reads them."""
    quads, chunks = _split(weights)
    channels = np.arange(len(weights))[part]
    padded = np.zeros((-(-len(channels) // OUTPUTS) * OUTPUTS, 4 * quads * chunks), np.int64)
    padded[: len(channels), : weights.shape[1]] = weights[part]
    channels = np.pad(channels, (0, len(padded) - len(channels)), mode="edge")
    groups = padded.reshape(-1, 4, 2, quads * chunks, 2, 2)  # group, pair, first or second, quad, upper half, odd
    words = two_channel_words(groups[:, :, 0].swapaxes(3, 4), groups[:, :, 1].swapaxes(3, 4))
    by_group = channels.reshape(-1, 4, 2)
    needed = [form.multipliers] if form.truncates else [form.multipliers, form.offsets, form.shifts]
    constants = (
        np.stack(needed, axis=1)[by_group] if not _is_uniform(form) else np.zeros((*by_group.shape, 0), np.int64)
    )
    table = np.concatenate(
        [
            second_starts(form)[by_group[:, :, 1]],
            words.transpose(0, 2, 3, 1).reshape(len(words), -1),
            constants[:, :, 1].reshape(len(words), -1),
            form.starts[by_group[:, :, 0]],
            constants[:, :, 0].reshape(len(words), -1),
        ],
        axis=1,
    )
    shared = [form.multipliers[0], form.offsets[0], form.shifts[0]] if _is_uniform(form) else []
    return np.concatenate([np.array(shared, np.int64), table.ravel()]).astype(np.int32)


IMPLEMENTATION = FullyConnected()
