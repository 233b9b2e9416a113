"""What hybrid convolutions and dense layers share: int8 inputs that are made at run time, sums of int32, float32 out.

Each image, or row of a dense layer, has a scale and a zero point of its own (tinyq/numerics/dynamic.py). A sum times
the weights' scale times the input's, in float32, is the output, before the bias. In what order these are multiplied
differs from operator to operator, as it does in TensorFlow Lite's kernels.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.dynamic import quantize_rows
from tinyq.numerics.fixed_point import INT32_MAX
from tinyq.ops.accumulate import WEIGHTS
from tinyq.ops.base import Call, Operator
from tinyq.ops.checks import require_dtype
from tinyq.ops.floats.accumulate import FloatWindowKernel, FloatWindowOptions, require_symmetric, window_kernel
from tinyq.ops.overlap import Overlap, lead_of

_LARGEST_PRODUCT = 255 * 128  # an input's distance from its zero point, and a weight
MOST_PRODUCTS = INT32_MAX // _LARGEST_PRODUCT


@dataclass(frozen=True, eq=False)
class HybridWindowKernel(FloatWindowKernel):
    """What the templates of convolutions see; whether the input's zero point is always 0."""

    is_symmetric: bool = False


class HybridWindow(Operator[FloatWindowOptions]):
    """What hybrid convolutions add to their float forms, which come after it among the bases.

    Attributes:
        image: which input is quantized.
    """

    image = 0

    def scratch_bytes(self, call: Call[FloatWindowOptions]) -> int:
        image = call.tensor(self.image)
        return quantized_bytes(image.elements // image.shape[0])

    def overlaps(self, call: Call[FloatWindowOptions]) -> tuple[Overlap, ...]:
        image = call.tensor(self.image)
        return (quantized_overlap(image, call.output, image.shape[0]),)


def check_hybrid(call: Call[Any], axis: int | None) -> None:
    """Refuse weights that are no integers, and more products in a sum than int32 has room for.

    `axis` of the weights counts the output channels; each has a sum of as many products as it has weights.
    """
    assert axis is not None
    weights = call.tensor(WEIGHTS)
    require_dtype(call, weights, "int8")
    require_symmetric(call, weights, axis)
    products = weights.elements // weights.shape[axis]
    if products > MOST_PRODUCTS:
        call.refuse(f"sums of {products:,} products", f"up to {MOST_PRODUCTS:,}", "use --scheme int8-weights")


def weight_scales(call: Call[Any]) -> Array:
    """float32 scales of the weights: one, or one for each output channel."""
    quantization = call.tensor(WEIGHTS).quantization
    assert quantization is not None
    return np.array(quantization.scales, np.float32)


def quantized_images(images: Array, *, symmetric: bool = False) -> tuple[Array, Array]:
    """float32 [images, ...] as int64 `q - zero_point` of the same shape, and float32 scales [images, 1, 1, 1]."""
    integers, scales = quantize_rows(images.reshape(len(images), -1), symmetric=symmetric)
    return integers.reshape(images.shape), scales.reshape(-1, 1, 1, 1)


def hybrid_window_kernel(call: Call[Any], groups: int, *, is_symmetric: bool = False) -> HybridWindowKernel:
    """What the templates of convolutions see."""
    return HybridWindowKernel(**vars(window_kernel(call, groups)), is_symmetric=is_symmetric)


def quantized_bytes(elements: int) -> int:
    """Scratch for so many numbers in int8, 4-aligned."""
    return elements + 3 & ~3


def quantized_overlap(image: Tensor, output: Tensor, rows: int) -> Overlap:
    """Each of the `rows`, or images, is read as a whole, and only then is its output written."""
    sizes = (tensor.bytes // rows for tensor in (image, output))
    return Overlap(image, lead_of(np.arange(rows + 1), *sizes, read_first=True))
