"""The order of the stages; the only file that knows it."""

from collections.abc import Callable

from tinyq.ir.graph import Graph
from tinyq.ir.verify import verify
from tinyq.ops import call_of, operator
from tinyq.passes.drop_reshape import drop_reshape
from tinyq.passes.drop_unused import drop_unused
from tinyq.passes.fold_pad import fold_pad
from tinyq.passes.fold_zero_point import fold_zero_point

PASSES: tuple[Callable[[Graph], Graph], ...] = (drop_reshape, fold_pad, fold_zero_point, drop_unused)
