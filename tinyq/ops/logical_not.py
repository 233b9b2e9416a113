"""LOGICAL_NOT: whether it is false."""

import numpy as np

from tinyq.ops.logical import Logical

OPERATOR = Logical(np.logical_not, "!", 1)
