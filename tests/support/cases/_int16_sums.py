"""Dense layers of int16 whose sums fit 32 bits, need 64, or wrap around in the 32 bits that the oracle has for them."""

import numpy as np

from support.cases._case import Case, one_operator
from support.tflite_model import T

DEPTH = 1200
#: By the C type of the sums: the type of the bias, the bias, and the magnitude of the weights.
SUMS = {
    "int32_t": ("int64", 2**30, 1),
    "int64_t": ("int64", 2**40, 127),
    "uint32_t": ("int32", 100, 127),
}


def sums_of(c_type: str) -> Case:
    """A layer of three channels with the largest sums, the smallest and others, in outputs that show them."""
    dtype, bias, magnitude = SUMS[c_type]
    chance = np.random.default_rng(5)
    mixed = chance.integers(-magnitude, magnitude + 1, DEPTH)
    weights = np.stack([np.full(DEPTH, magnitude), np.full(DEPTH, -magnitude), mixed])
    samples = [np.full(DEPTH, 32767), np.full(DEPTH, -32768), chance.integers(20000, 32768, DEPTH)]
    reached = 2.0**31 if dtype == "int32" else float(bias + DEPTH * magnitude * 32768)
    product = 0.001 * 0.01
    return one_operator(
        "FULLY_CONNECTED",
        [
            T("x", (1, DEPTH), "int16", (0.001,), (0,)),
            T("w", (3, DEPTH), scales=(0.01,), data=weights),
            T("b", (3,), dtype, (product,), data=np.array([bias, -bias, 7])),
        ],
        T("y", (1, 3), "int16", (product * reached / 30000,), (0,)),
        [np.stack(samples).reshape(3, 1, DEPTH).astype(np.int16)],
        "FullyConnectedOptions",
    )
