"""EXPAND_DIMS: a dimension of extent 1 appears; a reshape.

Source: TFLite kernels/expand_dims.cc. The new shape is the output tensor's own.
"""

from tinyq.ops.reshape import Reshape


class ExpandDims(Reshape):
    """Any element type; input 1 is the axis."""

    inputs = (2, 2)


OPERATOR = ExpandDims()
