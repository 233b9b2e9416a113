"""A converted float model answers what the original does."""

import numpy as np

from tinyq.frontend.same_answers import agree, difference

WANTED = np.array([[0.5, -200.0]], np.float32)


def test_another_order_of_sums_is_the_same_answer() -> None:
    assert agree(WANTED, WANTED)
    assert agree(WANTED + np.float32(0.01), WANTED)
    assert agree(np.zeros((1, 2)), np.zeros((1, 2)))


def test_another_answer_is_told() -> None:
    assert not agree(WANTED + np.float32(0.1), WANTED)
    assert difference(WANTED + np.float32(0.5), WANTED) == "values that are up to 0.5 off, where the largest is 200"


def test_another_shape_is_told() -> None:
    assert not agree(WANTED.T, WANTED)
    assert difference(WANTED.T, WANTED) == "the shape [2, 1], not [1, 2]"


def test_what_is_no_number_is_another_answer() -> None:
    assert not agree(WANTED * np.nan, WANTED)
