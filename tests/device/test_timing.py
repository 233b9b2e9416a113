"""The cycle rules, instruction by instruction, against the tables of Arm's manuals."""

from pathlib import Path

import pytest
from support.assembled import assemble

from tinyq.emulator.device.instructions import decode
from tinyq.emulator.device.timing import BlockCost, flash_waits, timing_of
from tinyq.errors import TinyqError

# name: (instructions, cycles on a Cortex-M4 without the jump)
M4 = {
    "alu": ("add r0, r1; eors r0, r1; sbfx r0, r1, #2, #3; sxtab16 r0, r1, r2; ssat r0, #8, r1; clz r0, r1", 6),
    "multiply": (
        "mul r0, r1, r2; mla r0, r1, r2, r3; smlad r0, r1, r2, r3; smull r0, r1, r2, r3; smmulr r0, r1, r2",
        5,
    ),
    "long_multiply": ("smull r0, r1, r2, r3; smlal r0, r1, r2, r3; smlald r0, r1, r2, r3; umaal r0, r1, r2, r3", 4),
    "divide": ("sdiv r0, r1, r2; udiv r0, r1, r2", 14),
    "load": ("ldr r0, [r1]", 2),
    "loads_in_a_row": ("ldr r0, [r1]; ldrsb r2, [r1, #1]; ldrh r3, [r1, r4]", 4),
    "load_whose_address_was_loaded": ("ldr r0, [r1]; ldr r2, [r0]", 4),
    "load_between_others": ("ldr r0, [r1]; adds r5, #1; ldr r2, [r3]", 5),
    "load_from_the_code": ("ldr.w r0, [pc, #8]", 2),
    "load_and_step": ("ldr r0, [r1], #4; ldr r2, [r1], #4", 4),
    "store": ("str r0, [r1, #4]; strb r0, [r1]", 2),
    "store_to_a_sum": ("str r0, [r1, r2]; strb.w r0, [r1, r2]", 4),
    "pairs": ("ldrd r0, r1, [r2]; strd r0, r1, [r2]", 6),
    "several": ("ldm r0, {r1, r2, r3}; stm r0!, {r1, r2}; push {r4, lr}; pop {r4, r5, r6}", 4 + 3 + 3 + 4),
    "status": ("mrs r0, primask; msr primask, r0", 4),
    "barriers": ("dsb; isb; dmb", 12),
    "it": ("it eq; moveq r0, #1", 1.5),
    "nops": ("nop; cpsid i", 2),
    "float": ("vadd.f32 s0, s1, s2; vmul.f32 s3, s1, s2; vcvt.s32.f32 s4, s1; vmov s5, r0", 4),
    "float_that_is_used": ("vadd.f32 s0, s1, s2; vmul.f32 s3, s0, s2", 3),
    "float_multiply_add": ("vfma.f32 s0, s1, s2; vmla.f32 s3, s1, s2", 6),
    "float_divide": ("vdiv.f32 s0, s1, s2; vsqrt.f32 s3, s1", 28),
    "float_moves": ("vmov r0, r1, s0, s1; vmov d0, r0, r1", 4),
    "float_memory": ("vldr s0, [r1]; vstr s0, [r1]; vldmia r0!, {s0-s3}; vpush {d8, d9}", 2 + 2 + 5 + 5 + 1),
}

# name: (instructions, cycles that follow in memory, cycles that jumping adds)
M4_JUMPS = {
    "branch": ("b .+8", 1, 2),
    "conditional": ("cmp r0, r1; bne .", 2, 2),
    "compare_and_branch": (".hword 0xb110", 1, 2),  # cbz r0, .+8, which zig refuses: its target is outside
    "call": ("bl .+8", 1, 2),
    "call_by_register": ("blx r3", 1, 3),
    "return": ("bx lr", 1, 3),
    "pop_return": ("pop {r4, pc}", 3, 3),
    "load_jump": ("ldr pc, [r0]", 2, 3),
    "table": ("tbb [pc, r0]", 3, 3),
    "straight": ("adds r0, #1", 1, 0),
}


def code(texts: dict[str, tuple[str, float]], folder: Path, cpu: str = "cortex-m4") -> dict[str, bytes]:
    return assemble({name: text for name, (text, *_) in texts.items()}, folder, cpu)


def test_cortex_m4_takes_what_its_manual_says(tmp_path: Path) -> None:
    assembled = code(M4, tmp_path)
    timing = timing_of("cortex-m4")
    found = {name: timing.cost(decode(text, 0x1000), 0x1000).cycles for name, text in assembled.items()}
    assert found == {name: cycles for name, (_, cycles) in M4.items()}


