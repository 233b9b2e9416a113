"""Loop nests walk exactly the elements that they were made from."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from tinyq.ops.loops import Span, spans, table_spans

offsets = st.lists(st.integers(-1, 12), max_size=40).map(np.array) | st.builds(
    lambda row, step, times: np.add.outer(np.arange(times) * step, row).ravel(),
    st.lists(st.integers(0, 9), min_size=1, max_size=4).map(np.array),
    st.integers(0, 9),
    st.integers(1, 6),
)


def walked(found: list[Span], table: list[int]) -> dict[int, int]:
    """The offset of every index that the spans reach."""
    result: dict[int, int] = {}
    for span in found:
        places = [(span.index, span.offset)]
        for extent, offset_step, index_step in span.steps:
            places = [
                (index + turn * index_step, offset + turn * offset_step)
                for index, offset in places
                for turn in range(extent)
            ]
        for number, (index, offset) in enumerate(places):
            assert index not in result, "two spans reach one index"
            result[index] = offset if span.table is None else table[span.table + number]
    return result


def wanted(row: NDArray[np.int64]) -> dict[int, int]:
    return {index: int(offset) for index, offset in enumerate(row) if offset >= 0}


@given(offsets)
def test_spans_reach_each_index_once_and_at_its_offset(row: NDArray[np.int64]) -> None:
    assert walked(spans(row), []) == wanted(row)


@given(offsets)
def test_a_table_holds_the_same_offsets(row: NDArray[np.int64]) -> None:
    table = [7, 7]
    assert walked(table_spans(row, table), table) == wanted(row)


def test_what_repeats_is_one_span() -> None:
    assert spans(np.array([0, 1, 8, 9, 0, 1, 8, 9])) == [Span(0, 0, ((2, 0, 4), (2, 8, 2), (2, 1, 1)))]
    assert spans(np.array([-1, 5, 5, 5, -1])) == [Span(1, 5, ((3, 0, 1),))]
    assert spans(np.array([3, 2, 1, 0])) == [Span(0, 3, ((4, -1, 1),))]
