"""A firmware that fails ends with a message that says where, not with a hang."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from support.device_program import NANO33, load

from tinyq.emulator.device.machine import Machine
from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board


def failure(machine: Machine, limit: int = 100_000_000) -> str:
    """The error's text, with every register's value replaced by `#`."""
    with pytest.raises(TinyqError) as caught:
        machine.run(limit=limit)
    return re.sub(r"((?:r\d+|sp|lr|pc|xpsr)) [0-9a-f]{8}", r"\1 #", str(caught.value))


REGISTERS = (
    "    r0 #   r1 #   r2 #   r3 #\n"
    "    r4 #   r5 #   r6 #   r7 #\n"
    "    r8 #   r9 #  r10 #  r11 #\n"
    "   r12 #   sp #   lr #   pc #\n"
    "  xpsr #\n"
)
FAULT_HINT = "  hint: the same image faults on the board"
HANG_HINT = "  hint: the same image hangs on the board"


def test_a_call_of_a_null_pointer(tmp_path: Path) -> None:
    source = """
    void (*volatile nothing)(void);
    int main(void) { nothing(); return 1; }
    """
    machine = load(tmp_path, source)
    assert failure(machine) == (
        "the firmware faults: jump to an address where there is no memory at 0x00000000 in 0x00000000\n"
        f"{REGISTERS}  called from main+0x{machine.core.read('lr') - 1 - machine.symbols.required('main').start:x}\n"
        f"{FAULT_HINT}"
    )


def test_a_read_of_an_address_without_memory(tmp_path: Path) -> None:
    machine = load(tmp_path, "volatile uint32_t n; int main(void) { n = REGISTER(0x30000004); return 1; }")
    text = failure(machine)
    pc = machine.core.read("pc")
    place = f"{pc:#010x} in main+{pc - machine.symbols.required('main').start:#x}"
    assert text.startswith(f"the firmware faults: read from an address where there is no memory at {place}: ldr")
    assert "(address 0x30000004)\n" in text


def test_a_write_to_flash(tmp_path: Path) -> None:
    machine = load(tmp_path, "int main(void) { REGISTER(0x00012344) = 1; return 1; }")
    text = failure(machine)
    assert text.startswith("the firmware faults: write to flash at ")
    assert "(address 0x00012344)\n" in text


def test_an_invalid_instruction(tmp_path: Path) -> None:
    source = (
        '__attribute__((noinline)) void bad(void) { __asm__ volatile("udf #7"); }\nint main(void) { bad(); return 1; }'
    )
    machine = load(tmp_path, source)
    assert re.match(r"the firmware faults: invalid instruction at 0x\w+ in bad(\+0x\w+)?: udf #7\n", failure(machine))


def test_a_stack_overflow(tmp_path: Path) -> None:
    source = """
    __attribute__((noinline)) uint32_t deeper(volatile uint32_t *above)
    {
        volatile uint32_t here[64];
        here[0] = above[0] + 1U;
        return deeper(here) + here[1];
    }
    int main(void) { volatile uint32_t top[1] = {0}; return (int)deeper(top); }
    """
    text = failure(load(tmp_path, source))
    assert text.startswith("the firmware faults: write to an address where there is no memory at ")
    assert " in deeper" in text
    assert re.search(r"\(address 0x1fff[0-9a-f]{4}\)\n", text)


def test_a_breakpoint(tmp_path: Path) -> None:
    text = failure(load(tmp_path, 'int main(void) { __asm__ volatile("bkpt #1"); return 0; }'))
    assert re.match(r"the firmware faults: breakpoint at 0x\w+ in main(\+0x\w+)?: bkpt #1\n", text)


def test_a_supervisor_call_with_interrupts_off_escalates(tmp_path: Path) -> None:
    text = failure(load(tmp_path, 'int main(void) { __asm__ volatile("cpsid i \\n svc #0"); return 0; }'))
    assert text.startswith("the firmware faults: SVC where its handler can't run (it escalates to HardFault) at ")


def test_the_fpu_must_be_switched_on(tmp_path: Path) -> None:
    source = "volatile float n; int main(void) { n = n * 3.0f; return 0; }"
    text = failure(load(tmp_path, source, fpu=False))
    assert text.startswith("the firmware faults: an FPU instruction while CPACR keeps the FPU off at ")


def test_a_loop_without_end_or_interrupts(tmp_path: Path) -> None:
    machine = load(tmp_path, 'int main(void) { __asm__ volatile("b ."); return 0; }')
    start = machine.symbols.required("main").start
    offset = machine.core
    text = failure(machine)
    place = f"main+{offset.read('pc') - start:#x}" if offset.read("pc") != start else "main"
    assert text == (
        f"the firmware hangs: an endless loop without interrupts, in {place}\n"
        f"  most instructions were in: main 99 %, run 0 %, Reset_Handler 0 %\n{REGISTERS}{HANG_HINT}"
    )


def test_a_longer_loop_comes_to_the_limit(tmp_path: Path) -> None:
    source = "volatile uint32_t n; int main(void) { for (;;) { ++n; } }"
    text = failure(load(tmp_path, source), limit=1_000_000)
    assert re.match(r"the firmware hangs: more than 1,000,000 instructions, in main(\+0x\w+)?\n  most ins", text)


def test_a_wait_for_a_peripheral_that_nobody_started(tmp_path: Path) -> None:
    machine = load(tmp_path, "int main(void) { while (REGISTER(0x40002120) == 0U) { } return 0; }")
    assert failure(machine) == (
        "the firmware waits for UARTE+0x120 (0x40002120), which reads 0x0 for ever, in main+"
        f"{machine.core.read('pc') - machine.symbols.required('main').start:#x}\n"
        "  hint: what starts it was not started, or the emulator lacks this peripheral"
    )


def test_registers_that_the_emulator_lacks_are_named(tmp_path: Path) -> None:
    source = "volatile uint32_t n; int main(void) { n = REGISTER(0x40021000); n = REGISTER(0x30000000); return 0; }"
    text = failure(load(tmp_path, source))
    assert text.endswith(f"  registers that the emulator lacks were read as 0: 0x40021000\n{FAULT_HINT}")


def test_a_sleep_that_a_masked_interrupt_ends_again_and_again(tmp_path: Path) -> None:
    source = """
    int main(void)
    {
        __asm__ volatile("cpsid i");
        REGISTER(0xE000E100) = 1U;
        REGISTER(0xE000E200) = 1U;
        for (;;) { __asm__ volatile("wfi"); }
    }
    """
    text = failure(load(tmp_path, source))
    why = "WFI ends at once, again and again: interrupt 0 waits, but is masked"
    assert text.startswith(f"the firmware hangs: {why}, in main")


def test_a_call_at_full_speed_that_hangs_comes_to_the_limit_too(tmp_path: Path) -> None:
    source = """
    volatile uint32_t n;
    __attribute__((used)) void spin(void) { for (;;) { ++n; } }
    int main(void) { return 0; }
    """
    machine = load(
        tmp_path, source.replace("int main", "__attribute__((noinline)) void keep(void) { spin(); } int main")
    )
    machine.run()
    with pytest.raises(TinyqError, match="more than 3,"):
        machine.call_uncounted("spin", seconds=0.05, limit=3_000_000)


def test_a_processor_that_unicorn_lacks(tmp_path: Path) -> None:
    with pytest.raises(TinyqError) as caught:
        Machine(b"", replace(load_board("nano33"), cpu="cortex-m55"))
    assert str(caught.value) == (
        "cortex-m55 can't be emulated here\n  hint: validate with --engine host, or run the image in QEMU"
    )
    assert NANO33.cpu == "cortex-m4"
