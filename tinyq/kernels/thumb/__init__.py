"""Kernels for processors that multiply 32 by 32 bits in one cycle and nothing wider (Cortex-M0, M0+, M3)."""
