"""An ONNX model becomes a Keras model, by onnx2tf; it answers as ONNX Runtime does, or is refused."""

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np

from tinyq.errors import TinyqError
from tinyq.frontend.keras.onnx_file import answers, load_onnx, random_inputs
from tinyq.frontend.keras.onnx_names import layers_named_after
from tinyq.frontend.same_answers import agree, difference
from tinyq.ir.graph import Array

_SHOWN_LINES = 5


def convert_onnx(file: Path) -> Any:  # noqa: ANN401  a Keras model
    """The model in `file` with batch 1; the layouts of its inputs and outputs stay those of ONNX (channels first).

    Raises:
        TinyqError: a damaged file, inputs of unknown size, operators that onnx2tf lacks, or other answers than ONNX's.
    """
    model = load_onnx(file)
    given = random_inputs(model)
    return _with_layouts_of(answers(model, given), _converted(model, file), given, file)


def _converted(model: Any, file: Path) -> Any:  # noqa: ANN401  as above; a Keras model
    """What onnx2tf makes of `model`. It works on files, prints its errors, and exits."""
    import onnx
    import onnx2tf

    said = io.StringIO()
    with tempfile.TemporaryDirectory() as folder, _in_folder(folder), contextlib.redirect_stdout(said):
        onnx.save(model, "model.onnx")
        try:
            with patch.object(onnx2tf.onnx2tf, "download_test_image_data", _test_images), layers_named_after(model):
                return onnx2tf.convert(
                    "model.onnx",
                    output_folder_path="out",
                    not_use_onnxsim=True,
                    keep_ncw_or_nchw_or_ncdhw_input_names=_with_channels(model) or None,
                    disable_model_save=True,
                    non_verbose=True,
                    verbosity="error",
                )
        except (Exception, SystemExit) as error:  # onnx2tf raises whatever TensorFlow does
            lines = [line.strip() for line in (*said.getvalue().splitlines(), *str(error).splitlines()) if line.strip()]
            raise TinyqError(
                f"{file}: onnx2tf {onnx2tf.__version__} can't convert it:\n"
                + "\n".join(f"  {line}" for line in lines[-_SHOWN_LINES:]),
                "put other layers in place of what it names",
            ) from error


def _with_channels(model: Any) -> list[str]:  # noqa: ANN401  an onnx.ModelProto
    """The inputs that may be images or sequences, whose axes onnx2tf would move if it were let."""
    return [each.name for each in model.graph.input if len(each.type.tensor_type.shape.dim) in (3, 4, 5)]


@contextlib.contextmanager
def _in_folder(folder: str) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def _test_images() -> Array:
    """In place of photographs that onnx2tf would download, to try images on a model of channels last."""
    return np.random.default_rng(0).random((20, 128, 128, 3), np.float32)


def _with_layouts_of(wanted: list[Array], model: Any, given: Mapping[str, Array], file: Path) -> Any:  # noqa: ANN401
    """The Keras `model` with outputs in the order of axes that ONNX has; onnx2tf leaves the channels last."""
    import tf_keras

    found = [np.asarray(answer) for answer in _flat(model(list(given.values())))]
    outputs = []
    for symbolic, has, wants in zip(_flat(model.outputs), found, wanted, strict=True):
        moved = np.moveaxis(has, -1, 1) if has.ndim > 2 else has
        if agree(has, wants):
            outputs.append(symbolic)
        elif agree(moved, wants):
            outputs.append(tf_keras.layers.Permute((has.ndim - 1, *range(1, has.ndim - 1)))(symbolic))
        else:
            raise _differs(has, wants, symbolic.name, file)
    return tf_keras.Model(model.inputs, outputs)


def _flat(values: Any) -> list[Any]:  # noqa: ANN401  a tensor, or several
    return list(values) if isinstance(values, list | tuple) else [values]


def _differs(has: Array, wants: Array, name: str, file: Path) -> TinyqError:
    import onnx2tf

    return TinyqError(
        f"{file}: what onnx2tf {onnx2tf.__version__} makes of it answers otherwise than ONNX Runtime: output {name} "
        f"has {difference(has, wants)}",
        "give a part of the model at a time, to find the operator; of PyTorch, try torch.export.save and a .pt2",
    )
