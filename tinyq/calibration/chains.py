"""Where a float model may be equalized: two layers with weights, and between them nothing that mixes channels.

Whatever stands between them must commute with positive factors of channels: RELU, its leaky kinds, pooling, zero
padding. A fused RELU6 does so as long as nothing reaches its bound (Nagel et al. 2019, section 4.1).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tinyq.calibration.constants import operand
from tinyq.calibration.statistics import Statistics
from tinyq.frontend.schema import indices, operator_name

WEIGHTED = ("CONV_2D", "DEPTHWISE_CONV_2D", "FULLY_CONNECTED")
_BETWEEN = ("MAX_POOL_2D", "AVERAGE_POOL_2D", "MEAN", "PAD", "RELU", "LEAKY_RELU", "RESHAPE")
NONE, RELU, RELU6 = 0, 1, 3  # the schema's ActivationFunctionType
_RELU6_BOUND = 6.0


@dataclass(frozen=True)
class Chain:
    """Two layers of a model that channels go straight through.

    Attributes:
        first: its operator, of the schema's OperatorT.
        second: likewise.
        output: number of the first one's output tensor, whose last axis counts the channels.
    """

    first: Any
    second: Any
    output: int


def chains(model: Any, statistics: Mapping[int, Statistics]) -> Iterator[Chain]:  # noqa: ANN401  the schema's ModelT
    """All chains of the float `model`, whose tensors held what `statistics` say."""
    for first in model.subgraphs[0].operators:
        if operator_name(model, first) in WEIGHTED and first.outputs[0] in statistics:
            output = int(first.outputs[0])
            scalable = _activation(first) in (NONE, RELU) or (
                _activation(first) == RELU6 and statistics[output].high < _RELU6_BOUND
            )
            second = _reader(model, output)
            while second is not None and _passes(model, second, len(statistics[output].channel_highs)):
                second = _reader(model, int(second.outputs[0]))
            if scalable and second is not None and _takes_channels(model, second, statistics[output]):
                yield Chain(first, second, output)


def _activation(operation: Any) -> int:  # noqa: ANN401  the schema's OperatorT
    return int(getattr(operation.builtinOptions, "fusedActivationFunction", NONE))


def _reader(model: Any, number: int) -> Any:  # noqa: ANN401  as above
    """The only operator that reads tensor `number`; None where there are others, or the model gives it away."""
    graph = model.subgraphs[0]
    readers = [each for each in graph.operators if number in indices(each.inputs)]
    return readers[0] if len(readers) == 1 and number not in indices(graph.outputs) else None


def _passes(model: Any, operation: Any, channels: int) -> bool:  # noqa: ANN401  as above
    """Whether the operator treats every channel alike, so that factors of channels pass through it."""
    op, tensors = operator_name(model, operation), model.subgraphs[0].tensors
    if op not in _BETWEEN or _activation(operation) not in (NONE, RELU):
        return False
    rank, last = len(tensors[operation.inputs[0]].shape), int(tensors[operation.outputs[0]].shape[-1])
    if op == "RESHAPE":
        return bool(last % channels == 0)
    if op in ("MEAN", "PAD"):
        told = operand(model, operation, 1)
        if told is None:
            return False
        if op == "PAD":
            return not bool(told[-1].any())
        return rank - 1 not in [int(axis) % rank for axis in told.ravel()]
    return True


def _takes_channels(model: Any, operation: Any, statistics: Statistics) -> bool:  # noqa: ANN401  as above
    """Whether the operator multiplies the channels by weights of its own, each pixel's channels one after the other."""
    if operator_name(model, operation) not in WEIGHTED:
        return False
    weights, channels = operand(model, operation, 1), len(statistics.channel_highs)
    if weights is None:
        return False
    if operator_name(model, operation) == "FULLY_CONNECTED":
        return bool(weights.shape[-1] % channels == 0)
    of_input = int(model.subgraphs[0].tensors[operation.inputs[0]].shape[-1])
    return bool(of_input == channels and weights.shape[-1] % channels == 0)
