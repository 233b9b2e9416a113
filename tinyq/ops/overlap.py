"""How the output of a kernel may lie over its input."""

from dataclasses import dataclass

import numpy as np

from tinyq.ir.graph import Array, Tensor


@dataclass(frozen=True)
class Overlap:
    """An input whose bytes the kernel may overwrite with its output as it goes, from the lowest address upwards.

    Attributes:
        tensor: the input.
        lead: the output may start at any offset up to `offset of the input + lead` bytes, and it then never overwrites
            what is still to be read; 0 is "in place", negative is "so many bytes before it".
    """

    tensor: Tensor
    lead: int = 0


def of_other_width(tensor: Tensor, output: Tensor) -> Overlap:
    """Of a kernel that makes each element of `output` from the element of `tensor` at the same place, in order."""
    widths = (np.dtype(each.dtype).itemsize for each in (tensor, output))
    return Overlap(tensor, lead_of(np.arange(tensor.elements + 1), *widths, read_first=True))


def lead_of(needed: Array, input_bytes: int, output_bytes: int, *, read_first: bool) -> int:
    """The largest lead of a kernel that writes pixel after pixel; KERNELS.md, "RAM plans", the forward rule.

    While output pixel o is written, bytes below `needed[o + 1] * input_bytes` are free, and the write ends at
    `(o + 1) * output_bytes`. A kernel that has not read its input pixels before the first byte of o also keeps those
    from `needed[o]` on until it writes the last byte.

    Args:
        needed: for each output pixel, and for what comes after the last, the first input pixel still to be read.
        input_bytes: of a pixel.
        output_bytes: of a pixel.
        read_first: whether all of an output pixel's inputs are read before the first byte of it is written.
    """
    ends = np.arange(1, len(needed)) * output_bytes
    after = needed[1:] * input_bytes - ends
    within = needed[:-1] * input_bytes - ends + 1
    before_last = after[:-1] if read_first else np.append(np.minimum(after[:-1], within[:-1]), within[-1])
    return int(before_last.min(initial=int(needed[-1]) * input_bytes))
