"""int8 cases as cases of float32: the same operator, shapes and options, with real numbers for the integers.

Weights may stay the integers that they are: with a DEQUANTIZE before the operator, or read by its hybrid form.
"""

from typing import Any, Literal

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema

from support.cases._case import Array, Case
from support.tflite_model import TYPES
from tinyq.ops.accumulate import WEIGHTS

INT4, INT8, INT32, FLOAT32 = (TYPES[name] for name in ("int4", "int8", "int32", "float32"))
BORDER = (schema.BuiltinOperator.DEQUANTIZE, schema.BuiltinOperator.QUANTIZE)
SAMPLES = 4
_FINITE = "0 -0 1 -1 0.5 -2.5 6 1e-45 -1e-40 1.1754944e-38 3.4028235e38 -3e38 1e-8 88.7 -103.9"
CORNERS = np.array([*map(float, _FINITE.split()), np.inf, -np.inf, np.nan], np.float32)


Weights = Literal["real", "stored", "hybrid"]


def in_float(case: Case, chance: np.random.Generator, weights: Weights = "real") -> Case | None:
    """`case` with float32 in place of int8, and of the int32 that is added to products; None where it has no int8.

    The first two samples are finite numbers of one size. Integer weights stay as they are unless they shall be "real":
    "stored" ones have a DEQUANTIZE behind them.
    """
    model = schema.ModelT.InitFromPackedBuf(case.tflite, 0)
    (graph,) = model.subgraphs
    _drop_borders(graph, model)
    kept = None if weights == "real" else int(graph.operators[0].inputs[WEIGHTS])
    integers = [index for index, tensor in enumerate(graph.tensors) if _is_quantized(tensor) and index != kept]
    for index in integers:
        _make_real(model, graph.tensors[index])
    types = [tensor.type for index, tensor in enumerate(graph.tensors) if index != kept or weights == "hybrid"]
    if INT4 in types or not any(graph.tensors[index].type == FLOAT32 for index in graph.inputs):
        return None
    if weights == "stored":
        _dequantize_weights(model)
    if weights == "hybrid":
        _make_hybrid(model, chance)
    inputs = tuple(
        real_numbers(chance, tuple(graph.tensors[index].shape)) if graph.tensors[index].type == FLOAT32 else given
        for index, given in zip(graph.inputs, _of_length(case.inputs), strict=True)
    )
    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    text = (f"in float32, {weights} weights:", *case.text)
    oracle = case.oracle if weights == "real" else "BUILTIN_REF"
    return Case(bytes(builder.Output()), inputs, text, oracle, case.outputs, allow_float=True)


def _make_hybrid(model: Any, chance: np.random.Generator) -> None:
    """What converters write: no -128, a scale for each channel, and how a dense layer's input is quantized.

    Of two products of -128 and -128 the vector code of TensorFlow Lite's dense layer makes 32767.
    """
    (graph,) = model.subgraphs
    (operation,) = graph.operators
    weights = graph.tensors[int(operation.inputs[WEIGHTS])]
    channels = int(weights.shape[weights.quantization.quantizedDimension])
    stored = model.buffers[weights.buffer]
    stored.data = np.maximum(np.asarray(stored.data, np.uint8).view(np.int8), -127).view(np.uint8)
    weights.quantization.scale = np.resize(weights.quantization.scale, channels)
    weights.quantization.zeroPoint = [0] * channels
    if hasattr(operation.builtinOptions, "asymmetricQuantizeInputs"):
        operation.builtinOptions.asymmetricQuantizeInputs = bool(chance.integers(4))


def _dequantize_weights(model: Any) -> None:
    """A DEQUANTIZE between the only operator and its weights."""
    (graph,) = model.subgraphs
    stored = int(graph.operators[0].inputs[WEIGHTS])
    real = schema.TensorT()
    real.name, real.shape, real.type = b"real weights", graph.tensors[stored].shape, FLOAT32
    code = schema.OperatorCodeT()
    code.builtinCode = code.deprecatedBuiltinCode = schema.BuiltinOperator.DEQUANTIZE
    code.version = 6
    operation = schema.OperatorT()
    operation.opcodeIndex = len(model.operatorCodes)
    operation.inputs, operation.outputs = [stored], [len(graph.tensors)]
    inputs = list(graph.operators[0].inputs)
    graph.operators[0].inputs = [*inputs[:WEIGHTS], len(graph.tensors), *inputs[WEIGHTS + 1 :]]
    model.operatorCodes.append(code)
    graph.tensors.append(real)
    graph.operators.insert(0, operation)


def _drop_borders(graph: Any, model: Any) -> None:
    """Take DEQUANTIZE from the beginning and QUANTIZE from the end."""
    borders = [each for each in graph.operators if model.operatorCodes[each.opcodeIndex].builtinCode in BORDER]
    if len(borders) < len(graph.operators):
        renamed = {int(each.inputs[0]): int(each.outputs[0]) for each in borders}
        graph.inputs = [renamed.get(int(index), int(index)) for index in graph.inputs]
        back = {after: before for before, after in renamed.items()}
        graph.outputs = [back.get(int(index), int(index)) for index in graph.outputs]
        graph.operators = [each for each in graph.operators if each not in borders]


def _is_quantized(tensor: Any) -> bool:
    has_scale = tensor.quantization is not None and tensor.quantization.scale is not None
    return tensor.type == INT8 or (tensor.type == INT32 and has_scale)


def _make_real(model: Any, tensor: Any) -> None:
    data = model.buffers[tensor.buffer].data
    if data is not None and len(data):
        numbers = np.frombuffer(bytes(data), np.int8 if tensor.type == INT8 else np.int32)
        # Weights and biases of a size at which sums neither vanish nor overflow.
        real = numbers.astype(np.float32) / np.float32(np.abs(numbers.astype(np.int64)).max() + 1)
        model.buffers[tensor.buffer].data = np.frombuffer(real.tobytes(), np.uint8)
    tensor.type, tensor.quantization = FLOAT32, None


def _of_length(inputs: tuple[Array, ...]) -> list[Array]:
    return [np.resize(array, (SAMPLES, *array.shape[1:])) for array in inputs]


def real_numbers(chance: np.random.Generator, shape: tuple[int, ...]) -> Array:
    """Samples of usual numbers, of every size that there is, and of those where arithmetic has its corners."""
    size = (2, *shape)
    usual = chance.normal(0.0, 2.0 ** chance.uniform(-3, 3), size)
    every = chance.normal(0.0, 1.0, shape) * 2.0 ** chance.uniform(-140, 120, shape)
    return np.concatenate([usual, every[np.newaxis], chance.choice(CORNERS, (1, *shape))]).astype(np.float32)
