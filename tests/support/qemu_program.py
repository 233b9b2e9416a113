"""Models in one program that QEMU runs: what they answer, and how many instructions an inference takes."""

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from support.device_program import build
from tinyq.codegen.generated import GeneratedModel
from tinyq.codegen.render import render
from tinyq.codegen.write import write_if_changed
from tinyq.firmware.board import Board

# SysTick counts the board's clock, and with -icount shift=0 an instruction takes a nanosecond.
_PROGRAM = """
#include <string.h>
#define SYST_CSR REGISTER(0xE000E010)
#define SYST_RVR REGISTER(0xE000E014)
#define SYST_CVR REGISTER(0xE000E018)
__attribute__((noinline)) static void host(uint32_t operation, const void *operand)
{
    register uint32_t r0 __asm__("r0") = operation;
    register const void *r1 __asm__("r1") = operand;
    __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
}
static void say(const uint8_t *bytes, uint32_t count)
{
    for (uint32_t i = 0; i < count; ++i) {
        const char text[3] = {"0123456789abcdef"[bytes[i] >> 4], "0123456789abcdef"[bytes[i] & 15], 0};
        host(0x04, text);
    }
}
static void say_ticks(uint32_t ticks)
{
    const uint8_t bytes[4] = {(uint8_t)(ticks >> 24), (uint8_t)(ticks >> 16), (uint8_t)(ticks >> 8), (uint8_t)ticks};
    host(0x04, " ");
    say(bytes, 4);
    host(0x04, "\\n");
}
int main(void)
{
    SYST_RVR = 0xFFFFFFU;
    SYST_CVR = 0U;
    SYST_CSR = 5U;
%s
    host(0x18, (const void *)0x20026);
    return 0;
}
"""
_POISON = 0xA5
_INSTRUCTIONS_PER_SECOND = 1e9


@dataclass(frozen=True, eq=False)
class Answers:
    """What one model answered.

    Attributes:
        rows: uint8 [samples, bytes of all outputs].
        instructions: of one inference, to about a hundred.
    """

    rows: NDArray[np.uint8]
    instructions: float


def run_in_qemu(
    folder: Path,
    models: Sequence[GeneratedModel],
    inputs: Sequence[NDArray[np.uint8]],
    board: Board,
    level: str = "-O2",
) -> list[Answers]:
    """The answers of each model to its rows of input bytes, in an arena that holds poison before each sample."""
    files = {"string.h": render("platform/include/string.h.j2")}
    constants, calls, heads = [], [], []
    for model, rows in zip(models, inputs, strict=True):
        files |= {**model.files, **model.runtime_files}
        name = model.identifier
        numbers = ",".join(map(str, rows.ravel()))
        heads.append(f'#include "{name}.h"\nextern uint8_t {name}_arena[{model.arena_bytes}];')
        constants.append(f"static const uint8_t {name}_rows[] = {{{numbers}}};")
        calls.append(_calls(model, rows))
    write_if_changed(folder, files)
    sources = sorted(path for path in folder.iterdir() if path.suffix in (".c", ".S"))
    program = "\n".join([*heads, *constants, _PROGRAM % "\n".join(calls)])
    elf = build(folder, program, board, level=level, more=sources, include=[folder])
    lines = iter(_said(elf, board).splitlines())
    return [_answers([next(lines) for _ in rows], board) for rows in inputs]


def _calls(model: GeneratedModel, rows: NDArray[np.uint8]) -> str:
    name, size = model.identifier, rows.shape[1]
    copies, start = [], 0
    for index, tensor in enumerate(model.inputs):
        copies.append(f"memcpy({name}_input({index}), &{name}_rows[i * {size} + {start}], {tensor.bytes});")
        start += tensor.bytes
    answers = [f"say({name}_output({index}), {tensor.bytes});" for index, tensor in enumerate(model.outputs)]
    return f"""    for (uint32_t i = 0; i < {len(rows)}; ++i) {{
        memset({name}_arena, {_POISON}, {model.arena_bytes});
        {" ".join(copies)}
        const uint32_t start = SYST_CVR;
        (void){name}_invoke();
        const uint32_t end = SYST_CVR;
        {" ".join(answers)}
        say_ticks((start - end) & 0xFFFFFFU); /* it counts downwards */
    }}"""


def _said(elf: Path, board: Board) -> str:
    command = ["qemu-system-arm", "-machine", str(board.qemu_machine), "-display", "none", "-monitor", "none"]
    command += ["-serial", "none", "-icount", "shift=0", "-semihosting-config", "enable=on,target=native"]
    done = subprocess.run(
        [*command, "-kernel", str(elf)],
        timeout=300,
        check=True,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    return done.stdout


def _answers(lines: list[str], board: Board) -> Answers:
    texts, ticks = zip(*(line.split(" ") for line in lines), strict=True)
    rows = np.array([list(bytes.fromhex(text)) for text in texts], np.uint8)
    return Answers(rows, int(ticks[0], 16) * _INSTRUCTIONS_PER_SECOND / board.clock_hz)
