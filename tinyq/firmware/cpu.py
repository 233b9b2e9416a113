"""The Cortex-M processors that a board may name, and how each compiler calls them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Cpu:
    """One kind of processor.

    Attributes:
        zig_target: clang's target triple.
        zig_cpu: zig's name of the processor with its features; clang's `-mfpu` is ignored there.
        gcc_flags: the same, said to gcc.
        hardware_float: whether float arguments travel in FPU registers, which reset must switch on.
        cycle_counter: whether the processor has DWT CYCCNT.
    """

    zig_target: str
    zig_cpu: str
    gcc_flags: tuple[str, ...]
    hardware_float: bool
    cycle_counter: bool


def _integer_cpu(zig_cpu: str, gcc_cpu: str, *, cycle_counter: bool) -> Cpu:
    flags = ("-mthumb", f"-mcpu={gcc_cpu}", "-mfloat-abi=soft")
    return Cpu("thumb-freestanding-eabi", zig_cpu, flags, hardware_float=False, cycle_counter=cycle_counter)


def _float_cpu(zig_cpu: str, gcc_cpu: str, gcc_fpu: str) -> Cpu:
    flags = ("-mthumb", f"-mcpu={gcc_cpu}", f"-mfpu={gcc_fpu}", "-mfloat-abi=hard")
    return Cpu("thumb-freestanding-eabihf", zig_cpu, flags, hardware_float=True, cycle_counter=True)


CPUS: Mapping[str, Cpu] = {
    "cortex-m0": _integer_cpu("cortex_m0", "cortex-m0", cycle_counter=False),
    "cortex-m0plus": _integer_cpu("cortex_m0plus", "cortex-m0plus", cycle_counter=False),
    "cortex-m3": _integer_cpu("cortex_m3", "cortex-m3", cycle_counter=True),
    "cortex-m4": _float_cpu("cortex_m4+vfp4d16sp", "cortex-m4", "fpv4-sp-d16"),
    # Single precision only: no kernel computes in double, and emulators lack the M7's double instructions.
    "cortex-m7": _float_cpu("cortex_m7+fp_armv8d16sp", "cortex-m7", "fpv5-sp-d16"),
    "cortex-m33": _float_cpu("cortex_m33+dsp+fp_armv8d16sp", "cortex-m33", "fpv5-sp-d16"),
    "cortex-m55": _float_cpu("cortex_m55+mve_fp+fp_armv8d16", "cortex-m55", "auto"),
}
