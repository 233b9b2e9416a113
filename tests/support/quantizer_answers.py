"""How many different answers TensorFlow's quantizer gives: `python quantizer_answers.py MODEL DATA FOLDER TIMES`."""

import os
import sys
from importlib import import_module
from pathlib import Path

os.environ["KERAS_BACKEND"] = "tensorflow"

import numpy as np
import tensorflow as tf

from tinyq.frontend.keras.convert import export
from tinyq.frontend.keras.load import load
from tinyq.frontend.keras.unread import quantized_with_unread_outputs
from tinyq.frontend.keras_file import identify


def calibrated(model: Path, data: Path, folder: Path) -> bytes:
    """The float model with measured ranges, as the quantizer takes it."""
    export(load(identify(model)), folder)
    samples = np.load(data)["x"].astype(np.float32)
    converter = tf.lite.TFLiteConverter.from_saved_model(str(folder))
    converter.optimizations = [tf.lite.Optimize.DEFAULT]
    converter.representative_dataset = lambda: ([sample[np.newaxis]] for sample in samples)
    converter._experimental_calibrate_only = True
    return bytes(converter.convert())


if __name__ == "__main__":
    source = calibrated(*map(Path, sys.argv[1:4]))
    quantize = quantized_with_unread_outputs(import_module("tensorflow.lite.python.lite")._mlir_quantize)
    options = {"input_data_type": tf.int8, "output_data_type": tf.int8}
    answers = {quantize(source, **options) for _ in range(int(sys.argv[4]))}
    sys.stdout.write(f"{len(answers)}\n")
