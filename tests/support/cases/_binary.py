"""What the operators of two operands draw: each computed or a constant, broadcast or not, or one tensor twice."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case, Oracle, integer_samples, one_operator
from support.cases._draw import Draw, chances, shapes
from support.tflite_model import T

MakeTensor = Callable[[str, tuple[int, ...]], T]


def operand_shapes(draw: Draw, ranks: range = range(1, 5)) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Two shapes that broadcast."""
    shape = draw(shapes(ranks, 5))
    return _narrowed(draw, shape), _narrowed(draw, shape)


def operands(draw: Draw, first: T, second: T) -> list[T]:
    """`first` and `second`, one of them a constant perhaps, or `first` twice."""
    kind = draw(st.sampled_from(["computed", "first constant", "second constant", "itself"]))
    tensors = [first, first] if kind == "itself" else [first, second]
    if kind.endswith("constant"):
        number = int(kind.startswith("second"))
        tensors[number] = constant(draw, tensors[number])
    return tensors


def constant(draw: Draw, tensor: T) -> T:
    """`tensor` with a value."""
    data = integer_samples(draw(chances), tensor, limits(tensor))[draw(st.integers(0, 4))]
    return T(tensor.name, tensor.shape, tensor.dtype, tensor.scales, tensor.zero_points, data=data)


def limits(tensor: T) -> Any:
    """The range that the values of `tensor` are drawn from; all of the type, and an int32 whose product still fits."""
    return {"bool": _Range(0, 1), "int32": _Range(-30000, 30000)}.get(tensor.dtype) or np.iinfo(tensor.dtype)


def elementwise_case(
    draw: Draw,
    name: str,
    tensors: Sequence[T],
    output: T,
    table: str | None = None,
    options: Mapping[str, Any] | None = None,
    oracle: Oracle = "tflite-micro",
) -> Case:
    """The case of operator `name`, with samples for what is computed."""
    computed = {tensor.name: tensor for tensor in tensors if tensor.data is None}.values()
    samples = [integer_samples(draw(chances), tensor, limits(tensor)) for tensor in computed]
    shape = np.broadcast_shapes(*(tensor.shape for tensor in tensors))
    result = T(output.name, shape, output.dtype, output.scales, output.zero_points)
    lengths = {len(array) for array in samples}
    samples = [array[: min(lengths)] for array in samples]
    return one_operator(name, tensors, result, samples, table, options, oracle)


class _Range:
    """Limits of integers, as NumPy's iinfo gives them."""

    def __init__(self, least: int, most: int) -> None:
        self.min, self.max = least, most


def _narrowed(draw: Draw, shape: tuple[int, ...]) -> tuple[int, ...]:
    """`shape`, or one that broadcasts to it: ones instead of some extents, and missing ones in front."""
    if draw(st.booleans()):
        return shape
    narrow = tuple(draw(st.sampled_from([1, extent])) for extent in shape)
    return narrow[draw(st.integers(0, len(shape))) :]
