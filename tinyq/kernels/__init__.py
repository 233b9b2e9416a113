"""How operators run on a kind of processor: `<instruction set>/<implementation>.py`; nothing lists them."""

from tinyq.kernels.base import Implementation, InstructionSet, Optimize, Overlap, Routine, Target
from tinyq.kernels.selection import PORTABLE, Selection, implementations, select

__all__ = [
    "PORTABLE",
    "Implementation",
    "InstructionSet",
    "Optimize",
    "Overlap",
    "Routine",
    "Selection",
    "Target",
    "implementations",
    "select",
]
