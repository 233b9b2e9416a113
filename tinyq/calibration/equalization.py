"""Cross-layer equalization: what a channel lacks in range, the next layer's weights take over.

Source: Nagel et al. 2019, Data-Free Quantization Through Weight Equalization and Bias Correction, section 4.1,
equations 9 to 11, for weights with one scale. TFLite's have one for each output channel, which makes the first layer's
rows equal by itself; what has one scale are the values between the layers, so their measured ranges stand where the
paper has those of the first layer's rows.

Every factor is a power of two: the float model answers as before, bit for bit.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from tinyq.calibration.chains import RELU, RELU6, Chain, chains
from tinyq.calibration.constants import give_constant, operand
from tinyq.calibration.statistics import Statistics
from tinyq.frontend.schema import operator_name, pack, parse
from tinyq.ir.graph import Array

_MOST = 2.0**10  # a channel that is nearly dead must not blow up its weights


def equalized(calibrated: bytes, statistics: Mapping[int, Statistics]) -> bytes:
    """The float .tflite `calibrated` with its chains equalized; its ranges are to be measured anew.

    Args:
        calibrated: the model.
        statistics: of its tensors, by number.
    """
    model = parse(calibrated, "the calibrated model")
    for chain in list(chains(model, statistics)):
        _equalize(model, chain, statistics[chain.output])
    return pack(model)


def _equalize(model: Any, chain: Chain, statistics: Statistics) -> None:  # noqa: ANN401  the schema's ModelT
    """Divide each channel of what the first layer answers by its factor, and multiply the second's weights by it."""
    factors = _factors(model, chain, statistics)
    weights, bias = _weights(model, chain.first), operand(model, chain.first, 2)
    by_channel = factors if operator_name(model, chain.first) == "DEPTHWISE_CONV_2D" else _as_rows(factors, weights)
    give_constant(model, chain.first, 1, weights / by_channel)
    if bias is not None:
        give_constant(model, chain.first, 2, bias / factors)
    if chain.first.builtinOptions.fusedActivationFunction == RELU6:  # what it would clip, int8 clips at its own end
        chain.first.builtinOptions.fusedActivationFunction = RELU
    weights = _weights(model, chain.second)
    give_constant(model, chain.second, 1, weights * _along_inputs(model, chain, factors, weights))


def _weights(model: Any, operation: Any) -> Array:  # noqa: ANN401  as above
    weights = operand(model, operation, 1)
    assert weights is not None
    return weights


def _factors(model: Any, chain: Chain, statistics: Statistics) -> Array:  # noqa: ANN401  as above
    """For each channel the power of two to divide it by; 1 where it is dead."""
    held = np.maximum(np.abs(statistics.channel_lows), np.abs(statistics.channel_highs)).astype(np.float64)
    weights = _weights(model, chain.second)
    if operator_name(model, chain.second) == "DEPTHWISE_CONV_2D":
        ideal = held  # each channel has weights, and so a scale, of its own
    else:
        read = np.abs(weights).reshape(-1, len(held)).max(axis=0)
        ideal = np.sqrt(held / np.where(read > 0, read, np.inf))
    alive = (ideal > 0) & (held > 0)
    if not alive.any():
        return np.ones(len(held), np.float32)
    largest = np.max(held[alive] / ideal[alive]) / held.max()  # the widest channel then keeps its range
    scaled = np.clip(np.where(alive, ideal * largest, 1.0), 1 / _MOST, _MOST)
    factors: Array = np.exp2(np.rint(np.log2(scaled))).astype(np.float32)
    return factors


def _as_rows(factors: Array, weights: Array) -> Array:
    return factors.reshape(-1, *(1 for _ in weights.shape[1:]))


def _along_inputs(model: Any, chain: Chain, factors: Array, weights: Array) -> Array:  # noqa: ANN401  as above
    """The factor of each weight of the second layer along its last axis."""
    times = weights.shape[-1] // len(factors)
    if operator_name(model, chain.second) == "DEPTHWISE_CONV_2D":
        return np.repeat(factors, times)
    return np.tile(factors, times)
