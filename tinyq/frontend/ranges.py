"""The range of each tensor of a calibrated model: what the quantizer makes scale and zero point of."""

from collections.abc import Mapping

import numpy as np

from tinyq.frontend.schema import pack, parse


def read_ranges(calibrated: bytes) -> dict[int, tuple[float, float]]:
    """Least and greatest value of each tensor of the float .tflite `calibrated` that has them, by number."""
    tensors = parse(calibrated, "the calibrated model").subgraphs[0].tensors
    held = {number: tensor.quantization for number, tensor in enumerate(tensors) if tensor.quantization is not None}
    return {
        number: (float(each.min[0]), float(each.max[0]))
        for number, each in held.items()
        if each.min is not None and each.max is not None and len(each.min) == 1
    }


def with_ranges(calibrated: bytes, ranges: Mapping[int, tuple[float, float]]) -> bytes:
    """`calibrated` with other `ranges`; those of tensors that have none there, or are not named, stay as they are."""
    model = parse(calibrated, "the calibrated model")
    for number in read_ranges(calibrated).keys() & ranges.keys():
        quantization = model.subgraphs[0].tensors[number].quantization
        low, high = ranges[number]
        quantization.min, quantization.max = np.array([low], np.float32), np.array([high], np.float32)
    return pack(model)
