"""Ways to choose a tensor's range from its statistics: one file a method, found by name; nothing lists them.

Such a file has a mapping `METHODS`, from the names that `--calibrate` takes to functions of `Statistics`: they return
the least and greatest real value that the integers should reach. Values outside are clipped to them.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from tinyq.calibration.statistics import Statistics

Range = tuple[float, float]
Method = Callable[[Statistics], Range]


@cache
def methods() -> Mapping[str, Method]:
    """All methods by name, sorted."""
    found: dict[str, Method] = {}
    for module in iter_modules(__path__):
        found |= import_module(f"{__name__}.{module.name}").METHODS
    return dict(sorted(found.items()))


def range_by(method: str, statistics: Statistics) -> Range:
    """The range of one tensor; zero is within it: an integer must stand for it (TFLite quantization specification)."""
    low, high = methods()[method](statistics)
    return min(low, 0.0), max(high, 0.0)
