"""RELU_0_TO_1: x between 0 and 1.

Source: TFLite kernels/activations.cc, as tflite-micro lacks it; the oracle is BUILTIN_REF.
"""

from tinyq.ops.clipped import ClippedInt8

OPERATOR = ClippedInt8(0.0, 1.0)
