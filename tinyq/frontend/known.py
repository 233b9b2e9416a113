"""Nodes whose results are known at build time: shapes, and what is computed from constants."""

from dataclasses import replace
from typing import Any

import numpy as np

from tinyq.errors import TinyqError
from tinyq.ir.graph import Tensor
from tinyq.ops import Call, operator

LARGEST = 2**24  # bytes; no board has room for a larger constant, and a damaged file may speak of terabytes


def known_outputs(call: Call[Any]) -> tuple[Tensor, ...]:
    """The outputs of `call` as constants, by its NumPy reference; none where they are not known, or can't be built."""
    reader = operator(call.op)
    if not reader.is_known(call) or sum(tensor.bytes for tensor in call.outputs) > LARGEST:
        return ()
    try:
        reader.check(call)
    except TinyqError:
        return ()  # the check of the whole graph says it better
    # References take their first operand as computed; other constants they look up themselves.
    first, *others = call.inputs
    computed = () if first is None or first.data is None else (first.data[np.newaxis],)
    open_call = replace(call, inputs=(None if first is None else replace(first, data=None), *others))
    values = reader.reference(open_call if computed else call, computed)
    return tuple(
        replace(tensor, data=np.array(value.reshape(tensor.shape), order="C"))
        for tensor, value in zip(call.outputs, values, strict=True)
    )
