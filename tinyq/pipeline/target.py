"""What kernels may use, should save and how they round: from the names of a board, of a goal and of an arithmetic."""

from typing import get_args

from tinyq.errors import TinyqError
from tinyq.firmware.board import Board, load_board
from tinyq.frontend.choices import Choices
from tinyq.ir.graph import Arithmetic
from tinyq.kernels import Optimize, Target


def chosen_target(board: Board | str | None, choices: Choices) -> Target:
    """`target_of` what the user chose."""
    return target_of(board, choices.optimize, choices.arithmetic, allow_float=choices.in_float)


def target_of(
    board: Board | str | None, optimize: str | None = None, arithmetic: str | None = None, *, allow_float: bool = False
) -> Target:
    """The target of a build.

    Args:
        board: a board, or its name; None for C99 alone.
        optimize: what counts most; "balanced" where it is None.
        arithmetic: how the model rounds; "tflm" where it is None.
        allow_float: whether kernels may compute in float32 at run time.

    Raises:
        TinyqError: no such board, no such goal, or no such arithmetic.
    """
    goals: dict[str, Optimize] = {name: name for name in get_args(Optimize)}
    profiles: dict[str, Arithmetic] = {name: name for name in get_args(Arithmetic)}
    if optimize is not None and optimize not in goals:
        raise TinyqError(f"found optimize = {optimize!r}; accepted: {', '.join(goals)}", "--help says what each saves")
    if arithmetic is not None and arithmetic not in profiles:
        raise TinyqError(
            f"found arithmetic = {arithmetic!r}; accepted: {', '.join(profiles)}",
            "tflm answers as TensorFlow Lite Micro does, xnnpack as TensorFlow Lite does in Python",
        )
    described = load_board(board) if isinstance(board, str) else board
    default = Target()
    instruction_set = default.instruction_set if described is None else described.processor.instruction_set
    return Target(
        instruction_set,
        default.optimize if optimize is None else goals[optimize],
        default.arithmetic if arithmetic is None else profiles[arithmetic],
        allow_float,
    )
