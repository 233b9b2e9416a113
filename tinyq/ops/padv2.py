"""PADV2: a border of a given number around a tensor of any rank.

Source: TFLite kernels/internal/reference/pad.h; the number has the scale and zero point of the tensor.
"""

from tinyq.ops.base import Call
from tinyq.ops.checks import require_constant
from tinyq.ops.movement import check_movement
from tinyq.ops.pad import Pad, PadOptions


class PadV2(Pad):
    """Input 2 is what the border consists of."""

    inputs = (3, 3)

    def check(self, call: Call[PadOptions]) -> None:
        border = call.tensor(2)
        require_constant(call, border)
        check_movement(call, (call.input, border))
        if border.dtype == "float32" or border.elements != 1:
            call.refuse(f"a border of {border.dtype} {list(border.shape)}", "one integer")
        super().check(call)

    def fill(self, call: Call[PadOptions]) -> int:
        border = call.tensor(2).data
        assert border is not None
        return int(border.item())


OPERATOR = PadV2()
