"""LOGICAL_OR: whether one is true."""

import numpy as np

from tinyq.ops.logical import Logical

OPERATOR = Logical(np.logical_or, "|")
