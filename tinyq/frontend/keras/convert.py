"""Converts a loaded model with TensorFlow Lite's converter."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import Any
from unittest.mock import patch

from tinyq.errors import TinyqError
from tinyq.frontend.data import Dataset
from tinyq.frontend.islands import layers_with
from tinyq.frontend.keras.calibrated import calibrated_model_kept
from tinyq.frontend.keras.calibration import each_sample_starts_anew
from tinyq.frontend.keras.converted import flatbuffer_converter
from tinyq.frontend.keras.load import Loaded
from tinyq.frontend.keras.unread import every_output_is_read
from tinyq.ir.graph import Array, Scheme

_SIGNATURE = "serving_default"
_INT16X8 = "EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8"
# The first place that a line of MLIR's names is where the operator stands; the rest is the functions around it.
_NO_16X8_FORM = re.compile(r"not yet supported for op: '(\w+)'")
_REFUSED = re.compile(r'fused\["[^"]*", "([^"@]+)[^\n]*?\'tfl?\.(\w+)\' op is neither')


def export(loaded: Loaded, folder: Path) -> None:
    """Write the model as a SavedModel with batch 1, from which both conversions start.

    Batch None would turn Flatten into SHAPE, STRIDED_SLICE, PACK and RESHAPE.
    """
    import tensorflow as tf

    specs = [tf.TensorSpec((1, *spec.shape), spec.dtype, name=spec.name) for spec in loaded.inputs]
    with patch.object(tf, "name_scope", _exact_scope(tf)):
        function = tf.function(loaded.call).get_concrete_function(*specs)
    module = tf.Module()
    module.variables_of_the_model = list(loaded.variables)
    tf.saved_model.save(module, str(folder), signatures={_SIGNATURE: function})


def _exact_scope(tf: Any) -> Callable[[str], Any]:  # noqa: ANN401  the module tensorflow
    """Makes Keras 3 name operations exactly after their layers.

    It opens every layer's scope twice (to build it, to call it), and TensorFlow numbers the second one: layer conv2d_1
    would appear as conv2d_1_2. A scope name that ends in a slash is taken as it is.
    """
    open_scope = tf.name_scope

    def scope(name: str) -> Any:  # noqa: ANN401  TensorFlow's context manager
        outer = tf.get_current_name_scope()
        return open_scope(f"{outer}/{name}/" if outer else f"{name}/")

    return scope


def to_float32(folder: Path, where: str, *, any_operator: bool = False) -> bytes:
    """The SavedModel in `folder` as an unquantized .tflite; `where` names the model in error messages.

    Raises:
        TinyqError: operators that TensorFlow Lite lacks; with `any_operator` they pass as custom operators.
    """
    return _convert(_converter(folder, any_operator=any_operator), where)


def to_dynamic(folder: Path, where: str) -> bytes:
    """As `to_float32`, with weights of int8 where that makes the model smaller: dynamic range quantization.

    Raises:
        TinyqError: operators that TensorFlow Lite lacks, or a float .tflite.
    """
    if folder.is_file():
        raise TinyqError(
            f"{where}: found the scheme dynamic; accepted of a PyTorch program: all other schemes; TensorFlow has "
            "dynamic in its own conversion alone, not for what litert-torch converted",
            "export to ONNX, which TensorFlow converts: "
            "torch.onnx.export(model.eval(), (example_input,), 'model.onnx')",
        )
    import tensorflow as tf

    converter = _converter(folder)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    return _convert(converter, where)


def to_integers(
    folder: Path,
    float32: bytes,
    dataset: Dataset | None,
    names: Sequence[str],
    told: Callable[[int, int], None],
    where: str,
    *,
    scheme: Scheme = "int8",
    resets: bool = False,
) -> bytes:
    """The SavedModel in `folder` as a .tflite whose operators, inputs and outputs are of integers.

    Args:
        folder: the SavedModel, or a float .tflite; of int8 appears calibrated.tflite beside it, from which the
            quantizer made the result.
        float32: the same unquantized, to name layers by.
        dataset: representative samples, in the inputs' dtypes; None where the model has its ranges in itself.
        names: of the inputs.
        told: called with the number of samples measured, and of all.
        where: the model, for error messages.
        scheme: int8, or activations of int16 with weights of int8 and biases of int64.
        resets: whether each sample is a whole sequence, so that LSTMs start anew with it.

    Raises:
        TinyqError: operators that TensorFlow Lite lacks, or has not in this scheme.
    """
    import tensorflow as tf

    converter = _converter(folder)
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    if dataset is not None:
        converter.representative_dataset = lambda: _samples(dataset, names, told)
        operators = {"int8": "TFLITE_BUILTINS_INT8", "int16x8": _INT16X8}[scheme]
        converter.target_spec.supported_ops = [getattr(tf.lite.OpsSet, operators)]
    converter.inference_input_type = converter.inference_output_type = tf.int8 if scheme == "int8" else tf.int16
    converter._experimental_variable_quantization = True  # else what a model keeps between calls stays in float
    file = folder.parent / "calibrated.tflite"
    kept = calibrated_model_kept(file, names) if scheme == "int8" else nullcontext()
    with every_output_is_read(), kept, each_sample_starts_anew() if resets else nullcontext():
        return _convert(converter, where, float32)


def _samples(dataset: Dataset, names: Sequence[str], told: Callable[[int, int], None]) -> Iterator[dict[str, Array]]:
    for index in range(dataset.samples):
        told(index + 1, dataset.samples)
        yield {name: array[index : index + 1] for name, array in zip(names, dataset.inputs, strict=True)}


def _converter(folder: Path, *, any_operator: bool = False) -> Any:  # noqa: ANN401  TensorFlow has no type information
    if folder.is_file():
        return flatbuffer_converter(folder.read_bytes())
    import tensorflow as tf

    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder), signature_keys=[_SIGNATURE])
    converter.allow_custom_ops = any_operator
    return converter


def _convert(converter: Any, where: str, float32: bytes = b"") -> bytes:  # noqa: ANN401  as above
    try:
        return bytes(converter.convert())
    except Exception as error:  # the converter raises several classes, none of them public
        if operators := _NO_16X8_FORM.findall(str(error)):
            raise _without_16x8_form(operators, float32, where) from error
        raise _refused(str(error), where) from error


def _without_16x8_form(operators: Sequence[str], float32: bytes, where: str) -> TinyqError:
    found = "".join(f"\n  {each.operator} in layer {each.layer}" for each in layers_with(float32, operators, where))
    return TinyqError(
        f"{where}: TensorFlow Lite has no int16x8 form of:{found}",
        "put layers of other kinds in their place, or quantize to --scheme int8, which has more operators",
    )


def _refused(text: str, where: str) -> TinyqError:
    found = dict.fromkeys(
        f"  {operator} in layer {path.rpartition('/')[0].rpartition('/')[2] or path}"
        for path, operator in _REFUSED.findall(text)
    )
    if found:
        return TinyqError(
            f"{where}: TensorFlow Lite has no operators for:\n" + "\n".join(found),
            "put layers of other kinds in their place; `tinyq ops` lists what is supported",
        )
    reason = text.strip().partition("\n")[0] or "no reason given"
    return TinyqError(
        f"{where}: TensorFlow Lite's converter failed: {reason}",
        "simplify the model until it converts, to find the layer",
    )
