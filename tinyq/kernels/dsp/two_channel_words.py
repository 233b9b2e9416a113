"""Weights of two channels in one word: each half is `256 * second + first`, of one input.

SMLAD with the word sums both channels at once, SXTB16 of the word leaves the first one's weights, and SMLAD sums those.
The difference of the sums is 256 times the second channel's, so the first needs a factor of 256 or 2 at the end alone.
"""

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.dsp.requantization import Requantization

LARGEST_SUM = 2**23  # 256 times as much no longer fits int32


def two_channel_words(first: Array, second: Array) -> Array:
    """Signed 32-bit values, int64 [...], of int8 weights [..., 2], the last axis being the lower and upper half."""
    halves = 256 * second.astype(np.int64) + first
    words: Array = (halves[..., 1] << 16) + (halves[..., 0] & 0xFFFF)
    return words


def second_starts(form: Requantization) -> Array:
    """int32 [channels]: what the sum of both channels starts at where a channel is the second one."""
    return form.starts if form.truncates else (form.starts.astype(np.int64) << 7).astype(np.int32)


def packs(weights: Array, form: Requantization) -> bool:
    """Whether weights [channels, ...] and sums fit, whichever of two neighbours is the first.

    Converters do not give -128 as a weight. The rounding form shifts the second sum back.
    """
    halves = 256 * weights[1:] + weights[:-1]
    return bool(halves.min(initial=0) >= -(2**15) and (form.truncates or form.largest.max() < LARGEST_SUM))
