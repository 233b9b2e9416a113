"""SELECT_V2: the second input where the first is true, else the third, with broadcasting.

Source: TFLite kernels/select.cc, kernels/internal/reference/select.h. tflite-micro takes no int32; the oracle is then
BUILTIN_REF.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from tinyq.ir.graph import Array, DType, Options, Tensor
from tinyq.ops.base import Call
from tinyq.ops.checks import QUANTIZED, require_activations, require_dtype, require_one_quantization
from tinyq.ops.elementwise import Elementwise, require_broadcast

CONDITION, WHERE_TRUE, WHERE_FALSE = 0, 1, 2


class Select(Elementwise[Options]):
    """Integers are taken as they are: what is chosen from and the output have one scale."""

    template = "select"
    inputs = (3, 3)
    dtypes: ClassVar[tuple[DType, ...]] = ("int8", "int16", "int32", "float32")

    def read(self, source: Any, inputs: Sequence[Tensor | None], outputs: Sequence[Tensor]) -> Options:
        return Options()

    def check(self, call: Call[Options]) -> None:
        require_dtype(call, call.tensor(CONDITION), "bool")
        chosen = (call.tensor(WHERE_TRUE), call.tensor(WHERE_FALSE))
        require_dtype(call, call.output, *self.dtypes)
        for tensor in chosen:
            require_dtype(call, tensor, call.output.dtype)
        if call.output.dtype in QUANTIZED:
            require_activations(call, *chosen, call.output)
        require_one_quantization(call, *chosen)
        require_broadcast(call)

    def formula(self, call: Call[Options]) -> str:
        return "a ? b : c"

    def compute(self, call: Call[Options], operands: Sequence[Array]) -> Array:
        return np.where(*operands)


OPERATOR = Select()
