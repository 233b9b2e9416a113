"""Kernels for the M-profile Vector Extension (Helium; Cortex-M55) through the intrinsics of arm_mve.h."""
