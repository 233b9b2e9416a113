"""NOT_EQUAL: whether `a != b`, with broadcasting; either may be a constant."""

import numpy as np

from tinyq.ops.comparison import Comparison

OPERATOR = Comparison(np.not_equal, "!=")
