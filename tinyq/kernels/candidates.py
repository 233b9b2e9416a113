"""The implementations that there are, and which of them runs a call."""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tinyq.kernels.base import Implementation, InstructionSet, Target
from tinyq.kernels.portable import Portable
from tinyq.ops import Call
from tinyq.ops.accumulate import WEIGHTS

#: The instruction sets that a processor of one has besides, and whose kernels it can run.
ALSO: Mapping[InstructionSet, tuple[InstructionSet, ...]] = {"mve": ("dsp",)}


@cache
def implementations(instruction_set: InstructionSet) -> tuple[Implementation, ...]:
    """All that are made for an instruction set: `IMPLEMENTATION` in each file of the folder of its name."""
    if instruction_set == "portable":
        return ()
    package = import_module(f"tinyq.kernels.{instruction_set}")
    modules = (import_module(f"{package.__name__}.{found.name}") for found in iter_modules(package.__path__))
    return tuple(module.IMPLEMENTATION for module in modules if hasattr(module, "IMPLEMENTATION"))


@lru_cache(maxsize=4096)  # a fused node is looked at many times before it is chosen
def candidates(call: Call[Any], target: Target) -> tuple[Implementation, ...]:
    """All that apply, the fastest first; the portable one where no other does."""
    # The fast kernels know no arithmetic but that of TensorFlow Lite Micro, and only integers.
    is_theirs = call.arithmetic == "tflm" and call.output.dtype != "float32"
    sets = (target.instruction_set, *ALSO.get(target.instruction_set, ())) if is_theirs else ()
    made = (each for one in sets for each in implementations(one))
    fitting = (each for each in made if each.takes(call, target))
    found = [each for each in fitting if each.stores_int4 or not _stay_int4(call, target)]
    return tuple(sorted(found, key=lambda each: each.cycles(call))) or (Portable(call.op),)


def _stay_int4(call: Call[Any], target: Target) -> bool:
    """Whether the layer has int4 weights and they shall stay two in a byte: who chose them wants a small image.

    Where speed counts most they become int8 at build time, for kernels of fewer cycles and twice the flash. So do those
    of depthwise layers unless size counts most: they are few, and only portable C leaves them in halves of bytes.
    """
    weights = call.optional(WEIGHTS)
    if weights is None or weights.dtype != "int4" or target.optimize == "speed":
        return False
    return call.op != "DEPTHWISE_CONV_2D" or target.optimize == "size"


def room_for(call: Call[Any], implementation: Implementation) -> int:
    """Bytes that a call takes beside its inputs: scratch, and the output if no part of it may lie over an input."""
    shares = any(overlap.lead > -call.output.bytes for overlap in implementation.overlaps(call))
    return implementation.scratch_bytes(call) + (0 if shares else call.output.bytes)


def within(call: Call[Any], target: Target, room: int | None) -> Implementation:
    """The fastest that takes at most `room` bytes, without a limit if that is None; else that which takes least."""
    found = candidates(call, target)
    fitting = (each for each in found if room is None or room_for(call, each) <= room)
    return next(fitting, None) or min(found, key=lambda each: room_for(call, each))
