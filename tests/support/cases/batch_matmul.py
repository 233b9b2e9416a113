"""BATCH_MATMUL of computed and constant matrices, stored either way, over batches that broadcast."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Case, int_samples, one_operator
from support.cases._draw import LEAST_OUTPUT_SCALE, Draw, activation, activation_types, chances, float32, shapes
from support.cases._movement import like
from support.tflite_model import T

# A typical input, the output's range, and how many powers of two an output's scale may be finer than a product's.
TYPICAL = {"int8": (70.0, 100.0, 30), "int16": (18000.0, 25000.0, 6)}


@st.composite
def cases(draw: Draw) -> Case:
    """One product; its output saturates, fits, or is almost constant."""
    batch = draw(shapes(range(4), 3))
    rows, depth, columns = (draw(st.integers(1, most)) for most in (4, 9, 4))
    dtype = draw(activation_types)
    transposed = draw(st.booleans()), draw(st.booleans())
    first = _matrices(draw, "x1", batch, (rows, depth), dtype, swap=transposed[0])
    second = _matrices(draw, "x2", batch, (depth, columns), dtype, swap=transposed[1])
    if draw(st.booleans()):
        second = like(second, "x2", second.shape, int_samples(draw(chances), second)[0])
    product = first.scales[0] * second.scales[0]
    typical, reach, finest = TYPICAL[dtype]
    usual = product * typical**2 * float(np.sqrt(depth)) / reach
    ratio = 2.0 ** draw(st.floats(-3, 3) | st.floats(-24, 8))
    scale = max(float32(usual * ratio), LEAST_OUTPUT_SCALE, product * 2.0**-finest)
    common = np.broadcast_shapes(first.shape[:-2], second.shape[:-2])
    output = activation(draw, "y", (*common, rows, columns), dtype, float32(scale))
    samples = [int_samples(draw(chances), tensor) for tensor in (first, second) if tensor.data is None]
    options = {"adjX": transposed[0], "adjY": transposed[1]}
    return one_operator("BATCH_MATMUL", [first, second], output, samples, "BatchMatMulOptions", options)


def _matrices(draw: Draw, name: str, batch: tuple[int, ...], shape: tuple[int, int], dtype: str, *, swap: bool) -> T:
    """Matrices of this shape, stored transposed or not, for the whole batch or some of it."""
    narrow = tuple(draw(st.sampled_from([1, extent])) for extent in batch)[draw(st.integers(0, len(batch))) :]
    kept = batch if draw(st.booleans()) else narrow
    return activation(draw, name, (*kept, *(shape[::-1] if swap else shape)), dtype)
