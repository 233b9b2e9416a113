"""SELECT: the second input where the first is true, else the third, all of one shape.

Source: TFLite kernels/select.cc. tflite-micro lacks it; the oracle is BUILTIN_REF.
"""

from tinyq.ir.graph import Options
from tinyq.ops.base import Call
from tinyq.ops.checks import require_shape
from tinyq.ops.select_v2 import Select


class SelectOfOneShape(Select):
    """As SELECT_V2 without broadcasting."""

    def check(self, call: Call[Options]) -> None:
        super().check(call)
        for index in range(3):
            require_shape(call, call.tensor(index), call.output.shape)


OPERATOR = SelectOfOneShape()
