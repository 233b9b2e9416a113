"""Equalized channels: the float model answers as before, bit for bit, and its channels use their layer's range."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from support.tflite_model import Op, T, tflite_model

from tinyq.calibration.chains import chains
from tinyq.calibration.equalization import equalized
from tinyq.calibration.float_tensors import named_statistics, statistics_of
from tinyq.emulator.float_model import run_float
from tinyq.frontend.schema import parse

CHANCE = np.random.default_rng(0)
SAMPLES = (CHANCE.normal(size=(20, 4, 4, 3)).astype(np.float32),)
SPREAD = np.array([100, 1, 0.3, 1, 5, 0.3], np.float32)  # of the six channels of the first layer
WINDOW = {"strideH": 1, "strideW": 1, "dilationHFactor": 1, "dilationWFactor": 1, "padding": 0}
RELU, RELU6, TANH = 1, 3, 4


def constant(name: str, *shape: int, scaled: Any = 1.0) -> T:
    values = CHANCE.normal(size=shape).astype(np.float32) * np.asarray(scaled, np.float32)
    return T(name, shape, "float32", data=values)


def integers(name: str, values: Any) -> T:
    array = np.array(values, np.int32)
    return T(name, array.shape, "int32", data=array)


@dataclass(frozen=True)
class Rest:
    """What follows the first layer's `a`, float32 [1, 4, 4, 6]: tensors with `y` at the end, and operators."""

    tensors: list[T]
    operators: list[Op]


def second(kind: str, given: str, *weights: int) -> Rest:
    outputs = {"CONV_2D": (1, 4, 4, 2), "DEPTHWISE_CONV_2D": (1, 4, 4, 12), "FULLY_CONNECTED": (1, 7)}
    count = outputs[kind][-1]
    options: dict[str, Any] = {} if kind == "FULLY_CONNECTED" else dict(WINDOW)
    if kind == "DEPTHWISE_CONV_2D":
        options["depthMultiplier"] = 2
    table = {"CONV_2D": "Conv2DOptions", "DEPTHWISE_CONV_2D": "DepthwiseConv2DOptions"}
    operator = Op(kind, [given, "w2", "b2"], ["y"], table.get(kind, "FullyConnectedOptions"), options)
    tensors = [constant("w2", *weights), constant("b2", count), T("y", outputs[kind], "float32")]
    return Rest(tensors, [operator])


def flattened() -> Rest:
    reshape = Op("RESHAPE", ["a", "shape"], ["flat"], "ReshapeOptions", {"newShape": [1, 96]})
    dense = second("FULLY_CONNECTED", "flat", 7, 96)
    return Rest(
        [integers("shape", [1, 96]), T("flat", (1, 96), "float32"), *dense.tensors], [reshape, *dense.operators]
    )


def averaged() -> Rest:
    mean = Op("MEAN", ["a", "axes"], ["mean"], "ReducerOptions", {"keepDims": False})
    dense = second("FULLY_CONNECTED", "mean", 7, 6)
    return Rest([integers("axes", [1, 2]), T("mean", (1, 6), "float32"), *dense.tensors], [mean, *dense.operators])


def over_channels() -> Rest:
    mean = Op("MEAN", ["a", "axes"], ["mean"], "ReducerOptions", {"keepDims": False})
    dense = second("FULLY_CONNECTED", "mean", 7, 16)
    tensors = [integers("axes", [3]), T("mean", (1, 4, 4), "float32")]
    reshape = Op("RESHAPE", ["mean", "shape"], ["flat"], "ReshapeOptions", {"newShape": [1, 16]})
    tensors += [integers("shape", [1, 16]), T("flat", (1, 16), "float32")]
    dense = second("FULLY_CONNECTED", "flat", 7, 16)
    return Rest([*tensors, *dense.tensors], [mean, reshape, *dense.operators])


CHAINS = {
    "pointwise": lambda: second("CONV_2D", "a", 2, 1, 1, 6),
    "depthwise": lambda: second("DEPTHWISE_CONV_2D", "a", 1, 1, 1, 12),
    "flattened": flattened,
    "averaged": averaged,
}


