"""Layers of 4 bits: the weights become int4, the activations stay int8."""

from copy import copy
from typing import Any

import numpy as np

from tinyq.frontend.tflite_calls import Operation
from tinyq.ir.graph import Tensor
from tinyq.mixing.constants import RealConstants, give_integers, own_tensor, symmetric
from tinyq.numerics.fitted_int4 import to_int4
from tinyq.numerics.int4 import pack_int4

_WEIGHTS, _BIAS = 1, 2
_INT4, _INT32 = 17, 2  # the schema's TensorType
# The axis of the weights along which each channel has a scale of its own; int4 weights of a dense layer have one scale
# (TFLM kernels/fully_connected_common.cc).
_CHANNELS = {"CONV_2D": 0, "DEPTHWISE_CONV_2D": 3, "FULLY_CONNECTED": None}
# The first version of the operator that takes int4 weights (TFLite tools/versioning/op_version.cc).
_VERSIONS = {"CONV_2D": 7, "DEPTHWISE_CONV_2D": 7, "FULLY_CONNECTED": 10}


def weights_of(operation: Operation) -> Tensor | None:
    """The weights of `operation`, an operator that has an int4 form; None of others."""
    weights = operation.inputs[_WEIGHTS] if operation.op in _CHANNELS else None
    return weights if weights is not None and weights.is_constant else None


def narrow(model: Any, operation: Operation, constants: RealConstants) -> None:  # noqa: ANN401  the schema's ModelT
    """Give `operation` of `model` int4 weights, if it has weights, and its bias their scale."""
    weights, source = weights_of(operation), operation.source
    if weights is None or weights.dtype != "int8":
        return
    axis = _CHANNELS[operation.op]
    values, scales = to_int4(constants.of(weights), axis)
    give_integers(model, own_tensor(model, source, _WEIGHTS), _INT4, pack_int4(values), symmetric(scales, axis))
    bias = operation.inputs[_BIAS] if len(operation.inputs) > _BIAS else None
    if bias is not None and operation.inputs[0] is not None:
        steps = np.float32(operation.inputs[0].scale) * scales
        limits = np.iinfo(np.int32)
        sums = np.clip(np.rint(constants.of(bias) / steps.astype(np.float64)), limits.min, limits.max)
        of_bias = symmetric(steps, None if axis is None else 0)
        give_integers(model, own_tensor(model, source, _BIAS), _INT32, sums.astype(np.int32), of_bias)
    code = copy(model.operatorCodes[source.opcodeIndex])
    code.version = max(code.version, _VERSIONS[operation.op])
    source.opcodeIndex = len(model.operatorCodes)
    model.operatorCodes.append(code)
