"""ASSIGN_VARIABLE: a state gets a new value; the output is a view of the state.

Source: TFLM kernels/assign_variable.cc.
"""

from tinyq.ops.copy import Copy

OPERATOR = Copy()
