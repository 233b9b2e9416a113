"""The bounds of the two-instruction requantization are strict where a product would be the next level itself."""

import numpy as np
import pytest

from tinyq.kernels.dsp.truncation import STEPS, Reachable, _multipliers

GAIN, EXPONENT, POWER = 256, 1, 6
LEVEL = 2 ** (32 + EXPONENT)  # a multiple of GAIN * 2**POWER


@pytest.mark.parametrize(("least", "exists"), [(-(2**POWER), False), (-(2**POWER) - 1, True)])
def test_a_sum_that_reaches_a_level_just_before_its_step_has_no_multiplier(least: int, *, exists: bool) -> None:
    """Steps -1, 0 and 1 are reached; -1 right behind the least accumulator, so that a product there must be less."""
    greatest = 2**POWER + 1
    rises = np.where(STEPS < -1, least, greatest + 1)
    rises[STEPS == -1], rises[STEPS == 0], rises[STEPS == 1] = least + 1, 0, greatest
    reachable = Reachable(np.array([least]), np.array([greatest]))
    (found,) = _multipliers(rises[:, None], reachable, GAIN, np.zeros((1, 1), np.int64), EXPONENT)[0].tolist()
    assert (found > 0) == exists
    if exists:
        assert GAIN * least * found < -LEVEL
        assert GAIN * (greatest - 1) * found < LEVEL <= GAIN * greatest * found