def model(rest: Rest, activation: int = RELU, *, also: tuple[str, ...] = (), largest: float = 1.0) -> bytes:
    """A 1x1 convolution of three channels to six of very different size, and the rest; `also` are more outputs."""
    sizes = SPREAD * largest / 1000
    weights = constant("w1", 6, 1, 1, 3, scaled=sizes[:, np.newaxis, np.newaxis, np.newaxis])
    first = Op("CONV_2D", ["x", "w1", "b1"], ["a"], "Conv2DOptions", WINDOW | {"fusedActivationFunction": activation})
    tensors = [
        T("x", (1, 4, 4, 3), "float32"),
        weights,
        constant("b1", 6, scaled=sizes),
        T("a", (1, 4, 4, 6), "float32"),
        *rest.tensors,
    ]
    return tflite_model(tensors, [first, *rest.operators], ["x"], ["y", *also])


def chain_count(data: bytes) -> int:
    return len(list(chains(parse(data, "the model"), statistics_of(data, SAMPLES))))


def reach(data: bytes) -> NDArray[Any]:
    """The largest magnitude of each channel of the first layer's output."""
    found = named_statistics(data, SAMPLES)["a"]
    return np.maximum(np.abs(found.channel_lows), np.abs(found.channel_highs))


@pytest.mark.parametrize("kind", CHAINS)
@pytest.mark.parametrize("activation", [0, RELU, RELU6])
def test_the_answers_stay_the_same_bit_for_bit(kind: str, activation: int) -> None:
    before = model(CHAINS[kind](), activation)
    after = equalized(before, statistics_of(before, SAMPLES))
    assert after != before
    assert np.array_equal(run_float(before, SAMPLES)[0], run_float(after, SAMPLES)[0])


@pytest.mark.parametrize("kind", CHAINS)
def test_the_widest_channel_keeps_its_range_and_the_others_come_nearer(kind: str) -> None:
    before = model(CHAINS[kind]())
    first, then = reach(before), reach(equalized(before, statistics_of(before, SAMPLES)))
    assert first.max() / first.min() > 100
    assert 0.5 <= then.max() / first.max() <= 2
    assert then.max() / then.min() < 0.2 * first.max() / first.min()


def test_channels_with_weights_of_their_own_get_the_same_range() -> None:
    before = model(CHAINS["depthwise"]())
    then = reach(equalized(before, statistics_of(before, SAMPLES)))
    assert then.max() / then.min() <= 2


def test_a_chain_is_one_only_where_factors_pass_and_nobody_else_reads() -> None:
    pointwise = CHAINS["pointwise"]()
    assert chain_count(model(pointwise)) == 1
    assert chain_count(model(pointwise, TANH)) == 0
    assert chain_count(model(pointwise, also=("a",))) == 0
    assert chain_count(model(over_channels())) == 0


def test_a_relu6_that_clips_something_is_left_alone() -> None:
    assert chain_count(model(CHAINS["pointwise"](), RELU6)) == 1
    assert chain_count(model(CHAINS["pointwise"](), RELU6, largest=1000)) == 0


def test_a_dead_channel_keeps_its_weights() -> None:
    rest = CHAINS["depthwise"]()
    dead = model(rest)
    parsed = parse(dead, "the model")
    held = statistics_of(dead, SAMPLES)
    number = next(index for index, tensor in enumerate(parsed.subgraphs[0].tensors) if tensor.name == b"a")
    held[number].channel_lows[2] = held[number].channel_highs[2] = 0
    after = parse(equalized(dead, held), "the model").subgraphs[0]
    weights = parse(equalized(dead, held), "the model").buffers[after.tensors[after.operators[0].inputs[1]].buffer].data
    before = parsed.buffers[parsed.subgraphs[0].tensors[1].buffer].data
    assert np.array_equal(np.asarray(weights).view(np.float32)[6:9], np.asarray(before).view(np.float32)[6:9])
