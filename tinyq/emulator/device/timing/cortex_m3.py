"""Cortex-M3 (Technical Reference Manual r2p1, table 3-1): as the M4, but that long multiplies take longer."""

from dataclasses import replace

from tinyq.emulator.device.timing.cortex_m4 import TIMING as CORTEX_M4

TIMING = replace(CORTEX_M4, accuracy="sketch after the Cortex-M4 with all multiplies in one cycle; not calibrated")
