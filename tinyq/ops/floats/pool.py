"""What the two pools share in float32."""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.float32 import clamp
from tinyq.ops.base import CHANNEL_BY_CHANNEL, Call, Channels, Kernel, Operator
from tinyq.ops.checks import require_dtype, require_rank, require_shape
from tinyq.ops.floats.activation import bounds, limits
from tinyq.ops.pool import PoolOptions, read_pool
from tinyq.ops.window import Window, check_window


@dataclass(frozen=True, eq=False)
class FloatPoolKernel(Kernel):
    """Window and shapes; `low` and `high` clamp the output, None is no bound."""

    window: Window
    input_shape: tuple[int, ...]
    output_shape: tuple[int, ...]
    low: float | None
    high: float | None


class FloatPool(Operator[PoolOptions]):
    """Channel by channel."""

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> PoolOptions:
        return read_pool(source, inputs[0])

    def check(self, call: Call[PoolOptions]) -> None:
        for tensor in (call.input, call.output):
            require_rank(call, tensor, 4)
            require_dtype(call, tensor, "float32")
        check_window(call, call.options.window, call.input)
        size = call.options.window.output_size(call.input.shape)
        require_shape(call, call.output, (call.input.shape[0], *size, call.input.shape[3]))

    @abstractmethod
    def pooled(self, window: Window, images: Array) -> Array:
        """float32 [images, height, width, channels] of the output, before the activation."""

    def reference(self, call: Call[PoolOptions], inputs: Sequence[Array]) -> tuple[Array, ...]:
        images = inputs[0].reshape(-1, *call.input.shape[1:])
        pooled = clamp(self.pooled(call.options.window, images), *bounds(call.options.activation))
        return (pooled.reshape(-1, *call.output.shape),)

    def kernel(self, call: Call[PoolOptions]) -> FloatPoolKernel:
        shapes = (call.input.shape, call.output.shape)
        return FloatPoolKernel(call.options.window, *shapes, *limits(call.options.activation))

    def channels(self, call: Call[PoolOptions]) -> Channels:
        return CHANNEL_BY_CHANNEL
