"""What every implementation of an operator answers; one file an implementation, found by its folder."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tinyq.ir.graph import Arithmetic, DType
from tinyq.ops import Call, Kernel
from tinyq.ops.overlap import Overlap as Overlap  # kernels find it beside what else they need

InstructionSet = Literal["portable", "dsp", "thumb", "mve"]
Optimize = Literal["balanced", "speed", "size", "ram"]


@dataclass(frozen=True)
class Target:
    """What kernels may use, and what they should save.

    Attributes:
        instruction_set: "portable" is C99 alone; "dsp" adds the DSP extension of Armv7E-M and Armv8-M and the registers
            of a single-precision FPU (Cortex-M4F, M7, M33); "mve" adds the M-profile Vector Extension to those
            (Cortex-M55); "thumb" is what every Cortex-M has: 16-bit instructions and products of 32 bits (Cortex-M0,
            M0+, M3).
        optimize: what counts most.
        arithmetic: how they round; DESIGN.md, section 3.
        allow_float: whether some may compute in float32 at run time.
    """

    instruction_set: InstructionSet = "portable"
    optimize: Optimize = "balanced"
    arithmetic: Arithmetic = "tflm"
    allow_float: bool = False


#: Whether a compiler builds for a processor that runs the routines in firmware_templates/routines/<instruction set>.
CONDITIONS: Mapping[str, str] = {
    "dsp": "defined(__ARM_FEATURE_DSP) && defined(__ARM_FP)",
    "thumb": "defined(__thumb__)",
}


@dataclass(frozen=True)
class Routine:
    """A function that layers share: assembly for the processor, and C that says what it does, for everybody else.

    The templates are firmware_templates/routines/<template>.S.j2 and .c.j2. Both see `symbol` and every parameter; the
    second is the body of the C function, in braces.

    Attributes:
        template: path in firmware_templates/routines, without its ending.
        signature: the C prototype, with `{symbol}` where the function's name goes.
        parameters: names and numbers. Two layers with equal ones share the function.
        is_assembly: whether there is the first; else the C runs on the processor too, by intrinsics.
    """

    template: str
    signature: str
    parameters: tuple[tuple[str, int], ...] = ()
    is_assembly: bool = True

    @property
    def condition(self) -> str:
        """For the preprocessor: whether there is assembly for the processor."""
        return CONDITIONS[self.template.partition("/")[0]]

    @property
    def name(self) -> str:
        """Unique among the routines of a model: the template's name and the numbers."""
        numbers = "_".join(str(number).replace("-", "m") for _, number in self.parameters)
        return "_".join(part for part in (self.template.rpartition("/")[2], numbers) if part)


@dataclass(frozen=True)
class Part:
    """A smaller call that the C function of a call makes, as a function of its own.

    Attributes:
        call: what it computes.
        implementation: what it runs by.
    """

    call: Call[Any]
    implementation: "Implementation"


class Implementation(ABC):
    """One way to run one operator on one kind of processor.

    Its functions see nodes only after `applies` said yes to them.

    Attributes:
        op: the operator's TFLite name.
        template: the C function's template, a path in firmware_templates/kernels without its ending.
        stores_int4: whether it is made for int4 weights, and leaves them two in a byte; others store them as int8.
        dtype: the element type of the outputs that it is made for.
    """

    op: str
    template: str
    stores_int4: bool = False
    dtype: DType = "int8"

    def takes(self, call: Call[Any], target: Target) -> bool:
        """Whether it is made for such a node, and computes this one exactly."""
        return (self.op, self.dtype) == (call.op, call.output.dtype) and self.applies(call, target)

    @abstractmethod
    def applies(self, call: Call[Any], target: Target) -> bool:
        """Whether it computes this node, of its operator and element type; `target.instruction_set` has its own."""

    @abstractmethod
    def cycles(self, call: Call[Any]) -> float:
        """About how many cycles it takes on a Cortex-M4 without wait states: of those that apply the fastest runs."""

    @abstractmethod
    def kernel(self, call: Call[Any]) -> Kernel:
        """What the template sees as `k`; arrays become constants in flash."""

    def routines(self, call: Call[Any]) -> Mapping[str, Routine]:
        """The routines that the C function calls; the template sees their C names as `routine.<key>`."""
        return {}

    def parts(self, call: Call[Any]) -> Mapping[str, Part]:
        """The smaller calls that it is made of; the template sees their C functions as `part.<key>`."""
        return {}

    def scratch_bytes(self, call: Call[Any]) -> int:
        """Bytes of the arena, 4-aligned, that it needs only while it runs."""
        return 0

    def overlaps(self, call: Call[Any]) -> tuple[Overlap, ...]:
        """The inputs that its output may overwrite."""
        return ()
