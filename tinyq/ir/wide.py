"""The int16 quantization of a range that int8 quantizes."""

import numpy as np

from tinyq.ir.graph import Quantization


def wide_quantization(int8: Quantization) -> Quantization:
    """The int16 quantization of the range that `int8` has; symmetric, as TFLite's int16 is.

    An end of the range counts as what one step beyond 127 stands for, so that the scales that TFLite prescribes come
    out as such: of SOFTMAX and LOGISTIC (1/256, from -128 up) and of TANH (1/128) 1/32768. Equal ones stay equal.
    """
    steps = max(128 + int8.zero_point, 128 - int8.zero_point)
    return Quantization((float(np.float32(int8.scale * steps / 32768)),), (0,))
