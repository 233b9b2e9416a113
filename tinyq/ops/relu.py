"""RELU: x, and 0 below 0.

Source: TFLite kernels/activations.cc, TFLM kernels/activations_common.cc, ReluQuantized.
"""

from tinyq.ops.clipped import Clipped

OPERATOR = Clipped(0.0, None)
