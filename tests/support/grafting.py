"""Puts small .tflite models together: the outputs of one become the inputs of the next, in one file."""

from collections.abc import Sequence
from typing import Any

import flatbuffers
from ai_edge_litert import schema_py_generated as schema

from support.tflite_model import TYPES, T

_NAMES = {number: name for name, number in TYPES.items()}


class Grafted:
    """A .tflite model that grows by whole models."""

    def __init__(self) -> None:
        self._model = schema.ModelT()
        self._model.version = 3
        self._model.buffers, self._model.operatorCodes = [schema.BufferT()], []
        self._graph = schema.SubGraphT()
        self._graph.tensors, self._graph.operators, self._graph.inputs, self._graph.outputs = [], [], [], []
        self._model.subgraphs = [self._graph]
        self.nodes = 0

    def graft(self, tflite: bytes, sources: Sequence[str | None]) -> tuple[list[str], list[T]]:
        """Append the model `tflite`.

        Args:
            tflite: the file.
            sources: for each of its inputs the tensor here that takes its place, None for a new input of the whole.

        Returns:
            The names of its inputs here, and its outputs.
        """
        part = schema.ModelT.InitFromPackedBuf(tflite, 0)
        prefix, first = f"{len(self._model.operatorCodes)}.", len(self._model.subgraphs) - 1
        buffers, codes = len(self._model.buffers), len(self._model.operatorCodes)
        self._model.buffers += part.buffers
        self._model.operatorCodes += part.operatorCodes
        self._model.subgraphs += part.subgraphs[1:]
        for subgraph in part.subgraphs:
            for tensor in subgraph.tensors:
                tensor.name, tensor.buffer = f"{prefix}{tensor.name.decode()}".encode(), tensor.buffer + buffers
            for operator in subgraph.operators:
                operator.opcodeIndex += codes
                _rename(operator.builtinOptions, prefix, first)
        self.nodes += len(part.subgraphs[0].operators)
        return self._append(part.subgraphs[0], sources)

    def file(self, outputs: Sequence[str]) -> bytes:
        """The bytes of the whole with these outputs."""
        self._graph.outputs = [self._place(name) for name in outputs]
        builder = flatbuffers.Builder(1024)
        builder.Finish(self._model.Pack(builder), b"TFL3")
        return bytes(builder.Output())

    def _append(self, part: Any, sources: Sequence[str | None]) -> tuple[list[str], list[T]]:
        given = dict(zip(map(int, part.inputs), sources, strict=True))
        place = {-1: -1}
        for index, tensor in enumerate(part.tensors):
            source = given.get(index)
            place[index] = len(self._graph.tensors) if source is None else self._place(source)
            if source is None:
                self._graph.tensors.append(tensor)
        for operator in part.operators:
            operator.inputs = [place[int(index)] for index in _listed(operator.inputs)]
            operator.outputs = [place[int(index)] for index in _listed(operator.outputs)]
            operator.intermediates = [place[int(index)] for index in _listed(operator.intermediates)]
        self._graph.operators += part.operators
        self._graph.inputs += [place[index] for index, source in given.items() if source is None]
        names = [self._graph.tensors[place[index]].name.decode() for index in given]
        return names, [_described(self._graph.tensors[place[int(index)]]) for index in part.outputs]

    def _place(self, name: str) -> int:
        return next(index for index, tensor in enumerate(self._graph.tensors) if tensor.name == name.encode())


def inputs_of(tflite: bytes) -> list[T]:
    """The inputs of a model."""
    graph = schema.ModelT.InitFromPackedBuf(tflite, 0).subgraphs[0]
    return [_described(graph.tensors[int(index)]) for index in graph.inputs]


def _rename(options: Any, prefix: str, subgraphs: int) -> None:
    """Variables of two parts are two; a CALL_ONCE calls the subgraph that came with it."""
    if isinstance(options, schema.VarHandleOptionsT):
        options.sharedName = f"{prefix}{options.sharedName.decode()}".encode()
    if isinstance(options, schema.CallOnceOptionsT):
        options.initSubgraphIndex += subgraphs


def _listed(indices: Any) -> list[int]:
    return [] if indices is None else [int(index) for index in indices]


def _described(tensor: Any) -> T:
    quantization = tensor.quantization
    return T(
        tensor.name.decode(),
        tuple(_listed(tensor.shape)),
        _NAMES[tensor.type],
        tuple(map(float, _numbers(quantization, "scale"))),
        tuple(map(int, _numbers(quantization, "zeroPoint"))),
    )


def _numbers(quantization: Any, field: str) -> Sequence[Any]:
    found = None if quantization is None else getattr(quantization, field)
    return () if found is None else found
