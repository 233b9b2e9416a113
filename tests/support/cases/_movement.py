"""What the operators draw that only move elements."""

from collections.abc import Sequence

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Array, Oracle, integer_samples
from support.cases._draw import Draw, chances, quantizations
from support.tflite_model import T

QUANTIZED = ("int8", "int16")
ANY = ("int8", "int8", "int16", "int32")


def movable(draw: Draw, shape: tuple[int, ...], name: str = "x", dtypes: Sequence[str] = ANY) -> T:
    """A computed tensor of a type that is moved: int8 or int16 with scale and zero point, or another."""
    dtype = draw(st.sampled_from(dtypes))
    if dtype in ("int8", "uint8", "int16"):
        scale, zero_point = draw(quantizations(dtype))
        return T(name, shape, dtype, (scale,), (zero_point,))
    return T(name, shape, dtype)


def like(tensor: T, name: str, shape: tuple[int, ...], data: Array | None = None) -> T:
    """A tensor of another shape with the type, scale and zero point of `tensor`."""
    return T(name, shape, tensor.dtype, tensor.scales, tensor.zero_points, data=data)


def in_int8_alone(tensor: T) -> Oracle:
    """The oracle of operators that tflite-micro has for int8 alone."""
    return "tflite-micro" if tensor.dtype == "int8" else "BUILTIN_REF"


def numbers(name: str, values: Sequence[object]) -> T:
    """A constant of int32 numbers: axes, shapes, paddings."""
    data = np.array(values, np.int32)
    return T(name, data.shape, "int32", data=data)


def samples_of(draw: Draw, tensor: T) -> Array:
    """Inputs for `tensor`; no two elements of the first are alike where its type has room for that."""
    chance: np.random.Generator = draw(chances)
    if tensor.dtype == "bool":
        return chance.integers(0, 2, (3, *tensor.shape), dtype=np.int64).astype(bool)
    different = np.arange(np.prod(tensor.shape, dtype=int)).reshape(tensor.shape)
    samples = integer_samples(chance, tensor, np.iinfo(tensor.dtype))
    return np.concatenate([different[np.newaxis].astype(tensor.dtype), samples])
