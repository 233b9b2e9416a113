"""Reads an ONNX model, gives it a batch of 1, and asks ONNX Runtime what it answers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from tinyq.errors import TinyqError
from tinyq.ir.graph import Array
from tinyq.tools.digest import onnx_weights


def load_onnx(file: Path) -> Any:  # noqa: ANN401  an onnx.ModelProto
    """The model in `file`, with batch 1 and what follows from it folded, such as shapes computed at run time.

    Raises:
        TinyqError: a damaged file, or inputs of unknown size.
    """
    import onnxsim

    model = _read(file)
    weights = {weight.name for weight in model.graph.initializer}
    inputs = [each for each in model.graph.input if each.name not in weights]
    shapes = {each.name: _fixed_shape(each, file) for each in inputs}
    simple, _ = onnxsim.simplify(model, overwrite_input_shapes=shapes)
    return simple


def _read(file: Path) -> Any:  # noqa: ANN401  an onnx.ModelProto
    import onnx

    try:
        model = onnx.load(file, load_external_data=False)
    except Exception as error:  # protobuf and the checker raise classes of their own
        first = str(error).strip().partition("\n")[0]
        raise TinyqError(
            f"{file}: not readable as ONNX: {type(error).__name__}: {first}", "export the model again"
        ) from error
    places = {
        entry.value for each in model.graph.initializer for entry in each.external_data if entry.key == "location"
    }
    if astray := sorted(place for place in places if not _is_beside(place, file)):
        raise TinyqError(
            f"{file}: its weights are in {astray[0]}; accepted: in the file itself, or in {onnx_weights(file).name} "
            "beside it",
            "onnx.save(onnx.load('model.onnx'), 'whole.onnx') puts them into one file",
        )
    onnx.load_external_data_for_model(model, str(file.parent))
    return model


def _is_beside(place: str, file: Path) -> bool:
    return place == onnx_weights(file).name and onnx_weights(file).is_file()


def _fixed_shape(value: Any, file: Path) -> list[int]:  # noqa: ANN401  an onnx.ValueInfoProto
    sizes = [size.dim_value for size in value.type.tensor_type.shape.dim]  # 0 where it is a name, or nothing
    if not sizes or sizes[0] > 1 or 0 in sizes[1:]:
        found = ", ".join(str(size or "dynamic") for size in sizes)
        raise TinyqError(
            f"{file}: input {value.name} has the shape [{found}]; accepted: a batch of 1, or dynamic, and then fixed "
            "sizes",
            "export with an example input of batch 1, and name no other axis in dynamic_axes or dynamic_shapes",
        )
    return [1, *sizes[1:]]


def random_inputs(model: Any) -> dict[str, Array]:  # noqa: ANN401  an onnx.ModelProto
    """One sample; integers are 0 and 1, which every table has."""
    import onnx

    chance = np.random.default_rng(0)
    given = {}
    for value in model.graph.input:
        kind = value.type.tensor_type
        shape = [size.dim_value for size in kind.shape.dim]
        dtype = onnx.helper.tensor_dtype_to_np_dtype(kind.elem_type)
        numbers = chance.standard_normal(shape) if dtype.kind == "f" else chance.integers(0, 2, shape)
        given[value.name] = numbers.astype(dtype)
    return given


def answers(model: Any, given: Mapping[str, Array]) -> list[Array]:  # noqa: ANN401  as above
    """What ONNX Runtime answers to `given`, output by output."""
    import onnxruntime

    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return [np.asarray(answer) for answer in session.run(None, dict(given))]
