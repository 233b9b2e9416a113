"""On the four MLPerf Tiny models, three computations agree on every output byte."""

import numpy as np
import pytest
from support import mlperf
from support.networks import samples

from tinyq.emulator.agreement import first_difference, mismatches
from tinyq.emulator.host import HostModel
from tinyq.emulator.litert import run_litert
from tinyq.emulator.oracle import run_oracle
from tinyq.emulator.reference import run_reference, run_traced
from tinyq.ops.accumulate import WEIGHTS, AccumulateOptions
from tinyq.pipeline.savings import Savings


@pytest.mark.parametrize(("model", "samples"), [("kws", 1000), ("ic_resnet8", 500), ("vww_96", 100), ("ad01", 100)])
def test_generated_c_and_numpy_and_tflite_micro_agree_on_every_byte(model: str, samples: int) -> None:
    compiled, inputs = mlperf.compiled(model), mlperf.inputs(model)
    assert len(inputs) == samples
    reference = run_reference(compiled.graph, [inputs])
    assert mismatches(reference, HostModel(compiled.generated, compiled.layers).run([inputs])) == 0
    assert mismatches(reference, run_oracle(compiled.tflite, 1, [inputs])) == 0


@pytest.mark.parametrize(("model", "samples"), [("kws", 1000), ("ic_resnet8", 500), ("vww_96", 100), ("ad01", 100)])
def test_in_the_profile_xnnpack_generated_c_and_numpy_and_litert_agree_on_every_byte(model: str, samples: int) -> None:
    compiled, inputs = mlperf.compiled(model, "xnnpack"), mlperf.inputs(model)
    assert len(inputs) == samples
    reference = run_reference(compiled.graph, [inputs])
    assert mismatches(reference, HostModel(compiled.generated, compiled.layers).run([inputs])) == 0
    assert mismatches(reference, run_litert(compiled.tflite, [inputs])) == 0


@pytest.mark.parametrize(("model", "accuracy"), [("kws", 0.901), ("ic_resnet8", 0.882)])
def test_the_accuracy_is_the_published_one(model: str, accuracy: float) -> None:
    compiled, inputs = mlperf.compiled(model), mlperf.inputs(model)
    (outputs,) = HostModel(compiled.generated, compiled.layers).run([inputs])
    predicted = outputs.reshape(len(inputs), -1).argmax(axis=1)
    assert float((predicted == mlperf.labels(model)).mean()) == pytest.approx(accuracy)


@pytest.mark.parametrize("model", mlperf.MODELS)
def test_extreme_inputs_get_the_answers_of_tflite_micro(model: str) -> None:
    compiled = mlperf.compiled(model)
    inputs = samples(compiled.graph, np.random.default_rng(23))
    reference = run_reference(compiled.graph, [inputs])
    assert mismatches(reference, HostModel(compiled.generated, compiled.layers).run([inputs])) == 0
    assert mismatches(reference, run_oracle(compiled.tflite, 1, [inputs])) == 0


@pytest.mark.parametrize(
    ("model", "expected", "weights"),
    [
        ("kws", Savings(588, 588, 2_656_768, 2_656_768), 22_016),
        ("ic_resnet8", Savings(346, 346, 12_501_632, 12_501_632), 77_360),
        ("vww_96", Savings(2_738, 1_014, 7_489_664, 3_727_313), 29_066),
        ("ad01", Savings(1_672, 1_672, 264_192, 264_192), 264_192),
    ],
)
def test_what_no_input_can_change_is_left_out(model: str, expected: Savings, weights: int) -> None:
    graph = mlperf.compiled(model).graph
    assert mlperf.compiled(model).savings == expected
    layers = [node for node in graph.nodes if isinstance(node.options, AccumulateOptions)]
    assert sum(graph.tensors[str(node.inputs[WEIGHTS])].elements for node in layers) == weights


@pytest.mark.parametrize("model", mlperf.MODELS)
def test_every_layer_of_the_generated_c_equals_the_reference(model: str) -> None:
    compiled, inputs = mlperf.compiled(model), mlperf.inputs(model)
    host = HostModel(compiled.generated, compiled.layers)
    for sample in range(3):
        one = [inputs[sample : sample + 1]]
        assert first_difference(compiled.graph, sample, run_traced(compiled.graph, one), host.run_traced(one)) is None


def test_a_wrong_weight_is_found_in_its_layer() -> None:
    compiled, inputs = mlperf.compiled("kws"), mlperf.inputs("kws")[:1]
    weights = compiled.graph.tensors["functional_1/conv2d_2/Conv2D"].data
    assert weights is not None
    host = HostModel(compiled.generated, compiled.layers)
    found = host.run_traced([inputs])
    weights[5] = np.where(weights[5] > 0, weights[5] - 1, weights[5] + 1)
    try:
        difference = first_difference(compiled.graph, 0, run_traced(compiled.graph, [inputs]), found)
    finally:
        mlperf.compiled.cache_clear()
    assert difference is not None
    assert (difference.layer, difference.index[-1]) == ("conv2d_2", 5)