def test_cortex_m4_jumps_cost_the_refill_of_the_pipeline(tmp_path: Path) -> None:
    assembled = assemble({name: text for name, (text, _, _) in M4_JUMPS.items()}, tmp_path)
    timing = timing_of("cortex-m4")
    costs = {name: timing.cost(decode(text, 0x1000), 0x1000) for name, text in assembled.items()}
    expected = {name: BlockCost(stay, taken, 0) for name, (_, stay, taken) in M4_JUMPS.items()}
    assert costs == expected


def test_a_jump_to_a_long_instruction_across_two_words_takes_a_cycle_more(tmp_path: Path) -> None:
    assembled = assemble({"long": "add.w r0, r1, r2", "short": "adds r0, #1"}, tmp_path)
    timing = timing_of("cortex-m4")
    costs = [timing.cost(decode(assembled[name], at), at).unaligned for name in assembled for at in (0x1000, 0x1002)]
    assert costs == [0, 1, 0, 0]


def test_a_conditional_return_may_fall_through(tmp_path: Path) -> None:
    assembled = assemble({"code": "it ne; bxne lr"}, tmp_path)
    last = decode(assembled["code"], 0)[-1]
    assert (last.conditional, last.always_jumps) == (True, False)


def test_cortex_m0plus_takes_what_its_manual_says(tmp_path: Path) -> None:
    texts = {
        "alu": ("adds r0, r1; muls r0, r1, r0; nop", 3.0),
        "memory": ("ldr r0, [r1]; ldr r2, [r1]; str r0, [r1, r2]", 6.0),
        "several": ("push {r4, lr}; ldm r0!, {r1, r2}", 6.0),
    }
    timing = timing_of("cortex-m0plus")
    found = {
        name: timing.cost(decode(text, 0), 0).cycles for name, text in code(texts, tmp_path, "cortex-m0plus").items()
    }
    assert found == {name: cycles for name, (_, cycles) in texts.items()}
    jump = assemble({"code": "bne ."}, tmp_path, "cortex-m0plus")["code"]
    assert timing.cost(decode(jump, 0), 0) == BlockCost(1, 1, 0)


def test_cortex_m33_waits_only_for_a_load_that_is_used_at_once(tmp_path: Path) -> None:
    texts = {"free": ("ldr r0, [r1]; adds r2, #1; adds r0, #1", 3.0), "used": ("ldr r0, [r1]; adds r0, #1", 3.0)}
    timing = timing_of("cortex-m33")
    found = {name: timing.cost(decode(text, 0), 0).cycles for name, text in code(texts, tmp_path).items()}
    assert found == {name: cycles for name, (_, cycles) in texts.items()}


def test_cortex_m7_starts_two_instructions_where_neither_needs_the_other(tmp_path: Path) -> None:
    texts = {
        "pair": ("adds r0, #1; mul r2, r3, r4", 1.0),
        "chain": ("adds r0, #1; adds r1, r0, #1", 2.0),
        "two_multiplies": ("mul r0, r1, r2; mul r3, r4, r5", 2.0),
        "two_loads": ("ldr r0, [r1]; ldr r2, [r3]", 1.0),
        "used_load": ("ldr r0, [r1]; nop; adds r0, #1", 3.0),
    }
    timing = timing_of("cortex-m7")
    found = {name: timing.cost(decode(text, 0), 0).cycles for name, text in code(texts, tmp_path).items()}
    assert found == {name: cycles for name, (_, cycles) in texts.items()}


@pytest.mark.parametrize("cpu", ["cortex-m0", "cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33"])
def test_every_model_says_how_far_it_can_be_trusted(cpu: str) -> None:
    assert (
        "silicon" in timing_of(cpu).accuracy
        or "calibrated" in timing_of(cpu).accuracy
        or "%" in timing_of(cpu).accuracy
    )


def test_a_processor_without_rules_is_refused() -> None:
    with pytest.raises(TinyqError) as caught:
        timing_of("cortex-m55")
    assert str(caught.value) == ("there is no cycle model for cortex-m55\n  hint: validate with --engine host instead")


def test_flash_adds_one_wait_for_each_line_of_constants() -> None:
    assert [flash_waits(count, 16, 5) for count in (0, 1, 16, 17, 264_192)] == [0, 5, 5, 10, 82_560]
