"""PAD with a convolution behind it, which the pass fold_pad makes one."""

import numpy as np
from hypothesis import strategies as st

from support.cases._accumulate import constants_and_output
from support.cases._case import Case, int_samples
from support.cases._draw import SAME, VALID, Draw, activations, chances, int8_tensor
from support.tflite_model import Op, T, tflite_model


@st.composite
def padded_convolutions(draw: Draw) -> Case:
    """A PAD of height and width, sometimes of the batch or the channels as well, and either convolution behind it."""
    depthwise, padding = draw(st.booleans()), draw(st.sampled_from([SAME, VALID]))
    kernel, stride = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    spatial = st.integers(0, 2)
    channels = draw(st.sampled_from([0, 0, 0, 1]))
    widths = [(0, 0), (draw(spatial), draw(spatial)), (draw(spatial), draw(spatial)), (channels, 0)]
    image = int8_tensor(draw, "x", (1, draw(st.integers(3, 6)), draw(st.integers(3, 6)), 2))
    shape = tuple(before + extent + after for extent, (before, after) in zip(image.shape, widths, strict=True))
    padded = T("p", shape, scales=image.scales, zero_points=image.zero_points)
    reach = 0 if padding == SAME else kernel - 1
    size = tuple(-(-(extent - reach) // stride) for extent in shape[1:3])
    outputs = shape[3] * 2 if depthwise else 3
    weights_shape = (1, kernel, kernel, outputs) if depthwise else (outputs, kernel, kernel, shape[3])
    weights, bias, output = constants_and_output(
        draw, padded, weights_shape, 3 if depthwise else 0, (1, *size, outputs)
    )
    name, table = ("DEPTHWISE_CONV_2D", "DepthwiseConv2DOptions") if depthwise else ("CONV_2D", "Conv2DOptions")
    options = {
        "padding": padding,
        "strideH": stride,
        "strideW": stride,
        "dilationHFactor": 1,
        "dilationWFactor": 1,
        **({"depthMultiplier": 2} if depthwise else {}),
        "fusedActivationFunction": draw(activations),
    }
    constant = T("paddings", (4, 2), "int32", data=np.array(widths))
    constants = [constant, weights] if bias is None else [constant, weights, bias]
    conv = Op(name, ["p", *(tensor.name for tensor in constants[1:])], ["y"], table, options)
    operators = [Op("PAD", ["x", "paddings"], ["p"], "PadOptions"), conv]
    model = tflite_model([image, *constants, padded, output], operators, ["x"], ["y"])
    text = (f"PAD {widths}, {name} {options}", f"{image}", f"{weights}", f"{bias}", f"{output}")
    return Case(model, (int_samples(draw(chances), image),), text)
