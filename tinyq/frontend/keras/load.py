"""Loads a Keras model or SavedModel, and says what it takes."""

import importlib
import keyword
import re
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from tinyq.errors import TinyqError
from tinyq.frontend.input_spec import InputSpec
from tinyq.frontend.keras_file import KerasFile

# How the two libraries say that a class is missing; they have no exception class for it.
_MISSING_CLASS = re.compile(r"(?:Could not locate (?:class|function) |Unknown [\w ]+: |object of type )['`](\w+)['`]")


@dataclass(frozen=True)
class Loaded:
    """A model in memory.

    Attributes:
        model: the Keras model; None for a SavedModel that holds only functions, and for what is a .tflite already.
        call: takes the inputs as positional tensors in the order of `inputs`.
        inputs: names are valid Python names.
        variables: what `call` reads.
        quantized: the same model with the rounding that it was trained with; None where it was trained without.
    """

    model: Any
    call: Callable[..., Any]
    inputs: tuple[InputSpec, ...]
    variables: tuple[Any, ...]
    quantized: "Loaded | None" = None


def load(file: KerasFile) -> Loaded:
    """The model in `file`.

    Raises:
        TinyqError: classes that are not Keras's own, a Lambda layer, a damaged file, inputs of unknown shape.
    """
    if file.library == "onnx2tf":
        from tinyq.frontend.keras.onnx_convert import convert_onnx

        return _with_inputs(convert_onnx(file.path), file)
    library = importlib.import_module(file.library)
    if file.is_quantized:
        importlib.import_module("tinyq.qat.model")  # Keras finds its classes once they are registered
    try:
        model = library.models.load_model(file.path, compile=False)
    except Exception as error:  # Keras raises whatever the file makes it raise
        raise _unloadable(file, error) from error
    if not hasattr(model, "layers"):
        return _functions_only(file)
    if file.is_quantized:
        return replace(_with_inputs(model.in_float(), file), quantized=_with_inputs(model.exported(), file))
    return _with_inputs(model, file)


def _with_inputs(model: Any, file: KerasFile) -> Loaded:  # noqa: ANN401  a Keras model
    if not getattr(model, "inputs", None):
        raise TinyqError(
            f"{file.path}: the model has no inputs of known shape",
            "start it with keras.Input(shape=...), or call it once on real data, and save it again",
        )
    shapes = [tuple(tensor.shape) for tensor in model.inputs]
    names = input_names([tensor.name for tensor in model.inputs])
    inputs = tuple(
        InputSpec(name, fixed_shape(file, name, shape), _dtype(tensor.dtype))
        for name, shape, tensor in zip(names, shapes, model.inputs, strict=True)
    )
    return loaded_model(model, inputs)


def loaded_model(model: Any, inputs: tuple[InputSpec, ...]) -> Loaded:  # noqa: ANN401  a Keras model
    """A Keras model in memory."""
    # Keras 3 wraps TensorFlow's variables; Keras 2 uses them bare, where `value` is a method.
    wrapped = library_of(model).__name__ == "keras"
    variables = tuple(variable.value if wrapped else variable for variable in model.variables)
    return Loaded(model, _call_of(model), inputs, variables)


def input_structure(model: Any) -> Any:  # noqa: ANN401  a Keras model
    """The symbolic inputs as `model` takes them: one, a list, or a dict."""
    # A Sequential model of Keras 3 that was loaded and not called yet has no attribute `input`.
    return model.inputs[0] if type(model).__name__ == "Sequential" else model.input


def library_of(model: Any) -> Any:  # noqa: ANN401  a Keras model; the module keras or tf_keras
    """The library that `model` belongs to."""
    return importlib.import_module("tf_keras" if type(model).__module__.startswith("tf_keras") else "keras")


def input_names(names: Sequence[str]) -> tuple[str, ...]:
    """`names` made valid, different Python names; a name that Keras made up becomes `input`, which stays the same."""
    valid: list[str] = []
    for name in names:
        base = re.sub(r"\W", "_", "input" if name.startswith("keras_tensor") else name)
        base = f"input_{base}" if base[:1].isdigit() else f"{base}_" if keyword.iskeyword(base) else base
        number, candidate = 1, base
        while candidate in valid:
            number, candidate = number + 1, f"{base}_{number + 1}"
        valid.append(candidate)
    return tuple(valid)


def fixed_shape(file: KerasFile, name: str, shape: Sequence[int | None]) -> tuple[int, ...]:
    """`shape` without its batch axis.

    Raises:
        TinyqError: another axis than the batch is of unknown size.
    """
    unknown = [axis for axis, size in enumerate(shape) if size is None and axis]
    if unknown:
        found = ", ".join("None" if size is None else str(size) for size in shape)
        fixed = ", ".join("SIZE" if size is None else str(size) for size in shape[1:])
        comma = "," if len(shape) == 2 else ""
        raise TinyqError(
            f"{file.path}: input {name} has the shape [{found}]: no fixed size at axis "
            f"{', '.join(map(str, unknown))}; accepted: None for the batch (axis 0) alone",
            f"i = keras.Input(({fixed}{comma})); keras.Model(i, model(i)).save('fixed.keras')",
        )
    return tuple(int(size) for size in shape[1:] if size is not None)


def _call_of(model: Any) -> Callable[..., Any]:  # noqa: ANN401  a Keras model
    import tensorflow as tf

    def call(*tensors: Any) -> Any:  # noqa: ANN401  TensorFlow tensors
        return tf.nest.flatten(model(tf.nest.pack_sequence_as(input_structure(model), tensors), training=False))

    return call


def _functions_only(file: KerasFile) -> Loaded:
    """A SavedModel without Keras's own description, such as model.export() writes."""
    import tensorflow as tf

    module = tf.saved_model.load(str(file.path))
    function = module.signatures.get("serving_default")
    if function is None:
        raise TinyqError(
            f"{file.path}: the SavedModel has no signature serving_default (found: "
            f"{', '.join(module.signatures) or 'none'})",
            "write it with model.export('folder'), or give the .keras file",
        )
    specs = function.structured_input_signature[1]
    inputs = tuple(
        InputSpec(name, fixed_shape(file, name, spec.shape.as_list()), _dtype(spec.dtype))
        for name, spec in specs.items()
    )

    def call(*tensors: Any) -> Any:  # noqa: ANN401  TensorFlow tensors
        outputs = function(**dict(zip(specs, tensors, strict=True)))
        return [outputs[name] for name in sorted(outputs)]

    return Loaded(None, call, inputs, (module,))


def _dtype(dtype: Any) -> str:  # noqa: ANN401  a string in Keras 3, a tf.DType in Keras 2
    name = str(getattr(dtype, "name", dtype))
    return "float32" if "float" in name else name


def _unloadable(file: KerasFile, error: Exception) -> TinyqError:
    text = "".join(traceback.format_exception(error))
    if match := _MISSING_CLASS.search(text):
        return TinyqError(
            f"{file.path}: the model uses the class {match[1]}, which is not part of Keras",
            "a SavedModel needs no classes: where the class is defined, model.export('folder'); then give that folder",
        )
    if "Lambda" in text and "safe_mode" in text:
        return TinyqError(
            f"{file.path}: the model has a Lambda layer: Python code, which is not run from a file",
            "put a built-in layer in its place (such as Rescaling), or give the folder of model.export('folder')",
        )
    first = str(error).strip().splitlines()
    return TinyqError(
        f"{file.path}: {file.library} can't load it: {type(error).__name__}: {first[0] if first else ''}",
        "the file is damaged, or was saved by a version of Keras that is not compatible: load and save it again",
    )
