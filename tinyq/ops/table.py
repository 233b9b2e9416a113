"""TABLE: any function of one int8, as its 256 answers. The pass fold_tables makes it; no .tflite has it."""

from collections.abc import Sequence

from tinyq.ir.graph import Array, Options, Tensor
from tinyq.numerics.fixed_point import Int64
from tinyq.ops.base import CHANNEL_BY_CHANNEL, Call, Channels
from tinyq.ops.unary import QuantizedUnary


class Table(QuantizedUnary[Options]):
    """Input 1 holds the answers to -128 .. 127, int8 [256]."""

    inputs = (2, 2)
    in_tflite = False

    def check(self, call: Call[Options]) -> None:
        """Nothing: a pass made it."""

    def real(self, options: Options, x: Array) -> Array:
        raise NotImplementedError  # it has no float32 form

    def integers(self, call: Call[Options], q: Int64) -> Array:
        answers = call.tensor(1).data
        assert answers is not None
        return answers

    def reference(self, call: Call[Options], inputs: Sequence[Array]) -> tuple[Array, ...]:
        return (self.compute(call, inputs).reshape(-1, *call.output.shape),)

    def channels(self, call: Call[Options]) -> Channels | None:
        return CHANNEL_BY_CHANNEL if call.input.shape[-1:] == call.output.shape[-1:] else None

    def pointers(self, call: Call[Options]) -> tuple[Tensor, ...]:
        return (call.input,)

    def overlays(self, call: Call[Options]) -> tuple[Tensor, ...]:
        return (call.input,)


OPERATOR = Table()
