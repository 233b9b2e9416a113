"""LOGICAL_AND: whether both are true."""

import numpy as np

from tinyq.ops.logical import Logical

OPERATOR = Logical(np.logical_and, "&")
