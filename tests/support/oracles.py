"""The interpreters that a case is compared with."""

from collections.abc import Sequence
from functools import partial
from typing import Any

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from support.cases import Case
from support.cases._case import Array
from tinyq.emulator.litert import run_litert
from tinyq.emulator.oracle import run_oracle
from tinyq.errors import TinyqError
from tinyq.frontend.tflite import import_tflite
from tinyq.ir.graph import Graph, Node


def oracle_answers(case: Case) -> tuple[Array, ...]:
    """What the interpreter that the case names answers: for each output [samples, *shape]."""
    if case.oracle == "tflite-micro":
        in_sequences = case.steps if case.steps > 1 else None
        return run_oracle(case.twin or case.tflite, case.outputs, case.inputs, steps=in_sequences)
    return builtin_ref(case.tflite, case.inputs)


def with_first_version_of(op: str, tflite: bytes) -> bytes:
    """`tflite` asking for the first version of `op`: BUILTIN_REF computes int8 with it, but knows no later number."""
    model = schema.ModelT.InitFromPackedBuf(tflite, 0)
    for code in model.operatorCodes:
        if code.builtinCode == getattr(schema.BuiltinOperator, op):
            code.version = 1
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def builtin_ref(tflite: bytes, inputs: Sequence[Array]) -> tuple[Array, ...]:
    """What TensorFlow Lite's plain C++ kernels answer, without XNNPACK: for each output [samples, *shape]."""
    from ai_edge_litert.interpreter import OpResolverType

    return _litert(tflite, inputs, experimental_op_resolver_type=OpResolverType.BUILTIN_REF)


def operator_by_operator(tflite: bytes, inputs: Sequence[Array]) -> tuple[Array, ...]:
    """What a stateless model answers, each operator by itself: tflite-micro's, or where it has none BUILTIN_REF's."""
    graph = schema.ModelT.InitFromPackedBuf(tflite, 0).subgraphs[0]
    values = dict(zip(map(int, graph.inputs), inputs, strict=True))
    for number, operator in enumerate(graph.operators):
        read = [index for index in dict.fromkeys(map(int, operator.inputs)) if index in values]
        given, written = [values[index] for index in read], list(map(int, operator.outputs))
        part = _alone(tflite, number, read)
        try:
            answers = run_oracle(part, len(written), given)
        except RuntimeError:
            answers = builtin_ref(with_first_version_of("TILE", part), given)
        values |= zip(written, answers, strict=True)
    return tuple(values[int(index)] for index in graph.outputs)


def _alone(tflite: bytes, number: int, inputs: Sequence[int]) -> bytes:
    """The model with no other operator than this one."""
    model = schema.ModelT.InitFromPackedBuf(tflite, 0)
    graph = model.subgraphs[0]
    graph.operators = [graph.operators[number]]
    model.operatorCodes = [model.operatorCodes[graph.operators[0].opcodeIndex]]
    graph.operators[0].opcodeIndex = 0
    graph.inputs, graph.outputs = list(inputs), list(graph.operators[0].outputs)
    model.signatureDefs = None
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


def xnnpack_answers(case: Case) -> tuple[Array, ...]:
    """What TensorFlow Lite's interpreter answers in Python by default: XNNPACK's kernels where it has some.

    Raises:
        RuntimeError: the interpreter does not take the model.
    """
    return run_litert(case.tflite, case.inputs, steps=case.steps if case.steps > 1 else None)


