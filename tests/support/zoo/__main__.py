"""Quantizes a family of the zoo as tinyq's own child process does, in one run of TensorFlow.

`python -m support.zoo FAMILY SCHEME FOLDER START` leaves `<number>.quantized.tflite` or `<number>.json` (the refusal)
of each model from number START on in FOLDER, and `<number>.npz` with inputs for it. It prints all names, then each one
that it begins with: its caller knows which one has crashed it.
"""

import json
import os
import sys
import zlib
from dataclasses import asdict
from pathlib import Path
from typing import Any, get_args

os.environ["KERAS_BACKEND"] = "tensorflow"

import keras
import numpy as np

from support.zoo import cases
from support.zoo._case import ZooCase
from tinyq.errors import TinyqError
from tinyq.frontend.child import Request
from tinyq.frontend.keras.__main__ import serve
from tinyq.ir.graph import Scheme

SAMPLES = 40
NAMES = ("first", "second", "third")


def model_of(case: ZooCase, seed: int) -> Any:
    """The Keras model with random weights; statistics, scales and biases are random too, not zeros and ones."""
    keras.utils.set_random_seed(seed)
    dtype = "int32" if case.classes else "float32"
    inputs = [keras.Input(shape, dtype=dtype, name=name) for name, shape in zip(NAMES, case.shapes, strict=False)]
    model = keras.Model(inputs, case.build(*inputs), name="net")
    chance = np.random.default_rng(seed)
    for variable in model.weights:
        if variable.name in ("bias", "beta", "moving_mean"):
            variable.assign(chance.normal(0, 0.3, variable.shape))
        elif variable.name in ("gamma", "moving_variance", "scale"):
            variable.assign(chance.uniform(0.5, 1.5, variable.shape))
    return model


def samples_of(case: ZooCase, seed: int) -> dict[str, Any]:
    """Inputs, by their names."""
    chance = np.random.default_rng(seed)
    draw = chance.integers if case.classes else chance.normal
    bounds = (0, case.classes) if case.classes else (0, 1)
    return {name: draw(*bounds, (SAMPLES, *shape)) for name, shape in zip(NAMES, case.shapes, strict=False)}


def quantize(case: ZooCase, name: str, scheme: Scheme, number: int, folder: Path) -> None:
    """Leave the model, quantized to `scheme`, in `folder`, or why there is none."""
    seed = zlib.crc32(name.encode())
    data, work = folder / f"{number}.npz", folder / str(number)
    work.mkdir()
    np.savez(data, **samples_of(case, seed))
    model_of(case, seed).save(work / "net.keras")
    model = str(work / "net.keras")
    request = Request(model, str(data), "data", batched=False, folder=str(work), scheme=scheme)
    try:
        serve(asdict(request), lambda _: None)
        (work / "quantized.tflite").rename(folder / f"{number}.quantized.tflite")
        (work / "float32.tflite").rename(folder / f"{number}.float32.tflite")
    except TinyqError as error:
        (folder / f"{number}.json").write_text(json.dumps(error.message))


def main(family: str, scheme: Scheme, folder: Path, start: int) -> None:
    """Quantize the models of a family, one after the other."""
    keras.utils.set_random_seed(0)  # a layer draws the seed of its weights when it is made: at the import of its file
    known: dict[str, Any] = cases(family)
    print(json.dumps(list(known)), flush=True)  # noqa: T201  the caller reads it
    for number, (name, case) in enumerate(known.items()):
        if number >= start:
            print(number, flush=True)  # noqa: T201  as above
            quantize(case, name, scheme, number, folder)


if __name__ == "__main__":
    named: dict[str, Scheme] = {scheme: scheme for scheme in get_args(Scheme)}
    main(sys.argv[1], named[sys.argv[2]], Path(sys.argv[3]), int(sys.argv[4]))
