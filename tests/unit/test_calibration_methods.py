"""Each method chooses the range that its source says."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tinyq.calibration.methods import methods, range_by
from tinyq.calibration.methods.mse import error
from tinyq.calibration.statistics import Statistics, gathered

CHANCE = np.random.default_rng(0)
NORMAL = gathered(list(CHANCE.normal(size=(50, 400))))
RECTIFIED = gathered(list(np.maximum(CHANCE.normal(size=(50, 400)), 0)))
WITH_OUTLIER = gathered([*CHANCE.normal(size=(49, 400)), CHANCE.normal(size=400) * 1000])


def values(statistics: Statistics) -> NDArray[Any]:
    """Every value, as the middle of its bin."""
    return np.repeat(statistics.centers, statistics.counts)


numbers = st.floats(-1e3, 1e3, width=32).filter(lambda value: value == 0 or abs(value) > 1e-20)
tensors = st.lists(st.lists(numbers, min_size=4, max_size=4), min_size=1, max_size=6)


@given(tensors, st.sampled_from(list(methods())))
def test_a_range_holds_zero_and_goes_no_further_than_the_values(lists: list[list[float]], method: str) -> None:
    statistics = gathered([np.array(each) for each in lists])
    low, high = range_by(method, statistics)
    assert min(statistics.low, 0) <= low <= 0 <= high <= max(statistics.high, 0)


def test_there_are_the_methods_of_the_literature() -> None:
    assert list(methods()) == ["entropy", "minmax", "moving-average", "mse", "percentile", "percentile-99.9"]


@pytest.mark.parametrize("statistics", [NORMAL, WITH_OUTLIER])
def test_minmax_is_the_range_of_all_values(statistics: Statistics) -> None:
    assert range_by("minmax", statistics) == (statistics.low, statistics.high)


@pytest.mark.parametrize(("method", "percent"), [("percentile", 99.99), ("percentile-99.9", 99.9)])
@pytest.mark.parametrize("statistics", [NORMAL, RECTIFIED, WITH_OUTLIER])
def test_a_percentile_clips_its_share_at_either_end(method: str, percent: float, statistics: Statistics) -> None:
    low, high = range_by(method, statistics)
    held, clipped = values(statistics), (1 - percent / 100) * statistics.counts.sum()
    bin_width = 2**-7
    assert (held > high).sum() <= clipped <= (held >= high * (1 - bin_width)).sum()
    assert (held < low).sum() <= clipped <= (held <= low * (1 - bin_width)).sum()


def test_a_moving_average_is_the_mean_of_the_extremes_of_few_samples() -> None:
    statistics = gathered([np.array([-1.0, 3.0]), np.array([-3.0, 5.0]), np.array([-5.0, 10.0])])
    assert np.allclose(range_by("moving-average", statistics), (-3, 6))


def test_of_many_samples_the_newest_weighs_a_hundredth() -> None:
    many = [np.array([-1.0, 1.0])] * 300
    assert np.allclose(range_by("moving-average", gathered([*many, np.array([-101.0, 1.0])])), (-2, 1))


@pytest.mark.parametrize("statistics", [NORMAL, RECTIFIED, WITH_OUTLIER])
def test_no_range_around_that_of_mse_has_less_error(statistics: Statistics) -> None:
    low, high = range_by("mse", statistics)
    least = error(statistics, low, high)
    for factor in (0.25, 0.5, 0.8, 1.25, 2, 4):
        assert least <= error(statistics, max(low * factor, statistics.low), min(high * factor, statistics.high))


def test_the_error_of_a_range_is_that_of_quantizing_every_value() -> None:
    low, high, step = -2.0, 3.1, 5.1 / 255
    exact = values(NORMAL)
    integers = np.clip(np.rint(exact / step), round(low / step), round(high / step))
    assert np.isclose(error(NORMAL, low, high), ((exact - integers * step) ** 2).sum())


def test_entropy_keeps_a_normal_distribution_and_cuts_off_what_lies_far_out() -> None:
    assert range_by("entropy", NORMAL)[1] > 3
    assert range_by("entropy", WITH_OUTLIER)[1] < 0.5 * WITH_OUTLIER.high


def test_entropy_keeps_all_of_a_few_equally_frequent_values() -> None:
    steps = gathered(list(CHANCE.integers(0, 17, size=(50, 64)) / 16))
    assert range_by("entropy", steps) == (0, 1)
