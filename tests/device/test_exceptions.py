"""Interrupts, supervisor calls and sleep, as programs see them."""

from pathlib import Path

import pytest
from support.device_program import NANO33, load, word

from tinyq.emulator.device.run import Ending
from tinyq.errors import TinyqError

SVC = """
volatile uint32_t number, argument, exception, after;
__attribute__((used)) uint32_t served(const uint32_t *frame)
{
    number = ((const uint16_t *)(uintptr_t)frame[6])[-1] & 255U;
    argument = frame[0];
    __asm__ volatile("mrs %0, ipsr" : "=r"(exception));
    return 0;
}
__attribute__((naked)) void SVC_Handler(void)
{
    __asm__ volatile("mov r0, sp \\n push {r4, lr} \\n bl served \\n pop {r4, lr} \\n movs r1, #0 \\n bx lr");
}
int main(void)
{
    register uint32_t r0 __asm__("r0") = 17;
    register uint32_t r1 __asm__("r1") = 18;
    __asm__ volatile("svc #5" : "+r"(r0), "+r"(r1));
    after = r0 + r1;
    return 0;
}
"""


def test_a_supervisor_call_finds_its_frame_and_comes_back_with_all_registers(tmp_path: Path) -> None:
    machine = load(tmp_path, SVC)
    top = machine.core.read("sp")
    assert machine.run().ending is Ending.ASLEEP
    assert [word(machine, name) for name in ("number", "argument", "exception", "after")] == [5, 17, 11, 35]
    assert machine.core.read("ipsr") == 0
    assert machine.core.read("sp") == top


def test_pendsv_waits_for_the_end_of_a_handler_and_for_the_mask(tmp_path: Path) -> None:
    source = """
    volatile uint32_t order[5], count;
    void SVC_Handler(void)
    {
        REGISTER(0xE000ED04) = 1U << 28;
        __asm__ volatile("dsb \\n isb");
        order[count++] = 1;
    }
    void PendSV_Handler(void) { order[count++] = 2; }
    int main(void)
    {
        REGISTER(0xE000ED20) = 0xFF0000U; /* PendSV: least urgent */
        __asm__ volatile("svc #0");
        order[count++] = 3;
        __asm__ volatile("cpsid i");
        REGISTER(0xE000ED04) = 1U << 28;
        order[count++] = 4;
        __asm__ volatile("cpsie i \\n isb");
        return 0;
    }
    """
    machine = load(tmp_path, source)
    machine.run()
    address = machine.symbols.address("order")
    assert address is not None
    assert [machine.core.read_word(address + 4 * index) for index in range(5)] == [1, 2, 3, 4, 2]


def test_systick_interrupts_at_its_period_and_wakes_from_sleep(tmp_path: Path) -> None:
    source = """
    volatile uint32_t ticks, busy, flags;
    void SysTick_Handler(void) { ++ticks; }
    int main(void)
    {
        REGISTER(0xE000E014) = 9999U;
        REGISTER(0xE000E018) = 0U;
        REGISTER(0xE000E010) = 7U;
        while (ticks < 3U) { ++busy; }
        while (ticks < 10U) { __asm__ volatile("wfi"); }
        flags = REGISTER(0xE000E010);
        REGISTER(0xE000E010) = 0U;
        return 0;
    }
    """
    machine = load(tmp_path, source)
    assert machine.run().ending is Ending.ASLEEP
    assert word(machine, "ticks") == 10
    assert word(machine, "flags") == 0x1_0007
    assert 100_000 <= machine.cycles() < 100_600


def test_an_enabled_interrupt_of_a_peripheral_runs_its_handler_and_a_disabled_one_waits(tmp_path: Path) -> None:
    source = """
    volatile uint32_t served;
    void Interrupt0_Handler(void) { ++served; }
    int main(void)
    {
        REGISTER(0xE000E200) = 1U;
        __asm__ volatile("dsb \\n isb");
        if (served != 0U) { return 1; }
        REGISTER(0xE000E100) = 1U;
        __asm__ volatile("dsb \\n isb");
        return 0;
    }
    """
    machine = load(tmp_path, source)
    machine.run()
    assert word(machine, "served") == 1
    machine.raise_interrupt(0)
    machine.run()
    assert word(machine, "served") == 2


def test_a_handler_that_uses_the_fpu_leaves_the_registers_of_the_interrupted_function_alone(tmp_path: Path) -> None:
    source = """
    volatile float product, noise;
    volatile uint32_t link;
    void SVC_Handler(void)
    {
        noise = noise * 3.0f + 1.0f;
        __asm__ volatile("vmov s0, %0 \\n vmov s15, %0" :: "r"(0x12345678) : "s0", "s15");
    }
    int main(void)
    {
        float left = noise + 2.0f, right = noise + 4.0f;
        __asm__ volatile("svc #0" : "+t"(left), "+t"(right));
        product = left * right;
        return 0;
    }
    """
    machine = load(tmp_path, source)
    machine.run()
    assert word(machine, "product") == 0x41000000  # 8.0


def test_wfe_is_passed_and_sleep_without_a_reason_to_wake_ends_the_run(tmp_path: Path) -> None:
    machine = load(tmp_path, 'volatile uint32_t n; int main(void) { n = 1; __asm__ volatile("wfe"); n = 2; return 0; }')
    assert machine.run().ending is Ending.ASLEEP
    assert word(machine, "n") == 2


def test_a_loop_around_wfe_with_nothing_to_wait_for_is_sleep(tmp_path: Path) -> None:
    machine = load(tmp_path, 'int main(void) { for (;;) { __asm__ volatile("wfe"); } }')
    assert machine.run().ending is Ending.ASLEEP


def test_semihosting_writes_and_exits(tmp_path: Path) -> None:
    source = """
    static int call(uint32_t operation, const void *argument)
    {
        register uint32_t r0 __asm__("r0") = operation;
        register const void *r1 __asm__("r1") = argument;
        __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
        return (int)r0;
    }
    int main(void)
    {
        call(4, "hello ");
        call(3, "w");
        call(0x18, (const void *)0x20026);
        return 0;
    }
    """
    machine = load(tmp_path, source)
    run = machine.run()
    assert (run.ending, run.status, bytes(machine.sent)) == (Ending.EXITED, 0, b"hello w")


def test_a_reset_that_software_asks_for_ends_the_run(tmp_path: Path) -> None:
    machine = load(tmp_path, "int main(void) { REGISTER(0xE000ED0C) = 0x05FA0004U; for (;;) { } }")
    assert machine.run().ending is Ending.RESET


def test_an_interrupt_that_nobody_serves_is_named(tmp_path: Path) -> None:
    machine = load(tmp_path, "int main(void) { REGISTER(0xE000ED04) = 1U << 28; return 0; }")
    with pytest.raises(TinyqError) as caught:
        machine.run()
    assert caught.value.message.startswith(
        "the firmware faults: PendSV was raised, and its handler sleeps for good at 0x000100"
    )
    assert "in PendSV_Handler" in caught.value.message
    assert machine.board is NANO33
