"""The MLPerf Tiny reference models and inputs, in the folder that TINYQ_MLPERF names; they are not part of tinyq."""

import os
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tinyq.ir.graph import Arithmetic
from tinyq.kernels import Target
from tinyq.pipeline import CompiledModel, compile_tflite

MODELS = ("kws", "ic_resnet8", "vww_96", "ad01")
RANDOM_SAMPLES = 100

Array = NDArray[Any]


def mlperf_folder() -> Path:
    """The folder; the test that asks is skipped where there is none."""
    folder = os.environ.get("TINYQ_MLPERF")
    if folder is None:
        pytest.skip("TINYQ_MLPERF does not name the folder with the MLPerf Tiny models")
    return Path(folder)


@cache
def compiled(model: str, arithmetic: Arithmetic = "tflm") -> CompiledModel:
    """The quantized reference model `model`."""
    path = mlperf_folder() / f"{model}_int8.tflite"
    return compile_tflite(path.read_bytes(), model, str(path), Target(arithmetic=arithmetic))


def inputs(model: str) -> Array:
    """All official inputs of KWS and IC, random ones for the others; int8, [samples, *shape]."""
    (tensor,) = compiled(model).generated.inputs
    if model == "kws":
        values: Array = np.load(mlperf_folder() / "kws_test.npz")["x"]
    elif model == "ic_resnet8":
        pixels = np.load(mlperf_folder() / "ic_500.npz")["x"]
        values = (pixels.astype(np.int16) - 128).astype(np.int8)  # scale 1, zero point -128
    else:
        values = np.random.default_rng(7).integers(-128, 128, (RANDOM_SAMPLES, *tensor.shape)).astype(np.int8)
    return values.reshape(-1, *tensor.shape)


def labels(model: str) -> Array:
    """The classes of KWS and IC."""
    file = {"kws": "kws_test.npz", "ic_resnet8": "ic_500.npz"}[model]
    found: Array = np.load(mlperf_folder() / file)["y"]
    return found
