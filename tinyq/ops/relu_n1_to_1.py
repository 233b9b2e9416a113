"""RELU_N1_TO_1: x between -1 and 1.

Source: TFLite kernels/activations.cc, as tflite-micro lacks it; the oracle is BUILTIN_REF.
"""

from tinyq.ops.clipped import ClippedInt8

OPERATOR = ClippedInt8(-1.0, 1.0)
