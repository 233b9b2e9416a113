"""ADD, as for the DSP extension."""

from support.cases.dsp_add import cases

__all__ = ["cases"]
