"""The Cortex-M processors that a board may name, and how each compiler calls them."""

from collections.abc import Mapping
from dataclasses import dataclass

from tinyq.kernels import InstructionSet


@dataclass(frozen=True)
class Cpu:
    """One kind of processor.

    Attributes:
        zig_target: clang's target triple.
        zig_cpu: zig's name of the processor with its features; clang's `-mfpu` is ignored there.
        gcc_flags: the same, said to gcc.
        hardware_float: whether float arguments travel in FPU registers, which reset must switch on.
        instruction_set: the kernels that it can run.
        cycle_counter: whether the processor has DWT CYCCNT.
        vector_table_register: whether it has VTOR; without it the table lies at address 0.
        caches: whether it has an instruction and a data cache of its own, which reset leaves off.
    """

    zig_target: str
    zig_cpu: str
    gcc_flags: tuple[str, ...]
    hardware_float: bool
    instruction_set: InstructionSet
    cycle_counter: bool
    vector_table_register: bool = True
    caches: bool = False


def _integer_cpu(zig_cpu: str, gcc_cpu: str, *, cycle_counter: bool, vector_table_register: bool = True) -> Cpu:
    return Cpu(
        "thumb-freestanding-eabi",
        zig_cpu,
        ("-mthumb", f"-mcpu={gcc_cpu}", "-mfloat-abi=soft"),
        hardware_float=False,
        instruction_set="thumb",
        cycle_counter=cycle_counter,
        vector_table_register=vector_table_register,
    )


def _float_cpu(
    zig_cpu: str, gcc_cpu: str, gcc_fpu: str, *, instruction_set: InstructionSet = "dsp", caches: bool = False
) -> Cpu:
    return Cpu(
        "thumb-freestanding-eabihf",
        zig_cpu,
        ("-mthumb", f"-mcpu={gcc_cpu}", f"-mfpu={gcc_fpu}", "-mfloat-abi=hard"),
        hardware_float=True,
        instruction_set=instruction_set,
        cycle_counter=True,
        caches=caches,
    )


CPUS: Mapping[str, Cpu] = {
    "cortex-m0": _integer_cpu("cortex_m0", "cortex-m0", cycle_counter=False, vector_table_register=False),
    "cortex-m0plus": _integer_cpu("cortex_m0plus", "cortex-m0plus", cycle_counter=False),
    "cortex-m3": _integer_cpu("cortex_m3", "cortex-m3", cycle_counter=True),
    "cortex-m4": _float_cpu("cortex_m4+vfp4d16sp", "cortex-m4", "fpv4-sp-d16"),
    # Single precision only: no kernel computes in double, and emulators lack the M7's double instructions.
    "cortex-m7": _float_cpu("cortex_m7+fp_armv8d16sp", "cortex-m7", "fpv5-sp-d16", caches=True),
    "cortex-m33": _float_cpu("cortex_m33+dsp+fp_armv8d16sp", "cortex-m33", "fpv5-sp-d16"),
    "cortex-m55": _float_cpu("cortex_m55+mve_fp+fp_armv8d16", "cortex-m55", "auto", instruction_set="mve"),
}
