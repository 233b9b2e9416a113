"""ADD: sum of two tensors, of different scales in int8, with broadcasting; either may be a constant.

Source: TFLite kernels/internal/reference/integer_ops/add.h; TFLM kernels/add_common.cc.
"""

import numpy as np

from tinyq.ops.addition import Sum

OPERATOR = Sum(np.add, monotone=True)
