"""Cortex-M4 (Technical Reference Manual r0p1, ARM DDI 0439: table 3-1, its notes on pairing, and table 7-1)."""

from tinyq.emulator.device.instructions import Kind
from tinyq.emulator.device.timing.single_issue import SingleIssue

TIMING = SingleIssue(
    accuracy="rules of the Technical Reference Manual; on an STM32L4R5 they were 0.5 to 2.8 % below measured cycles, "
    "17 % where weights stream from flash",
    cycles={
        Kind.LOAD: 2,
        Kind.LOAD_PAIR: 3,
        Kind.STORE_PAIR: 3,
        Kind.LOAD_MULTIPLE: 1,
        Kind.STORE_MULTIPLE: 1,
        Kind.DIVIDE: 7,  # 2 to 12, by the operands
        Kind.STATUS: 2,
        Kind.BARRIER: 4,
        Kind.IT: 0.5,  # folds into a 16-bit instruction in front of it
        Kind.FLOAT_MULTIPLY_ADD: 3,
        Kind.FLOAT_DIVIDE: 14,
        Kind.FLOAT_MOVE_PAIR: 2,
        Kind.FLOAT_LOAD: 2,
        Kind.FLOAT_STORE: 2,
    },
    pipelined_load=1,
    register_offset_store=2,
    float_use=1,
    taken_direct=2,
    taken_indirect=3,
    unaligned_target=1,
)
