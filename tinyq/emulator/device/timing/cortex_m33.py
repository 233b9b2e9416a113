"""Cortex-M33: Arm publishes no table; a sketch."""

from dataclasses import replace

from tinyq.emulator.device.instructions import Kind
from tinyq.emulator.device.timing.cortex_m4 import TIMING as CORTEX_M4

TIMING = replace(
    CORTEX_M4,
    accuracy="sketch: loads take 1 cycle, and 1 more where the next instruction needs them; such rules came within 6 % "
    "of measured cycles, this table was not compared",
    cycles={**CORTEX_M4.cycles, Kind.LOAD: 1, Kind.LOAD_PAIR: 2, Kind.FLOAT_LOAD: 1, Kind.FLOAT_STORE: 1},
    register_offset_store=1,
    load_use=1,
)
