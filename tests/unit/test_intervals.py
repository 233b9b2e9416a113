"""Intervals hold every value that is ever computed, and are no wider than they must be."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.cases import Case, cases_of
from support.examples import examples
from support.networks import Network, networks, samples

from tinyq.analysis.intervals import intervals
from tinyq.emulator.reference import run_reference, run_traced
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Array, Graph
from tinyq.numerics.interval import Interval
from tinyq.ops import call_of, operator, supported_operators
from tinyq.ops.accumulate import AccumulateOptions, bias_of, input_offset, weights_by_channel
from tinyq.ops.accumulating import Accumulating, accumulator_bound
from tinyq.passes.fold_zero_point import fold_zero_point


def assert_all_within(graph: Graph, inputs: list[Array]) -> None:
    known = intervals(graph)
    for name, values in run_traced(graph, inputs).items():
        assert known[name].low.shape == known[name].high.shape == graph.tensors[name].shape
        numbers = np.nan_to_num(values, nan=0.0) if values.dtype == np.float32 else values
        assert ((known[name].low <= numbers) & (numbers <= known[name].high)).all(), name


@pytest.mark.parametrize("op", supported_operators())
@examples(30)
@given(data=st.data())
def test_every_operator_answers_within_its_interval(op: str, data: st.DataObject) -> None:
    case: Case = data.draw(cases_of(op))
    assert_all_within(import_tflite(case.tflite, "model", "model.tflite"), list(case.inputs))


@examples(30)
@given(graph=networks())
def test_every_tensor_of_a_network_is_within_its_interval(graph: Graph) -> None:
    assert_all_within(graph, [samples(graph, np.random.default_rng(2))])


@pytest.mark.parametrize("padding", [0, 1])
def test_the_bounds_of_accumulators_are_reached_at_every_pixel(padding: int) -> None:
    net = Network(np.random.default_rng(padding))
    image = net.tensor("image", (1, 3, 3, 2), zero_point=20)
    graph = net.graph(["image"], [net.conv(image, 4, 2 + padding)])
    call = call_of(graph, graph.nodes[0])
    reader = operator("CONV_2D")
    assert isinstance(reader, Accumulating)
    known = Interval(np.full((1, 3, 3, 2), -100, np.int8), np.arange(1, 19, dtype=np.int8).reshape(1, 3, 3, 2))
    found = reader.accumulators(call, known)
    weights = graph.tensors[str(graph.nodes[0].inputs[1])].data
    assert weights is not None
    for row, column, channel in np.ndindex(found.low.shape[1:]):
        # The image that makes this one sum least: everything that a weight above 0 sees is least, the rest greatest.
        sees = np.zeros((1, 3, 3, 2), np.int64)
        window = call.options.window
        for y, x in np.ndindex(window.kernel):
            at = (row * window.stride[0] + y - window.before[0], column * window.stride[1] + x - window.before[1])
            if min(at) >= 0 and max(at) < 3:
                sees[0, at[0], at[1]] = weights[channel, y, x]
        for bound, image_ in (
            (found.low, np.where(sees > 0, known.low, known.high)),
            (found.high, np.where(sees > 0, known.high, known.low)),
        ):
            exact = reader.accumulators(call, Interval(image_, image_)).low
            assert exact[0, row, column, channel] == bound[0, row, column, channel]


def one_conv(*, folded: bool) -> Graph:
    net = Network(np.random.default_rng(8))
    image = net.tensor("image", (1, 3, 3, 2), zero_point=20)
    graph = net.graph(["image"], [net.conv(image, 4, 2)])
    return fold_zero_point(graph) if folded else graph


@pytest.mark.parametrize("folded", [False, True])
def test_the_bound_of_accumulators_is_reached_and_never_passed(folded: bool) -> None:  # noqa: FBT001  a parameter
    graph = one_conv(folded=folded)
    call = call_of(graph, graph.nodes[0])
    bound = accumulator_bound(call, intervals(graph))
    reader = operator("CONV_2D")
    assert isinstance(reader, Accumulating)
    weights, bias = weights_by_channel(call), bias_of(call, 4)
    ends = np.array([-128, 127]) + input_offset(call)
    # A pixel whose window lies within the image sees any combination of ends.
    greatest = np.maximum(weights * ends[0], weights * ends[1]).sum(axis=1)
    least = np.minimum(weights * ends[0], weights * ends[1]).sum(axis=1)
    np.testing.assert_array_equal(bound.sums, np.maximum(greatest, -least))
    np.testing.assert_array_equal(bound.accumulators, np.maximum(abs(greatest + bias), abs(least + bias)))
    np.testing.assert_array_equal(bound.partial_sums, np.abs(weights).sum(axis=1) * np.abs(ends).max())


def test_nothing_is_known_where_a_left_shift_may_wrap() -> None:
    net = Network(np.random.default_rng(3))
    image = net.tensor("image", (1, 1), scale=2.0**29, zero_point=0)
    weights = net.constant(np.array([[1], [0]], np.int8), (1.0,))
    net.node("FULLY_CONNECTED", [image, weights], (1, 2), AccumulateOptions())
    net.tensor("layer0/out", (1, 2), 1.0, 0)
    graph = net.graph(["image"], ["layer0/out"])
    known = intervals(graph)["layer0/out"]
    assert (known.low.tolist(), known.high.tolist()) == ([[-128, 0]], [[127, 0]])
    (answers,) = run_reference(graph, [np.array([[[-128]], [[1]], [[127]]], np.int8)])
    assert answers[:, 0, 0].tolist() == [0, 127, -128], "if the shift did not wrap, these would rise"


def test_of_an_unknown_operator_everything_is_possible() -> None:
    net = Network(np.random.default_rng(3))
    image = net.tensor("image", (1, 4))
    graph = net.graph(["image"], [net.softmax(image)])
    known = intervals(graph)["layer0/out"]
    assert (known.low == -128).all()
    assert (known.high == 127).all()


@pytest.mark.parametrize(
    ("dtype", "low", "high"), [("uint8", 0, 255), ("float32", -np.inf, np.inf), ("bool", False, True)]
)
def test_a_full_interval_holds_all_of_its_type(dtype: str, low: float, high: float) -> None:
    known = Interval.full((2,), dtype)
    assert known.low.tolist() == [low] * 2
    assert known.high.tolist() == [high] * 2
    assert known.low.dtype == dtype


def test_a_constant_channel_has_one_value_at_every_pixel() -> None:
    low = np.array([[1, 5, 0], [1, 6, 0]])
    known = Interval(low, np.array([[1, 5, 1], [1, 6, 1]]))
    assert known.constant_channels(3).tolist() == [True, False, False]
    assert not known.is_constant
    assert Interval(low, low).is_constant
