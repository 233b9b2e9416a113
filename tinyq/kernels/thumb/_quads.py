"""Weights of four output channels as one stream of words, which the routine `quads` reads from front to back.

A word holds the weights of two channels for one input, `(high << 16) + low`; multiplied by the input it holds both
products, and such words can be added as long as neither half leaves 16 bits. Then the sums are taken out:
`low = sign_extend(word)`, `high = (word - low) >> 16`.
"""

import math
from functools import lru_cache
from typing import Any

import numpy as np

from tinyq.ir.graph import Array
from tinyq.kernels.base import Routine
from tinyq.kernels.dsp.requantization import folded_bias
from tinyq.kernels.thumb._scaling import required, scaling
from tinyq.ops import Call
from tinyq.ops.accumulate import WEIGHTS, weights_by_channel

CHANNELS = INPUTS = 4
LARGEST_SUM = 255  # of the magnitudes of weights, times 128: within int16
CYCLES = {INPUTS: 47, 2: 55}  # of four inputs, when sums are taken out after so many
CYCLES_OF_A_QUAD = 125
_SIGNATURE = (
    "void {symbol}(const int8_t *pixel, const int32_t *stream, int8_t *output, int32_t depth, const int8_t *end)"
)


def fits(call: Call[Any]) -> bool:
    """Whether the routine computes the call exactly."""
    weights = padded_weights(call)
    return bool(_sums(weights, 2).max() <= LARGEST_SUM) and scaling(call) is not None


def routine(call: Call[Any], template: str = "thumb/quads") -> Routine:
    """All output channels of one pixel."""
    tail = call.tensor(WEIGHTS).shape[0] % CHANNELS
    return Routine(template, _SIGNATURE, (*required(call).parameters, ("tail", tail)))


def depth(call: Call[Any]) -> int:
    """Inputs of an output, filled up to whole words; the weights of those that are added are 0."""
    inputs: int = math.prod(call.tensor(WEIGHTS).shape[1:])
    return -(-inputs // INPUTS) * INPUTS


def cycles(call: Call[Any], pixels: int) -> float:
    """About how many cycles the routine takes for all pixels."""
    taken_out = np.where(_in_fours(call), CYCLES[INPUTS], CYCLES[2])
    return float(pixels * (taken_out * (depth(call) // INPUTS) + CYCLES_OF_A_QUAD).sum())


@lru_cache(maxsize=256)
def stream(call: Call[Any]) -> Array:
    """int32 [quads, words]: how sums are taken out (0: after four inputs, 1: after two), biases, weights, scaling."""
    weights = padded_weights(call)
    pairs = weights.reshape(weights.shape[0] // CHANNELS, 2, 2, -1)
    words = ((pairs[:, :, 1] << 16) + pairs[:, :, 0]).transpose(0, 2, 1)
    return joined(call, words, np.where(_in_fours(call), 0, 1))


def joined(call: Call[Any], words: Array, *first: Array) -> Array:
    """int32 [quads, words]: `first`, biases, `words` of weights [quads, ...], scaling."""
    quads = len(words)
    parts = (*first, _in_quads(folded_bias(call), quads), words, _in_quads(required(call).words, quads))
    found: Array = np.concatenate([part.reshape(quads, -1) for part in parts], axis=1)
    return found.astype(np.int32)


def padded_weights(call: Call[Any]) -> Array:
    """int64 [channels, depth], both filled up with zeros."""
    weights = weights_by_channel(call)
    return np.pad(weights, ((0, -weights.shape[0] % CHANNELS), (0, -weights.shape[1] % INPUTS)))


def _in_quads(array: Array, quads: int) -> Array:
    return np.pad(array, ((0, quads * CHANNELS - len(array)), *((0, 0) for _ in array.shape[1:])))


def _sums(weights: Array, inputs: int) -> Array:
    """int64 [quads, ...]: the magnitudes of so many neighbouring weights together."""
    sums: Array = np.abs(weights).reshape(weights.shape[0] // CHANNELS, -1, inputs).sum(axis=2)
    return sums


def _in_fours(call: Call[Any]) -> Array:
    """Whether the products of four inputs fit, for each quad."""
    fits_: Array = _sums(padded_weights(call), INPUTS).max(axis=1) <= LARGEST_SUM
    return fits_
