"""One-operator models that are refused, and the message."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pytest

from support.tflite_model import Op, T, tflite_model
from tinyq.errors import TinyqError
from tinyq.frontend.tflite import import_tflite

FROM_TENSORS = ", which follows from the layer's other tensors and options"


def int8(name: str, *shape: int, scale: float = 0.5, zero_point: int = 1) -> T:
    return T(name, shape, scales=(scale,), zero_points=(zero_point,))


def int32(name: str, values: Sequence[Any]) -> T:
    data = np.array(values, np.int32)
    return T(name, data.shape, "int32", data=data)


def one_layer(
    op: str, inputs: Sequence[T | None], output: T, table: str | None = None, options: Mapping[str, Any] | None = None
) -> bytes:
    """A model of one operator."""
    present = [tensor for tensor in inputs if tensor is not None]
    given = [tensor.name for tensor in present if tensor.data is None]
    names = [None if tensor is None else tensor.name for tensor in inputs]
    operator = Op(op, names, [output.name], table, options or {})
    return tflite_model([*present, output], [operator], given, [output.name])


def refusal(
    op: str, inputs: Sequence[T | None], output: T, table: str | None = None, options: Mapping[str, Any] | None = None
) -> str:
    """The message of the TinyqError, without what is the same for all: the file and the layer."""
    with pytest.raises(TinyqError) as caught:
        import_tflite(one_layer(op, inputs, output, table, options), "net", "net.tflite")
    start, _, message = str(caught.value).partition(f" ({op}): ")
    assert start in ("net.tflite: layer y", "net.tflite: layer w"), str(caught.value)
    return message
