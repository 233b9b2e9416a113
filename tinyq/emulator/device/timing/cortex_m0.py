"""Cortex-M0 (Technical Reference Manual r0p0, ARM DDI 0432C, table 3-1): as the M0+, with a pipeline stage more."""

from dataclasses import replace

from tinyq.emulator.device.instructions import Kind
from tinyq.emulator.device.timing.cortex_m0plus import TIMING as CORTEX_M0PLUS

TIMING = replace(
    CORTEX_M0PLUS,
    cycles={**CORTEX_M0PLUS.cycles, Kind.STATUS: 4, Kind.BARRIER: 4},
    taken_direct=2,
    taken_indirect=2,
    exception_entry=16,
    exception_return=14,
)
