"""Small programs for the emulated board: compiled by zig, linked like a tinyq image, without a model."""

import subprocess
import textwrap
from collections.abc import Sequence
from pathlib import Path

from tinyq.emulator.device.machine import Machine
from tinyq.firmware.board import Board, load_board
from tinyq.tools.zig import zig_command, zig_environment

NANO33 = load_board("nano33")
_LINKER_SCRIPT = """
ENTRY(Reset_Handler)
SECTIONS
{{
    .text {flash:#x} : {{ KEEP(*(.vectors)) *(.text .text.* .rodata .rodata.*) }}
    .stack {ram:#x} (NOLOAD) : {{ stack_bottom = .; . += 2048; stack_top = .; }}
    .data . : {{ *(.data .data.*) }}
    .bss . (NOLOAD) : {{ bss_start = .; *(.bss .bss.* COMMON) . = ALIGN(4); bss_end = .; }}
    /DISCARD/ : {{ *(.ARM.exidx .ARM.exidx.*) }}
}}
"""

_START = """
#include <stdint.h>
extern uint32_t stack_top[], bss_start[], bss_end[];
int main(void);
__attribute__((used)) void run(void)
{{
    for (volatile uint32_t *word = bss_start; word != bss_end; ++word) {{
        *word = 0U;
    }}
    (void)main();
}}
#define WEAK __attribute__((weak, noinline))
__attribute__((naked)) void Reset_Handler(void)
{{
    __asm__ volatile("{start} bl run \\n 1: wfi \\n b 1b");
}}
WEAK void SVC_Handler(void) {{ for (;;) {{ __asm__ volatile("wfi"); }} }}
WEAK void PendSV_Handler(void) {{ for (;;) {{ __asm__ volatile("wfi"); }} }}
WEAK void SysTick_Handler(void) {{ for (;;) {{ __asm__ volatile("wfi"); }} }}
WEAK void Interrupt0_Handler(void) {{ for (;;) {{ __asm__ volatile("wfi"); }} }}
__attribute__((section(".vectors"), used)) void *const vector_table[] = {{
    stack_top, Reset_Handler, 0, 0, 0, 0, 0, 0, 0, 0, 0, SVC_Handler, 0, 0, PendSV_Handler, SysTick_Handler,
    Interrupt0_Handler,
}};
"""

_HEADER = """
#include <stdint.h>
#define REGISTER(address) (*(volatile uint32_t *)(uintptr_t)(address))
"""

_FPU_ON = r"ldr r0,=0xE000ED88 \n ldr r1,=0x00F00000 \n str r1,[r0] \n dsb \n isb \n"


def build(
    folder: Path,
    source: str,
    board: Board = NANO33,
    *,
    fpu: bool = True,
    level: str = "-O2",
    more: Sequence[Path] = (),
    include: Sequence[Path] = (),
) -> Path:
    """The ELF of a C program with a `main`; handlers that it does not define sleep for good.

    Args:
        folder: where to put it.
        source: C code.
        board: where it is linked to.
        fpu: whether reset switches the FPU on.
        level: of optimization.
        more: sources to link, in C or assembly.
        include: folders of headers.
    """
    code, script, elf = folder / "program.c", folder / "program.ld", folder / "program.elf"
    start = folder / "start.c"
    start.write_text(_START.format(start=_FPU_ON if fpu else ""))
    code.write_text(_HEADER + textwrap.dedent(source))
    script.write_text(_LINKER_SCRIPT.format(flash=board.vector_table, ram=board.ram.origin))
    cpu = board.processor
    flags = [f"--target={cpu.zig_target}", f"-mcpu={cpu.zig_cpu}", level, "-g0", "-ffreestanding", "-std=c99"]
    flags += [
        "-fno-sanitize=undefined",
        "-fno-builtin",
        "-ffp-contract=off",
        "-Wl,--entry=Reset_Handler",
        "-fno-unwind-tables",
    ]
    flags += [f"-I{path}" for path in include]
    command = [*zig_command(), "cc", *flags, f"-Wl,-T,{script}", *map(str, (start, code, *more)), "-o", str(elf)]
    subprocess.run(command, env=zig_environment(), check=True)
    return elf


def load(folder: Path, source: str, board: Board = NANO33, *, fpu: bool = True) -> Machine:
    """The program on an emulated board, before its first instruction."""
    return Machine.load(build(folder, source, board, fpu=fpu), board)


def word(machine: Machine, variable: str) -> int:
    """The value of a 32-bit variable of the program."""
    address = machine.symbols.address(variable)
    assert address is not None, variable
    return machine.core.read_word(address)
