"""The child process that holds TensorFlow; what it is asked and answers: tinyq/frontend/serve.py.

The models appear in the request's folder as float32.tflite, calibrated.tflite (float32 still, with the ranges that were
measured) and quantized.tflite; there are no others than the first of a model that is only looked at and has operators
that TensorFlow Lite lacks. Where another child left converted.tflite, they are made from it.
"""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinyq.frontend.serve import CONVERTED, Emit, serve_request

if TYPE_CHECKING:
    from tinyq.frontend.data import Dataset
    from tinyq.frontend.keras.load import Loaded


def serve(request: dict[str, Any], emit: Emit) -> None:
    """Quantize what the request asks for.

    Raises:
        TinyqError: a model or data that can't be taken.
    """
    emit({"stage": "starting TensorFlow"})
    if request["calibrated"]:
        _quantize_calibrated(request, emit)
        return
    from tinyq.frontend.keras.converted import load_converted
    from tinyq.frontend.keras.load import load
    from tinyq.frontend.keras.prefix import prefix
    from tinyq.frontend.keras.recurrent import make_convertible
    from tinyq.frontend.keras_file import identify

    converted = Path(request["folder"]) / CONVERTED
    loaded = load_converted(converted) if converted.exists() else load(identify(Path(request["model"])))
    layers = [[layer.name, type(layer).__name__] for layer in getattr(loaded.model, "layers", ())]
    emit({"layers": layers})
    emit({"stage": "checking the data"})
    dataset, warnings = _data(request, loaded)
    asked = loaded if request["layers"] is None else prefix(loaded, request["layers"])
    shown, lstms, done = make_convertible(asked, request["scheme"])
    _convert(request, replace(shown, quantized=loaded.quantized), dataset, lstms, emit)
    emit({"done": warnings, "notes": done})


def _quantize_calibrated(request: dict[str, Any], emit: Emit) -> None:
    """Put the quantized form of each model in its place."""
    from tinyq.frontend.keras.calibrated import to_int8

    for number in range(request["calibrated"]):
        emit({"stage": f"quantizing to int8, {number + 1}/{request['calibrated']}"})
        file = Path(request["folder"]) / f"{number}.tflite"
        file.write_bytes(to_int8(file.read_bytes()))
    emit({"done": [], "notes": []})


def _data(request: dict[str, Any], loaded: "Loaded") -> "tuple[Dataset | None, tuple[str, ...]]":
    """The representative data, None for a model that has its ranges in itself, and what there is to say about it."""
    from tinyq.frontend.data import fit, read_raw, representative
    from tinyq.frontend.keras.scale import scale_warnings
    from tinyq.frontend.lint import lint
    from tinyq.frontend.made_up import made_up

    if loaded.quantized is not None:
        return None, ()
    if request["inspect"]:
        return made_up(loaded.inputs), ()
    raw = replace(read_raw(request["data"], loaded.inputs), source=request["source"], batched=request["batched"])
    given = fit(raw, loaded.inputs)
    dataset = representative(given, loaded.inputs)
    return dataset, (*given.notes, *lint(given, loaded.inputs), *scale_warnings(loaded, dataset))


def _convert(
    request: dict[str, Any], loaded: "Loaded", dataset: "Dataset | None", lstms: tuple[Any, ...], emit: Emit
) -> None:
    from tinyq.frontend.keras.convert import export, to_dynamic, to_float32, to_integers
    from tinyq.frontend.keras.finish import finish_lstms
    from tinyq.frontend.keras.recurrent import input_gate_weights
    from tinyq.frontend.keras.reverse import requantize_reversed
    from tinyq.frontend.schema import has_custom_operator
    from tinyq.frontend.signature_order import restore_order

    folder, where, any_operator = Path(request["folder"]), request["model"], request["inspect"]
    scheme = request["scheme"]
    saved, names = folder / "saved_model", [spec.name for spec in loaded.inputs]

    def told(done: int, total: int) -> None:
        emit({"stage": f"calibrating {done}/{total}" if done < total else f"quantizing to {scheme}"})

    if (converted := folder / CONVERTED).exists():
        float32, saved = converted.read_bytes(), converted
    else:
        emit({"stage": "converting to float32"})
        export(loaded, saved)
        float32 = to_float32(saved, where, any_operator=any_operator)
    (folder / "float32.tflite").write_bytes(restore_order(float32, names))
    if scheme not in ("int8", "int16x8", "dynamic") or (any_operator and has_custom_operator(float32, where)):
        return  # TensorFlow can't run what has custom operators, so there are no ranges to quantize it by
    if scheme == "dynamic":
        (folder / "quantized.tflite").write_bytes(restore_order(to_dynamic(saved, where), names))
        return
    if loaded.quantized is not None:
        saved = folder / "rounded_model"
        export(loaded.quantized, saved)
    quantized = to_integers(saved, float32, dataset, names, told, where, scheme=scheme, resets=bool(lstms))
    ordered = restore_order(quantized, names)
    if lstms:
        ordered = finish_lstms(ordered, [(layer.name, input_gate_weights(layer)) for layer in lstms])
    (folder / "quantized.tflite").write_bytes(requantize_reversed(ordered))


if __name__ == "__main__":
    serve_request(serve)
