"""Kernels for the DSP extension and the registers of a single-precision FPU (Cortex-M4F, M7, M33, M55)."""
