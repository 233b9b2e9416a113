"""A float .tflite that another converter wrote: what it takes, and how TensorFlow quantizes it."""

from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

import numpy as np

from tinyq.frontend.input_spec import InputSpec
from tinyq.frontend.keras.load import Loaded


def load_converted(file: Path) -> Loaded:
    """The float .tflite `file`: its inputs by the names of its signature; there is nothing in it to export."""
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(str(file))
    named = interpreter.get_signature_runner().get_input_details()
    order = [detail["index"] for detail in interpreter.get_input_details()]
    inputs = sorted(named.items(), key=lambda entry: order.index(entry[1]["index"]))
    specs = (InputSpec(name, tuple(map(int, it["shape"][1:])), np.dtype(it["dtype"]).name) for name, it in inputs)
    return Loaded(None, _export, tuple(specs), ())


def _export(*_: object) -> NoReturn:
    raise NotImplementedError("a .tflite is converted already")


def flatbuffer_converter(float32: bytes) -> Any:  # noqa: ANN401  TensorFlow has no type information
    """TensorFlow's converter with the first of its two steps done: `float32` is what the quantizer starts from.

    Source: tensorflow/lite/python/lite.py, TFLiteConverterBaseV2._convert_from_saved_model: the same second half.
    """
    lite = import_module("tensorflow.lite.python.lite")

    class Converter(lite.TFLiteConverterBaseV2):  # type: ignore[misc, name-defined]  # as above
        def convert(self) -> bytes:
            mode = lite.QuantizationMode(
                self.optimizations,
                self.target_spec,
                self.representative_dataset,
                None,
                experimental_mlir_variable_quantization=self._experimental_variable_quantization,
            )
            options = lite._build_conversion_flags(**self._get_base_converter_args()).debug_options
            return bytes(self._optimize_tflite_model(float32, mode, options))

    return Converter()
