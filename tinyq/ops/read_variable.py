"""READ_VARIABLE: the value of a state as it is at this point of the graph; later writes do not change it.

Source: TFLM kernels/read_variable.cc.
"""

from tinyq.ops.copy import Copy

OPERATOR = Copy()
