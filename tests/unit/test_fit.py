"""A model that can't fit is refused before it is compiled."""

import pytest

from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board
from tinyq.firmware.fit import CODE_ALLOWANCE_BYTES, VARIABLES_ALLOWANCE_BYTES, check_fit

NANO33 = load_board("nano33")
MOST_ARENA = NANO33.ram.bytes - NANO33.stack_bytes - VARIABLES_ALLOWANCE_BYTES
MOST_WEIGHTS = NANO33.flash.bytes - CODE_ALLOWANCE_BYTES


def test_what_fits_exactly_is_accepted() -> None:
    check_fit(NANO33, MOST_ARENA, MOST_WEIGHTS, "conv1")


def test_one_byte_of_arena_too_many_names_the_layer() -> None:
    with pytest.raises(TinyqError) as caught:
        check_fit(NANO33, MOST_ARENA + 1, 0, "conv1")
    assert str(caught.value) == (
        "the model does not fit into the board\n"
        "  RAM: needs 262145 bytes, Arduino Nano 33 BLE has 262144 (arena 257793, at its fullest in layer conv1; "
        "stack 4096; variables 256)\n"
        "  hint: make the input or the widest layers smaller, "
        "or choose a board with more memory (`tinyq boards`)"
    )


def test_one_byte_of_weights_too_many_is_refused() -> None:
    with pytest.raises(TinyqError) as caught:
        check_fit(NANO33, 0, MOST_WEIGHTS + 1, "conv1")
    assert str(caught.value) == (
        "the model does not fit into the board\n"
        "  flash: needs 983041 bytes, Arduino Nano 33 BLE has 983040 (weights 980993; code at least 2048)\n"
        "  hint: make the input or the widest layers smaller, "
        "or choose a board with more memory (`tinyq boards`)"
    )


def test_both_lacks_are_said_at_once() -> None:
    with pytest.raises(TinyqError, match=r"(?s)RAM: needs .*flash: needs "):
        check_fit(NANO33, MOST_ARENA + 1, MOST_WEIGHTS + 1, "conv1")
