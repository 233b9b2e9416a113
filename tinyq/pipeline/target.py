"""What kernels may use and should save: from the names of a board and of a goal."""

from typing import get_args

from tinyq.errors import TinyqError
from tinyq.firmware.board import Board, load_board
from tinyq.kernels import Optimize, Target

DEFAULT: Optimize = "balanced"


def target_of(board: Board | str | None, optimize: str | None = None) -> Target:
    """The target of a build.

    Args:
        board: a board, or its name; None for C99 alone.
        optimize: what counts most; "balanced" where it is None.

    Raises:
        TinyqError: no such board, or no such goal.
    """
    known = {name: name for name in get_args(Optimize)}
    if optimize is not None and optimize not in known:
        raise TinyqError(f"found optimize = {optimize!r}; accepted: {', '.join(known)}", "--help says what each saves")
    described = load_board(board) if isinstance(board, str) else board
    instruction_set = Target().instruction_set if described is None else described.processor.instruction_set
    return Target(instruction_set, known.get(optimize or DEFAULT, DEFAULT))
