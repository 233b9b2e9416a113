"""QUANTIZE from float32 and from integers of another scale."""

import numpy as np
from hypothesis import strategies as st

from support.cases._case import Array, Case, Oracle, integer_samples, one_operator
from support.cases._draw import Draw, chances, float32, scales, shapes
from support.tflite_model import T

# What tflite-micro's quantize_common.cc has no case for: "Input ..., output ... not supported".
NOT_IN_TFLM = {("float32", "uint8"), ("uint8", "uint8")}
# What the converter writes, and tinyq takes.
PAIRS = [
    *((source, target) for source in ("float32", "int8", "uint8") for target in ("int8", "uint8")),
    ("float32", "int16"),
    ("int8", "int16"),
    ("int16", "int8"),
    ("int16", "int16"),
]


@st.composite
def cases(draw: Draw) -> Case:
    """One quantization."""
    pair = draw(st.sampled_from(PAIRS))
    shape = draw(shapes(range(1, 5), 5))
    output = _integers(draw, "y", shape, pair[1], draw(scales()))
    oracle: Oracle = "BUILTIN_REF" if pair in NOT_IN_TFLM else "tflite-micro"
    if pair[0] == "float32":
        return one_operator("QUANTIZE", [T("x", shape, "float32")], output, [_reals(draw, output)], oracle=oracle)
    image = _integers(draw, "x", shape, pair[0], float32(output.scales[0] * 2.0 ** draw(st.floats(-6, 6))))
    samples = integer_samples(draw(chances), image, np.iinfo(pair[0]))
    return one_operator("QUANTIZE", [image], output, [samples], oracle=oracle)


def _integers(draw: Draw, name: str, shape: tuple[int, ...], dtype: str, scale: float) -> T:
    limits = np.iinfo(dtype)
    zero_point = 0 if dtype == "int16" else draw(st.integers(int(limits.min), int(limits.max)))
    return T(name, shape, dtype, (scale,), (zero_point,))


def _reals(draw: Draw, output: T) -> Array:
    """Anywhere within the range and beyond it, exactly and almost half way between two integers, and zeros.

    Quotients beyond int32 are no case: interpreters convert them, which C leaves undefined.
    """
    chance, shape, scale = draw(chances), output.shape, np.float32(output.scales[0])
    beyond, farthest = (300, 6) if np.dtype(output.dtype).itemsize == 1 else (40000, 4)
    anywhere = chance.uniform(-beyond, beyond, shape)
    half_way = (chance.integers(-beyond, beyond, shape) + 0.5).astype(np.float32) * scale
    rows = [
        anywhere * scale,
        half_way,
        np.nextafter(half_way, np.float32(np.inf)),
        np.nextafter(half_way, np.float32(-np.inf)),
        anywhere * scale * 10.0 ** chance.uniform(-30, farthest, shape),
        chance.choice([0.0, -0.0], shape),
    ]
    return np.stack(rows).astype(np.float32)
