"""How operators run on a kind of processor: `<instruction set>/<implementation>.py`; nothing lists them."""

from tinyq.kernels.base import Implementation, InstructionSet, Optimize, Part, Routine, Target
from tinyq.kernels.candidates import implementations
from tinyq.kernels.selection import PORTABLE, Selection, options, select
from tinyq.ops import Overlap

__all__ = [
    "PORTABLE",
    "Implementation",
    "InstructionSet",
    "Optimize",
    "Overlap",
    "Part",
    "Routine",
    "Selection",
    "Target",
    "implementations",
    "options",
    "select",
]
