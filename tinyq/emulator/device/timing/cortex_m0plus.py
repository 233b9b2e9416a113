"""Cortex-M0+ (Technical Reference Manual r0p1, ARM DDI 0484C, table 3-1), with the multiplier of one cycle."""

from tinyq.emulator.device.instructions import Kind
from tinyq.emulator.device.timing.single_issue import SingleIssue

TIMING = SingleIssue(
    accuracy="rules of the Technical Reference Manual; not compared with silicon",
    cycles={
        Kind.LOAD: 2,
        Kind.STORE: 2,
        Kind.LOAD_MULTIPLE: 1,
        Kind.STORE_MULTIPLE: 1,
        Kind.STATUS: 3,
        Kind.BARRIER: 3,
    },
    pipelined_load=2,
    register_offset_store=2,
    taken_direct=1,
    taken_indirect=1,
    exception_entry=15,
    exception_return=13,
)
