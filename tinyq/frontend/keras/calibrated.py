"""The two halves of TensorFlow's int8 conversion apart: what was calibrated is kept, and other ranges are quantized."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from unittest.mock import patch

from tinyq.frontend.keras.unread import quantized_with_unread_outputs
from tinyq.frontend.signature_order import restore_order


@contextmanager
def calibrated_model_kept(file: Path, names: Sequence[str]) -> Iterator[None]:
    """Within it, what TensorFlow's converter hands to its quantizer is written to `file`.

    Args:
        file: gets a float .tflite with the least and greatest value that each tensor had.
        names: of the inputs, in the order which they have in the file.
    """
    lite = import_module("tensorflow.lite.python.lite")
    quantize = lite._mlir_quantize

    def kept(data: bytes, *arguments: object, **options: object) -> object:
        file.write_bytes(restore_order(data, names))
        return quantize(data, *arguments, **options)

    with patch.object(lite, "_mlir_quantize", kept):
        yield


def to_int8(calibrated: bytes) -> bytes:
    """The quantized form of a float .tflite that holds the range of each tensor: with the options of `convert.to_int8`.

    Source: tensorflow/lite/python/lite.py, TFLiteConverterBase._quantize.
    """
    import tensorflow as tf

    quantize = quantized_with_unread_outputs(import_module("tensorflow.lite.python.lite")._mlir_quantize)
    return quantize(calibrated, input_data_type=tf.int8, output_data_type=tf.int8, enable_variable_quantization=True)
