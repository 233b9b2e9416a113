"""Whether a model fits into a board, asked before anything is compiled."""

from tinyq.errors import TinyqError
from tinyq.firmware.board import Board

# What a build of the smallest model takes besides its arena and weights (startup, drivers, self-test, one layer).
CODE_ALLOWANCE_BYTES = 2048
VARIABLES_ALLOWANCE_BYTES = 256


def check_fit(board: Board, arena_bytes: int, weight_bytes: int, peak_layer: str) -> None:
    """Check that a model's arena and weights fit into a board; the linker decides about the last bytes.

    Args:
        board: where the model is to run.
        arena_bytes: the model's arena, at its fullest while `peak_layer` runs.
        weight_bytes: the model's constants.
        peak_layer: name of that layer.

    Raises:
        TinyqError: they do not fit; the message holds the bytes needed and the bytes there.
    """
    ram_bytes = arena_bytes + board.stack_bytes + VARIABLES_ALLOWANCE_BYTES
    flash_bytes = weight_bytes + CODE_ALLOWANCE_BYTES
    problems = []
    if ram_bytes > board.ram.bytes:
        problems.append(
            f"RAM: needs {ram_bytes} bytes, {board.title} has {board.ram.bytes} "
            f"(arena {arena_bytes}, at its fullest in layer {peak_layer}; stack {board.stack_bytes}; "
            f"variables {VARIABLES_ALLOWANCE_BYTES})"
        )
    if flash_bytes > board.flash.bytes:
        problems.append(
            f"flash: needs {flash_bytes} bytes, {board.title} has {board.flash.bytes} "
            f"(weights {weight_bytes}; code at least {CODE_ALLOWANCE_BYTES})"
        )
    if problems:
        raise TinyqError(
            "the model does not fit into the board\n  " + "\n  ".join(problems),
            "make the input or the widest layers smaller, or choose a board with more memory (`tinyq boards`)",
        )
