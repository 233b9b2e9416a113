"""How the ranges of a Keras model were chosen: by one recipe, or by a search for the best."""

import base64
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tinyq.calibration.recipe import AUTO, BASELINE, CalibratedModel, Recipe, read_recipe
from tinyq.errors import TinyqError
from tinyq.frontend.quantize import Quantized, conversion_key
from tinyq.tools.cache import cache_folder, write_whole

if TYPE_CHECKING:
    from tinyq.calibration.search import Found
    from tinyq.frontend.input_spec import InputSpec
    from tinyq.ir.graph import Graph

_FORMAT = 3
_FORMS = ("int8", "float32")


@dataclass(frozen=True)
class Calibration:
    """How ranges were chosen, and what the samples say about them.

    Attributes:
        recipe: what was done, as `--calibrate` takes it.
        samples: so many there were.
        warnings: one sentence each.
        classes: how many samples each class has; empty without class labels.
        layers: fields of tinyq.calibration.findings.LayerFinding, for each layer.
        search: what `auto` tried: `metric`, `held_out`, `float`, and `candidates` with `recipe`, `score`, `noise_db`;
            None where a recipe was named.
    """

    recipe: str
    samples: int
    warnings: tuple[str, ...]
    classes: tuple[int, ...]
    layers: tuple[dict[str, Any], ...]
    search: dict[str, Any] | None

    @property
    def note(self) -> str:
        """One sentence on what was done; empty where it was nothing special."""
        if self.search is None:
            return "" if self.recipe == str(BASELINE) else f"ranges chosen by {self.recipe}"
        tried, held_out = len(self.search["candidates"]), self.search["held_out"]
        return f"ranges chosen by {self.recipe}: the best of {tried} on {held_out} samples held out"

    def as_dict(self) -> dict[str, Any]:
        """The `calibration` object of report.json."""
        return asdict(self)


def calibrated(
    quantized: Quantized, model: Path, data: str, how: str, report: Callable[[str], None]
) -> tuple[CalibratedModel, Calibration | None]:
    """The int8 model whose ranges were chosen in the way `how`, and what there is to say about it; kept in the cache.

    A conversion that leaves no calibrated model behind (of other numbers than int8, or with ranges from a training) is
    as it is, without a report.

    Args:
        quantized: the model as TensorFlow converted it.
        model: where it came from.
        data: the representative samples that it was converted with.
        how: a recipe, or `auto`.
        report: is told each stage.

    Raises:
        TinyqError: an unknown recipe, or one that the model's layers don't allow; data that can't be taken.
    """
    recipe = recipe_of(how)
    if not quantized.calibrated:
        require_no_choice(model, recipe)
        return CalibratedModel(quantized.tflite, quantized.float32), None
    if recipe == BASELINE and not _can_be_built(quantized.tflite):
        return CalibratedModel(quantized.tflite, quantized.calibrated), None
    key = json.dumps([_FORMAT, how, conversion_key(model, data), hashlib.sha256(quantized.calibrated).hexdigest()])
    entry = cache_folder() / "calibrated" / f"{hashlib.sha256(key.encode()).hexdigest()}.json"
    if entry.is_file():
        held = json.loads(entry.read_text())
        return CalibratedModel(*(base64.b64decode(held.pop(form)) for form in _FORMS)), _read(held)
    made, calibration = _made(quantized, model, data, recipe, report)
    forms = {form: base64.b64encode(getattr(made, form)).decode() for form in _FORMS}
    write_whole(entry, json.dumps({**calibration.as_dict(), **forms}).encode())
    return made, calibration


def recipe_of(how: str) -> Recipe | None:
    """The recipe that the user named; None for `auto`.

    Raises:
        TinyqError: there is no such recipe.
    """
    return None if how == AUTO else read_recipe(how)


def _can_be_built(int8: bytes) -> bool:
    """Whether the model can be looked into; what can't be built can be quantized all the same."""
    from tinyq.frontend.tflite import import_tflite

    try:
        import_tflite(int8, "model", "the quantized model")
    except TinyqError:
        return False
    return True


def require_no_choice(model: Path, recipe: Recipe | None) -> None:
    """Refuse to choose ranges where there are none to choose; `recipe` is None for a search.

    Raises:
        TinyqError: says why.
    """
    if recipe != BASELINE:
        raise TinyqError(
            f"{model}: found calibrate = '{recipe or AUTO}'; accepted where no int8 ranges are chosen: 'minmax'",
            "leave out --calibrate, and calibrate in tinyq.toml: int16 gains nothing by clipping outliers, a model "
            "that was trained rounded has its ranges, and float32 has none",
        )


def _read(held: dict[str, Any]) -> Calibration:
    lists = {name: tuple(held[name]) for name in ("warnings", "classes", "layers")}
    return Calibration(**{**held, **lists})


def _made(
    quantized: Quantized, model: Path, data: str, recipe: Recipe | None, report: Callable[[str], None]
) -> tuple[CalibratedModel, Calibration]:
    from tinyq.calibration.calibrator import Calibrator
    from tinyq.calibration.findings import amiss, class_counts, layer_findings
    from tinyq.calibration.float_tensors import named_statistics
    from tinyq.calibration.search import Samples, search
    from tinyq.emulator.metrics import read_labels
    from tinyq.frontend.data import load_representative
    from tinyq.frontend.tflite import import_tflite

    graph, found = import_tflite(quantized.tflite, "model", str(model)), None
    made = CalibratedModel(quantized.tflite, quantized.calibrated)
    dataset = load_representative(data, real_inputs(graph))
    if recipe is None:
        given, elements = dataset.labels, graph.tensors[graph.outputs[0]].elements
        labels = None if given is None else read_labels(given, elements, dataset.source)
        found = search(made.int8, quantized.calibrated, Samples(dataset.inputs, labels), model, report)
        recipe, made = found.best.recipe, found.made
    elif recipe != BASELINE:
        (made,) = Calibrator(made.float32, dataset.inputs, model, report).apply([recipe])
    report("looking at the ranges")
    statistics = named_statistics(made.float32, dataset.inputs)
    layers = layer_findings(import_tflite(made.int8, "model", str(model)), statistics)
    classes = class_counts(dataset.labels)
    return made, Calibration(
        str(recipe),
        dataset.samples,
        tuple(amiss(layers, classes, clips=recipe.method != BASELINE.method)),
        classes,
        tuple(asdict(layer) for layer in layers),
        None if found is None else _search_dict(found),
    )


def real_inputs(graph: "Graph") -> list["InputSpec"]:
    """What the float model takes of which the int8 `graph` was made."""
    from tinyq.frontend.input_spec import InputSpec

    tensors = [graph.tensors[name] for name in graph.inputs]
    return [
        InputSpec(tensor.name, tensor.shape[1:], tensor.dtype if tensor.quantization is None else "float32")
        for tensor in tensors
    ]


def _search_dict(found: "Found") -> dict[str, Any]:
    return {
        "metric": found.metric,
        "held_out": found.held_out,
        "float": found.float32,
        "candidates": [
            {"recipe": str(each.recipe), "score": each.score, "signal_to_noise_db": each.signal_to_noise}
            for each in found.candidates
        ],
    }
