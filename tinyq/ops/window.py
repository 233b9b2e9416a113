"""The geometry that convolutions and pools share: a kernel that slides over height and width."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from tinyq.ir.graph import Array, Tensor
from tinyq.ops.base import Call

SAME_PADDING = 0  # numbering of the schema's Padding
LARGEST_KERNEL = 2**18  # pixels: those of an image that fits no microcontroller; a broken file may say any number


@dataclass(frozen=True)
class Window:
    """Kernel size, stride, dilation and explicit padding; pairs are (height, width), in pixels.

    Attributes:
        before: padding above and to the left.
        after: padding below and to the right.
    """

    kernel: tuple[int, int]
    stride: tuple[int, int]
    dilation: tuple[int, int] = (1, 1)
    before: tuple[int, int] = (0, 0)
    after: tuple[int, int] = (0, 0)

    @classmethod
    def read(cls, source: Any, kernel: tuple[int, int], image: tuple[int, ...], *, dilated: bool = True) -> Self:
        """The window in the schema's builtin options `source` over `image` of shape [batch, height, width, channels].

        SAME padding is resolved as TFLite does it (kernels/padding.h): an odd pixel goes below and to the right.
        """
        stride = (int(source.strideH), int(source.strideW))
        dilation = (int(source.dilationHFactor), int(source.dilationWFactor)) if dilated else (1, 1)
        if source.padding != SAME_PADDING or min(*stride, *dilation) < 1 or len(image) != 4:
            return cls(kernel, stride, dilation)  # `check` refuses the last two
        totals = [
            max((-(-size // step) - 1) * step + (taps - 1) * spread + 1 - size, 0)
            for size, taps, step, spread in zip(image[1:3], kernel, stride, dilation, strict=True)
        ]
        before = (totals[0] // 2, totals[1] // 2)
        return cls(kernel, stride, dilation, before, (totals[0] - before[0], totals[1] - before[1]))

    def output_size(self, image: tuple[int, ...]) -> tuple[int, int]:
        """Height and width of the output for `image` of shape [batch, height, width, channels]."""
        height, width = (
            (size + before + after - (taps - 1) * spread - 1) // step + 1
            for size, before, after, taps, step, spread in zip(
                image[1:3], self.before, self.after, self.kernel, self.stride, self.dilation, strict=True
            )
        )
        return height, width

    @property
    def is_padded(self) -> bool:
        """Whether the kernel reaches beyond the image."""
        return any((*self.before, *self.after))

    @property
    def is_pointwise(self) -> bool:
        """Whether each output pixel sees just one input pixel."""
        return self.kernel == (1, 1) and not self.is_padded

    def first_needed(self, image: tuple[int, ...]) -> Array:
        """For each output pixel in order, the first input pixel that it or a later one sees.

        Args:
            image: shape [images, height, width, channels] of the input.

        Returns:
            Pixel numbers, int64 [output pixels + 1]; the number of all input pixels where none is needed any more.
        """
        pixels = image[0] * image[1] * image[2]
        rows, columns = (
            self._first_inside(axis, image[axis + 1], size) for axis, size in enumerate(self.output_size(image))
        )
        starts = np.arange(image[0]).reshape(-1, 1, 1) * image[1] * image[2]
        seen = rows.reshape(-1, 1) * image[2] + columns
        nothing = (rows.reshape(-1, 1) == image[1]) | (columns == image[2])
        needed = np.append(np.where(nothing, pixels, starts + seen).ravel(), pixels)
        suffix: Array = np.minimum.accumulate(needed[::-1])[::-1]
        return suffix

    def _first_inside(self, axis: int, size: int, outputs: int) -> Array:
        """For each output row (axis 0) or column (1) the first of the input under the kernel; `size` where none is."""
        taps = np.arange(self.kernel[axis]) * self.dilation[axis]
        under = (np.arange(outputs) * self.stride[axis] - self.before[axis]).reshape(-1, 1) + taps
        first: Array = np.where((under >= 0) & (under < size), under, size).min(axis=1)
        return first

    def taps(self, images: Array, fill: float) -> Iterator[tuple[tuple[int, int], Array]]:
        """For each kernel position, the pixel that every output pixel sees there.

        Args:
            images: shape [images, height, width, channels].
            fill: what lies in the padding.

        Yields:
            The position in the kernel, and an array of shape [images, output height, output width, channels].
        """
        edges = ((0, 0), *zip(self.before, self.after, strict=True), (0, 0))
        padded = np.pad(images, edges, constant_values=fill)
        height, width = self.output_size(images.shape)
        for row, column in np.ndindex(self.kernel):
            top, left = row * self.dilation[0], column * self.dilation[1]
            rows = slice(top, top + (height - 1) * self.stride[0] + 1, self.stride[0])
            columns = slice(left, left + (width - 1) * self.stride[1] + 1, self.stride[1])
            yield (row, column), padded[:, rows, columns]


def check_window(call: Call[Any], window: Window, image: Tensor) -> None:
    """Refuse strides, dilations and sizes that make no window over `image`."""
    if min(*window.kernel, *window.stride, *window.dilation) < 1:
        call.refuse(
            f"kernel {window.kernel}, stride {window.stride}, dilation {window.dilation}", "numbers from 1 upwards"
        )
    if window.kernel[0] * window.kernel[1] > LARGEST_KERNEL:
        call.refuse(f"a kernel of {window.kernel[0]}x{window.kernel[1]} pixels", f"at most {LARGEST_KERNEL} pixels")
    if min(window.output_size(image.shape)) < 1:
        call.refuse(f"a kernel larger than its input of shape {list(image.shape)}", "a kernel that fits into its input")


def merge_batch(samples: Array) -> Array:
    """[samples, batch, height, width, channels] as [images, height, width, channels]."""
    return samples.reshape(-1, *samples.shape[2:])
