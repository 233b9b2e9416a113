"""Whether a compiled model fits into a board."""

from tinyq.firmware.board import Board
from tinyq.firmware.fit import check_fit
from tinyq.memory.picture import peak
from tinyq.pipeline.compile import CompiledModel


def require_fit(compiled: CompiledModel, board: Board) -> str:
    """The layer in which the arena is fullest, of a model that is not too large for `board`.

    Raises:
        TinyqError: as tinyq.firmware.fit says.
    """
    fullest = peak(compiled.graph, compiled.plan).layer
    check_fit(board, compiled.plan.arena_bytes, compiled.weight_bytes, fullest)
    return fullest