def litert_takes(case: Case) -> bool:
    """Whether the profile xnnpack builds a case and TensorFlow Lite's interpreter computes it as it should.

    It does not take convolutions without a bias (those of a depthwise layer crash it), and scales that XNNPACK can't
    represent. The converter does not emit QUANTIZE between int8 and uint8 of different scales: vector code rounds ties
    there in its own way. Variables that no CALL_ONCE sets hold what the memory held before. BROADCAST_TO is
    missing. Of int16, RSQRT is wrong, and so is CONV_2D with a bias of 32 bits. Where the output's scale is 256 times
    finer, ADD and MUL overflow and BATCH_MATMUL aborts the process, as SQUARED_DIFFERENCE does at 4096 times.
    SVDF reads an int8 state as int16. Dense layers of int4 weights wrap around, and round ties as the processor does
    if their depth is odd; so do depthwise ones in the channels beyond the last eight, and QUANTIZE of float32 to int16
    in the numbers beyond the last eight. A SUM of int16 is converted to int32 before it is clamped.
    """
    try:
        graph = import_tflite(case.tflite, "case", "case.tflite", "xnnpack")
    except TinyqError as error:
        assert "in the profile xnnpack" in str(error)  # noqa: PT017  everything else is legal in both
        return False
    if any(map(partial(_is_odd_in_litert, graph), graph.nodes)) or "set once: False" in case.text:
        return False
    try:
        xnnpack_answers(case)
    except (RuntimeError, ValueError):  # it refuses the scales, or knows no such operator
        return False
    return True


def _is_odd_in_litert(graph: Graph, node: Node) -> bool:
    source, result = graph.tensors[str(node.inputs[0])], graph.tensors[node.outputs[0]]
    bias = (*node.inputs, None, None)[2]
    if node.op == "DEPTHWISE_CONV_2D" and graph.tensors[str(node.inputs[1])].dtype == "int4":
        return bias is None or bool(result.shape[-1] % 8)
    if node.op in ("CONV_2D", "DEPTHWISE_CONV_2D"):
        return bias is None or (source.dtype == "int16" and graph.tensors[bias].dtype == "int32")
    if node.op == "FULLY_CONNECTED":
        weights, sums = graph.tensors[str(node.inputs[1])], None if bias is None else graph.tensors[bias].data
        is_large = sums is not None and np.abs(sums.astype(np.int64)).max() >= 2**26
        return weights.dtype == "int4" and bool(weights.shape[1] % 2 or is_large)
    if node.op == "SVDF":
        return graph.tensors[str(node.inputs[4])].dtype == "int8"
    if node.op == "SUM" and source.dtype == "int16":
        return source.elements * 2.0**15 * source.scale / result.scale >= 2.0**31
    if node.op == "RSQRT":
        return source.dtype == "int16"
    if node.op == "QUANTIZE" and source.dtype == "float32":
        return result.dtype == "int16" and bool(result.elements % 8)
    if node.op == "QUANTIZE":
        return {source.dtype, result.dtype} == {"int8", "uint8"} and source.scale != result.scale
    return result.dtype == "int8" and node.op in _FINEST and _finer(graph, node) >= _FINEST[node.op]


#: How many times finer an output's scale can be for TensorFlow Lite's interpreter.
_FINEST = {"ADD": 256.0, "BATCH_MATMUL": 256.0, "MUL": 256.0, "SQUARED_DIFFERENCE": 4096.0}


def _finer(graph: Graph, node: Node) -> float:
    first, second = (graph.tensors[str(name)].scale for name in node.inputs)
    largest = max(first, second)
    unit = {"ADD": largest, "SQUARED_DIFFERENCE": largest**2}.get(node.op, first * second)
    return float(np.float32(unit / graph.tensors[node.outputs[0]].scale))


def _litert(tflite: bytes, inputs: Sequence[Array], **options: Any) -> tuple[Array, ...]:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_content=tflite, **options)
    interpreter.allocate_tensors()
    answers = []
    for sample in zip(*inputs, strict=True):
        for details, array in zip(interpreter.get_input_details(), sample, strict=True):
            interpreter.set_tensor(details["index"], array)
        interpreter.invoke()
        # A copy: the tensor's memory is used again by the next sample.
        answers.append(
            [np.array(interpreter.get_tensor(output["index"])) for output in interpreter.get_output_details()]
        )
    return tuple(np.stack(answer) for answer in zip(*answers, strict=True))
