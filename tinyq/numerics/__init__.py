"""Exact arithmetic: the twins of the C runtime's fixed-point functions."""
