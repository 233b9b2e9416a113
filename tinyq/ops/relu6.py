"""RELU6: x between 0 and 6.

Source: TFLite kernels/activations.cc, where tflite-micro's kernel does not rescale; the oracle is BUILTIN_REF.
"""

from tinyq.ops.clipped import Clipped

OPERATOR = Clipped(0.0, 6.0)
