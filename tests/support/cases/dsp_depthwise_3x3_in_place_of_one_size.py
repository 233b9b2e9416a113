"""As for dsp_depthwise_3x3_in_place."""

from support.cases.dsp_depthwise_3x3_in_place import cases

__all__ = ["cases"]
