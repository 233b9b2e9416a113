"""SUB: difference of two tensors, of different scales in int8, with broadcasting; either may be a constant.

Source: TFLite kernels/internal/reference/sub.h; TFLM kernels/sub_common.cc.
"""

import numpy as np

from tinyq.ops.addition import Sum

OPERATOR = Sum(np.subtract, monotone=False)
