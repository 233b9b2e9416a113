"""Whole graphs of any operators: cases of single operators that read what others have answered.

A case is drawn with the shapes and scales in mind that the graph has so far. Where a tensor still does not fit, its
elements are cut off or padded with zeros, then given another shape, then another scale.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from support.cases import Case, cases_of
from support.cases._case import Array, one_operator
from support.cases._draw import Draw, chances, offering
from support.cases._movement import numbers
from support.grafting import Grafted, inputs_of
from support.tflite_model import T
from tinyq.ops import supported_operators

SAMPLES, STEPS = 12, 3
#: Their answers are defined for some inputs alone: for positive numbers, and for divisors other than 0.
CHOOSY = ("DIV", "RSQRT", "SQRT")
STATEFUL = ("ASSIGN_VARIABLE", "READ_VARIABLE", "SVDF", "UNIDIRECTIONAL_SEQUENCE_LSTM")
MOST = 30
LARGEST = 400  # elements of a tensor that others read
APART = 16.0  # scales between which an adapter converts; farther apart, all would be 0 or saturated


def tflm_takes(case: Case) -> bool:
    """Whether tflite-micro computes a case rightly."""
    return case.oracle == "tflite-micro"


@st.composite
def whole_graphs(draw: Draw, accepts: Callable[[Case], bool], without: Sequence[str] = ()) -> Case:
    """A graph of 3 to 30 operators; several may read a tensor, and what none reads is an output.

    Args:
        draw: of Hypothesis.
        accepts: whether the oracle computes a case.
        without: operators to leave out.
    """
    operators = [op for op in supported_operators() if op not in without]
    graph, nodes = _Growing(draw), draw(st.integers(3, MOST - 4))
    while graph.whole.nodes < nodes:
        op = operators[draw(chances).integers(len(operators))]  # a seed: Hypothesis likes to repeat what it draws
        with offering(graph.tensors):
            case = draw(cases_of(op))
        if accepts(case):
            graph.grow(op, case)
    return graph.case()


class _Growing:
    """A graph to which cases are added."""

    def __init__(self, draw: Draw) -> None:
        self._draw = draw
        self.whole, self._twin = Grafted(), Grafted()
        self.tensors: list[T] = []  # that the next operators may read
        self._outputs: list[str] = []
        self._read: set[str] = set()
        self._samples: list[Array] = []
        self._text: list[str] = []
        self._steps = 1

    def grow(self, op: str, case: Case) -> None:
        """Append a case of `op`."""
        if op in STATEFUL:
            self._steps = STEPS
        sources = [None if op in CHOOSY else self._source(wanted) for wanted in inputs_of(case.tflite)]
        for samples, source in zip(case.inputs, sources, strict=True):
            if source is None:
                self._samples.append(np.resize(samples, (SAMPLES, *samples.shape[1:])))
        self._graft(case, sources)

    def case(self) -> Case:
        """The graph; of the tensors that are read, one may be an output too."""
        read = [name for name in self._outputs if name in self._read]
        shown = {self._draw(st.sampled_from(read))} if read and self._draw(st.booleans()) else set()
        outputs = [name for name in self._outputs if name not in self._read or name in shown]
        return Case(
            self.whole.file(outputs),
            tuple(self._samples),
            tuple(self._text),
            outputs=len(outputs),
            needs_passes=True,
            steps=self._steps,
            twin=self._twin.file(outputs),
        )

    def _graft(self, case: Case, sources: Sequence[str | None]) -> T:
        names, outputs = self.whole.graft(case.tflite, sources)
        self._twin.graft(case.twin or case.tflite, sources)
        self._read |= {name for name in sources if name is not None}
        self._outputs += [output.name for output in outputs]
        self.tensors += [output for output in outputs if 0 < _elements(output) <= LARGEST]
        self._text += [f"{', '.join(names)} -> {', '.join(output.name for output in outputs)}", *case.text]
        return outputs[0]

    def _source(self, wanted: T) -> str | None:
        """A tensor that can stand for `wanted`, after adapters perhaps; None for an input of the graph."""
        able = [tensor for tensor in self.tensors if _can_stand_for(tensor, wanted)]
        alike = [tensor for tensor in able if tensor.shape == wanted.shape]
        if not able or not self._draw(st.integers(0, 7)):
            return None
        fitting = alike or able
        unread = [tensor for tensor in fitting if tensor.name not in self._read]
        source: T = self._draw(st.sampled_from(unread if unread and self._draw(st.booleans()) else fitting))
        for adapter in _adapters(source, wanted):
            source = self._graft(adapter, [source.name])
        return source.name


def _elements(tensor: T) -> int:
    return int(np.prod(tensor.shape, dtype=int))


def _can_stand_for(tensor: T, wanted: T) -> bool:
    """Other numbers than int8 and bool are places in tensors, or reals of any size."""
    if tensor.dtype != wanted.dtype or (tensor.shape != wanted.shape and () in (tensor.shape, wanted.shape)):
        return False
    if wanted.dtype == "bool":
        return _elements(tensor) == _elements(wanted)
    ratio = tensor.scales[0] / wanted.scales[0] if tensor.scales and wanted.scales else 0.0
    return wanted.dtype == "int8" and 1 / APART <= ratio <= APART


def _adapters(tensor: T, wanted: T) -> list[Case]:
    """One-operator models that make of `tensor` one of the shape and quantization of `wanted`."""
    before, after = _elements(tensor), _elements(wanted)
    adapters = []
    if before != after:
        adapters.append(_reshape(tensor, (before,)))
        x, y = (replace(tensor, name=name, shape=(size,)) for name, size in (("x", before), ("y", after)))
        if before > after:
            adapters.append(
                one_operator("SLICE", [x, numbers("begin", [0]), numbers("size", [after])], y, [], "SliceOptions")
            )
        else:
            adapters.append(one_operator("PAD", [x, numbers("paddings", [[0, after - before]])], y, [], "PadOptions"))
    if before != after or tensor.shape != wanted.shape:
        adapters.append(_reshape(replace(tensor, shape=(after,)), wanted.shape))
    x, y = replace(tensor, name="x", shape=wanted.shape), replace(wanted, name="y")
    if (x.scales, x.zero_points) != (y.scales, y.zero_points):
        adapters.append(one_operator("QUANTIZE", [x], y, []))
    return adapters


def _reshape(tensor: T, shape: tuple[int, ...]) -> Case:
    x, y = replace(tensor, name="x"), replace(tensor, name="y", shape=shape)
    return one_operator("RESHAPE", [x, numbers("shape", shape)], y, [], "ReshapeOptions", {"newShape": list(shape)})
