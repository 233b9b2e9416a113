"""Instruction counts equal QEMU's, one by one, where qemu-system-arm is installed."""

import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
from support.device_program import build

from tinyq.emulator.device.machine import Machine
from tinyq.emulator.device.run import Ending
from tinyq.firmware.board import Board, load_board

# Loops, IT blocks, calls, a table jump, division, DSP and FPU instructions, MMIO, supervisor calls.
PROGRAM = """
static uint8_t bytes[200];
static volatile uint32_t served;
void SVC_Handler(void) { served += 1U; }
__attribute__((noinline)) static uint32_t mixed(uint32_t number)
{
    switch (number & 7U) {
    case 0: return number * 3U;
    case 1: return number / 3U;
    case 2: return number % 7U;
    case 3: return (uint32_t)((float)number * 1.5f);
    case 4: return number > 20U ? number - 20U : 20U - number;
    case 5: return (uint32_t)(((uint64_t)number * 0x12345678ULL) >> 13);
    case 6: return (uint32_t)(((float)number + 2.0f) / 3.0f);
    default: return number ^ 0x55U;
    }
}
__attribute__((noinline)) static void copy(uint8_t *to, const uint8_t *from, uint32_t count)
{
    while (count-- != 0U) { *to++ = *from++; }
}
int main(void)
{
    uint32_t sum = 0U;
    for (uint32_t number = 0U; number < 300U; ++number) {
        sum += mixed(number);
        bytes[number % 100U] = (uint8_t)sum;
        if ((sum & 31U) == 3U) { copy(&bytes[100], bytes, number % 50U); }
        if (number % 50U == 9U) { __asm__ volatile("svc #1"); }
    }
    for (uint32_t number = 0U; number < 200U; ++number) { sum += bytes[number]; }
    register uint32_t r0 __asm__("r0") = 0x18;
    register uint32_t r1 __asm__("r1") = sum == 0U ? 1U : 0x20026U;
    __asm__ volatile("bkpt 0xAB" :: "r"(r0), "r"(r1));
    return 0;
}
"""


def executed_by_qemu(elf: Path, board: Board, log: Path) -> Counter[int]:
    """How often QEMU executed the instruction at each address."""
    qemu = shutil.which("qemu-system-arm")
    if qemu is None:
        pytest.skip("qemu-system-arm is not installed")
    command = [
        qemu,
        "-M",
        str(board.qemu_machine),
        "-display",
        "none",
        "-monitor",
        "none",
        "-serial",
        "none",
        "-kernel",
        str(elf),
    ]
    command += ["-semihosting-config", "enable=on,target=native", "-singlestep", "-d", "exec,nochain", "-D", str(log)]
    assert subprocess.run(command, timeout=60, check=False).returncode == 0
    return Counter(int(pc, 16) for pc in re.findall(r"^Trace \d+: \S+ \[\w+/(\w+)/", log.read_text(), re.MULTILINE))


def executed_here(elf: Path, board: Board) -> Counter[int]:
    machine = Machine.load(elf, board)
    run = machine.run()
    assert (run.ending, run.status) == (Ending.EXITED, 0)
    return machine.counter.executed()


@pytest.mark.parametrize("name", ["mps2_an386", "mps2_an500", "mps2_an505"])
@pytest.mark.parametrize("level", ["-O2", "-Os"])
def test_every_instruction_runs_as_often_as_in_qemu(tmp_path: Path, name: str, level: str) -> None:
    board = load_board(name)
    elf = build(tmp_path, PROGRAM, board, level=level)
    qemu, here = executed_by_qemu(elf, board, tmp_path / "log"), executed_here(elf, board)
    assert here == qemu
    assert here.total() > 9_000
