"""The statistics of a tensor hold what its values hold, within the width of a bin."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tinyq.calibration.statistics import Statistics, gathered

Samples = list[NDArray[Any]]

numbers = st.floats(-1e6, 1e6, width=32).filter(lambda value: value == 0 or abs(value) > 1e-30)
samples = st.lists(st.lists(numbers, min_size=6, max_size=6), min_size=1, max_size=8).map(
    lambda lists: [np.array(each, np.float32).reshape(2, 3) for each in lists]
)


@given(samples)
def test_every_value_lies_in_a_bin_no_wider_than_a_256th_of_it(given: Samples) -> None:
    found = gathered(given)
    assert found.counts.sum() == 6 * len(given)
    for value in np.concatenate(given).ravel().astype(np.float64):
        inside = (found.edges[:, 0] <= value) & (value <= found.edges[:, 1])
        assert inside.any()
        widths = (found.edges[:, 1] - found.edges[:, 0])[inside]
        assert widths.min() <= abs(value) / 256


@given(samples)
def test_extremes_are_those_of_samples_and_of_channels(given: Samples) -> None:
    found, stacked = gathered(given), np.stack(given)
    assert np.array_equal(found.lows, stacked.min(axis=(1, 2)))
    assert np.array_equal(found.highs, stacked.max(axis=(1, 2)))
    assert np.array_equal(found.channel_lows, stacked.min(axis=(0, 1)))
    assert np.array_equal(found.channel_highs, stacked.max(axis=(0, 1)))


@given(samples)
def test_the_order_of_samples_changes_no_bin(given: Samples) -> None:
    one, other = gathered(given), gathered(given[::-1])
    assert np.array_equal(one.edges, other.edges)
    assert np.array_equal(one.counts, other.counts)


@given(samples)
def test_bins_rise_and_do_not_overlap(given: Samples) -> None:
    edges = gathered(given).edges
    assert (edges[:, 0] <= edges[:, 1]).all()
    assert (edges[1:, 0] >= edges[:-1, 1]).all()


def halves() -> Statistics:
    return gathered([np.array([[-3.0, -1.0], [0.0, 0.0]]), np.array([[0.5, 2.0], [2.0, 7.0]])])


@pytest.mark.parametrize(("value", "count"), [(-4, 0), (-2, 1), (-0.5, 2), (0.25, 4), (1, 5), (3, 7), (8, 8)])
def test_counting_below_a_value_that_no_bin_holds_is_exact(value: float, count: int) -> None:
    assert halves().below(np.array([value])) == count


@pytest.mark.parametrize(("low", "high", "share"), [(-3, 7, 0), (-2, 7, 1 / 8), (-0.5, 1, 5 / 8), (-3, 2, 1 / 8)])
def test_the_share_outside_of_a_range_is_counted(low: float, high: float, share: float) -> None:
    assert halves().outside(low, high) == share
