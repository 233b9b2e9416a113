"""FULLY_CONNECTED of any depth."""

from support.cases.dsp_fully_connected import cases

__all__ = ["cases"]
