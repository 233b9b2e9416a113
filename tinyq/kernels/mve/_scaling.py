"""From accumulators to int8, four channels at a time: constants for the macros in firmware_templates/routines/mve.

VQRDMULH rounds as gemmlowp's `SaturatingRoundingDoublingHighMul` does here, ties upwards: `(2ab + 2**31) >> 32`; it
saturates for two operands of -2**31 alone, and no multiplier is negative. `RoundingDivideByPOT(h, e)`, ties away from
zero, is `(h + 2**(e-1) - (h < 0)) >> e` for e > 0 and h for e = 0 (tinyq_divide_by_power_of_two says the same by its
remainder). VRSHL by -e is `(h + 2**(e-1)) >> e`, with enough bits inside, and h for e = 0. So -1 is added before it
where h is negative and e is not 0: the sign of `h & -e`. There |h| < 2**31 as multipliers are below 2**31, hence that
does not overflow. A left shift comes first and wraps at 32 bits, VSHL as well as tinyq_scale.
"""

from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Routine
from tinyq.kernels.dsp.requantization import accumulator_range, folded_bias
from tinyq.numerics.fixed_point import INT32_MAX
from tinyq.ops import Call
from tinyq.ops.output_stage import output_stage

LANES = 4  # int32 numbers of a vector


def fits(call: Call[Any]) -> bool:
    """Whether no sum overflows int32, the bias with the zero point's part first and then product after product.

    A partial sum is within those of all products' least and greatest values: none of the former is positive, none of
    the latter negative.
    """
    reachable = accumulator_range(call)
    return int(reachable.least.min()) >= -INT32_MAX and int(reachable.greatest.max()) <= INT32_MAX


def scaling_words(call: Call[Any], order: tuple[int, ...]) -> Array:
    """int32 [groups, 3, len(order)]: bias, multipliers and shifts (positive: to the left) of each group of channels.

    Args:
        call: of a layer that accumulates.
        order: which of the group's channels comes first, and so on; channels that there are not are zeros.
    """
    bias = folded_bias(call)
    stage = output_stage(call, len(bias))
    rows = np.stack([bias, stage.multipliers.astype(np.int64), stage.shifts.astype(np.int64)])
    rows = np.pad(rows, ((0, 0), (0, -len(bias) % len(order))))
    words: Array = rows.reshape(3, -1, len(order))[:, :, list(order)].swapaxes(0, 1).astype(np.int32)
    return words


def routine(template: str, call: Call[Any], channels: int, signature: str, **more: int) -> Routine:
    """The routine of a template that ends in an output stage; layers with the same clamp share it."""
    stage = output_stage(call, channels)
    numbers = {
        "zero_point": stage.zero_point,
        "low": stage.low,
        "high": stage.high,
        "left": int(stage.shifts.max() > 0),
        **more,
    }
    return Routine(f"mve/{template}", signature, tuple(numbers.items()), is_assembly=False)
