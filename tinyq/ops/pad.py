"""PAD: a border of zeros, that is of the zero point, around a tensor of any rank.

Source: TFLite kernels/internal/reference/pad.h.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.ops.base import CHANNEL_BY_CHANNEL, Call, Channels
from tinyq.ops.checks import require_constant, require_same_quantization, require_shape
from tinyq.ops.movement import NOWHERE, Movement, Route, check_movement, dense


@dataclass(frozen=True)
class PadOptions(Options):
    """Elements added before and after, for each dimension."""

    before: tuple[int, ...]
    after: tuple[int, ...]


class Pad(Movement[PadOptions]):
    """Input 1 holds the paddings, [rank, 2]."""

    inputs = (2, 2)

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> PadOptions:
        paddings = inputs[1]
        if paddings is None or paddings.data is None or paddings.data.ndim != 2 or paddings.shape[1] != 2:
            return PadOptions((), ())  # `check` refuses it
        return PadOptions(tuple(map(int, paddings.data[:, 0])), tuple(map(int, paddings.data[:, 1])))

    def check(self, call: Call[PadOptions]) -> None:
        require_constant(call, call.tensor(1))
        require_same_quantization(call)
        check_movement(call, (call.input,))
        before, after = call.options.before, call.options.after
        if len(before) != len(call.input.shape) or min(*before, *after, 0) < 0:
            call.refuse(
                f"paddings {list(zip(before, after, strict=True))}",
                f"two numbers, not negative, for each of {len(call.input.shape)} dimensions",
            )
        shape = tuple(sum(extents) for extents in zip(before, call.input.shape, after, strict=True))
        require_shape(call, call.output, shape)

    def reference(self, call: Call[PadOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        widths = ((0, 0), *zip(call.options.before, call.options.after, strict=True))
        return (np.pad(inputs[0], widths, constant_values=self.fill(call)),)

    def routes(self, call: Call[PadOptions]) -> Sequence[Route]:
        widths = zip(call.options.before, call.options.after, strict=True)
        padded = zip(dense(call.input.shape), widths, strict=True)
        return (Route(tuple(np.pad(offsets, width, constant_values=NOWHERE) for offsets, width in padded)),)

    def fill(self, call: Call[PadOptions]) -> int:
        return 0 if call.output.quantization is None else call.output.zero_point

    def channels(self, call: Call[PadOptions]) -> Channels | None:
        return None if any((*call.options.before[-1:], *call.options.after[-1:])) else CHANNEL_BY_CHANNEL


OPERATOR = Pad()
