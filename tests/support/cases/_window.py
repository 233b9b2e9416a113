"""Windows over images: convolutions and pools of every stride, dilation and padding."""

from dataclasses import dataclass

from hypothesis import strategies as st

from support.cases._draw import SAME, VALID, Draw


@dataclass(frozen=True)
class Axis:
    """Height or width: of the image, the kernel and the output, with stride and dilation."""

    image: int
    kernel: int
    stride: int
    dilation: int
    output: int


def padding_and_axes(draw: Draw, *, dilated: bool) -> tuple[int, Axis, Axis]:
    """The schema's padding, and what height and width have."""
    padding = draw(st.sampled_from([SAME, VALID]))
    return padding, _axis(draw, padding, dilated=dilated), _axis(draw, padding, dilated=dilated)


def convolution_options(padding: int, height: Axis, width: Axis, activation: int) -> dict[str, int]:
    """What the schema's Conv2DOptions hold, and DepthwiseConv2DOptions but for the multiplier."""
    return {
        "padding": padding,
        "strideH": height.stride,
        "strideW": width.stride,
        "dilationHFactor": height.dilation,
        "dilationWFactor": width.dilation,
        "fusedActivationFunction": activation,
    }


def _axis(draw: Draw, padding: int, *, dilated: bool) -> Axis:
    kernel, stride = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    dilation = draw(st.integers(1, 3)) if dilated else 1
    reach = (kernel - 1) * dilation + 1
    # SAME lets a kernel be larger than its image.
    image = draw(st.integers(1 if padding == SAME else reach, reach + 6))
    output = -(-image // stride) if padding == SAME else (image - reach) // stride + 1
    return Axis(image, kernel, stride, dilation, output)
