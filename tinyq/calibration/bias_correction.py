"""Bias correction: the mean error that quantization leaves in each channel goes into the bias.

Source: Nagel et al. 2019, Data-Free Quantization Through Weight Equalization and Bias Correction, section 4.2 and
appendix D (the empirical form, on calibration data). The layers are corrected in order, each on inputs that come from
layers that are corrected already. Values count that the float model has within the range, since a fused activation
hides the errors of others. The mean over all samples is a median of the samples' means here: one outlier, which ranges
may clip on purpose, must not move every answer.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from tinyq.calibration.chains import WEIGHTED
from tinyq.calibration.float_tensors import named_values
from tinyq.emulator.reference import by_reference, run_traced
from tinyq.emulator.validation import raw_inputs
from tinyq.frontend.schema import pack, parse
from tinyq.frontend.tflite import import_tflite
from tinyq.frontend.tflite_tensors import named_tensors
from tinyq.ir.graph import Array, Tensor
from tinyq.numerics.affine import dequantize
from tinyq.ops import Call

_LARGEST = 2**30  # of a bias, with room for the sum that it is added to
_FEWEST = 8  # samples in which a channel is not clipped everywhere; what fewer say is chance


def bias_corrected(int8: bytes, calibrated: bytes, inputs: Sequence[Array]) -> bytes:
    """The quantized .tflite `int8` with other biases.

    Args:
        int8: the model.
        calibrated: the float model that it was made of.
        inputs: for each model input, real values [samples, ...].
    """
    graph = import_tflite(int8, "model", "the quantized model")
    expected = named_values(calibrated, inputs)
    corrected: dict[str, Array] = {}
    shared = {name for name in graph.tensors if len(graph.consumers(name)) > 1}

    def compute(call: Call[Any], computed: Sequence[Array]) -> Sequence[Array]:
        results = by_reference(call, computed)
        bias = call.optional(2) if call.op in WEIGHTED else None
        if bias is None or bias.data is None or bias.name in shared or call.output.name not in expected:
            return results
        corrected[bias.name] = _corrected(call, bias.data, results[0], expected[call.output.name])
        return by_reference(_with_bias(call, replace(bias, data=corrected[bias.name])), computed)

    run_traced(graph, raw_inputs(inputs, [graph.tensors[name] for name in graph.inputs]), compute=compute)
    return _with_constants(int8, corrected)


def _corrected(call: Call[Any], bias: Array, results: Array, expected: Array) -> Array:
    """The bias, int32 [channels], without the mean error of each channel of `results`."""
    found, wanted = (values.reshape(len(results), -1, results.shape[-1]) for values in (results, expected))
    low, high = (call.output.scale * (limit - call.output.zero_point) for limit in (-128, 127))
    counted = (wanted > low) & (wanted < high)
    errors = np.where(counted, dequantize(found, call.output.scale, call.output.zero_point) - wanted, 0)
    counts = counted.sum(axis=1)
    means = np.where(counts > 0, errors.sum(axis=1) / np.maximum(1, counts), np.nan)
    enough = (counts > 0).sum(axis=0) >= _FEWEST
    usual = np.nanmedian(np.where(enough, means, 0.0), axis=0)
    weights = call.tensor(1).quantization
    assert weights is not None
    steps = np.rint(usual / (call.input.scale * np.asarray(weights.scales)))
    corrected: Array = np.clip(bias - steps, -_LARGEST, _LARGEST).astype(np.int32)
    return corrected


def _with_bias(call: Call[Any], bias: Tensor) -> Call[Any]:
    return replace(call, inputs=(*call.inputs[:2], bias, *call.inputs[3:]))


def _with_constants(data: bytes, values: Mapping[str, Array]) -> bytes:
    """The .tflite `data` with `values` in place of those of the constants of these names."""
    from ai_edge_litert import schema_py_generated as schema

    model = parse(data, "the quantized model")
    for _, tensor, name in list(named_tensors(model)):
        if name in values:
            buffer = schema.BufferT()
            buffer.data = np.ascontiguousarray(values[name]).view(np.uint8).ravel()
            tensor.buffer = len(model.buffers)  # its own: other tensors may share the old one
            model.buffers.append(buffer)
    return pack(model)
