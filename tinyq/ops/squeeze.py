"""SQUEEZE: dimensions of extent 1 disappear; a reshape.

Source: TFLite kernels/squeeze.cc. The new shape is the output tensor's own.
"""

from tinyq.ops.reshape import Reshape


class Squeeze(Reshape):
    """Any element type."""

    inputs = (1, 1)


OPERATOR = Squeeze()
