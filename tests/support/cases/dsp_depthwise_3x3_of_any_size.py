"""As for dsp_depthwise_3x3."""

from support.cases.dsp_depthwise_3x3 import cases

__all__ = ["cases"]
