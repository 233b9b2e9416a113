"""What there is to know about a model before it is built: needs no data, no board and no compiler."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args

from tinyq import __version__
from tinyq.errors import TinyqError
from tinyq.frontend.survey import Surveyed, survey
from tinyq.ir.scheme import IN_FLOAT, Scheme
from tinyq.kernels import Target
from tinyq.memory.picture import Peak, peak
from tinyq.pipeline.compile import CompiledModel, compile_tflite
from tinyq.pipeline.source import is_tflite, require_model, scheme_of


@dataclass(frozen=True, eq=False)
class Inspection:
    """A model that was looked at.

    Attributes:
        name: of the file.
        layers: every operator, as it stands in the .tflite.
        compiled: the model in portable C; None where it can't be built.
        problem: what is wrong with the model as a whole, where its layers are fine one by one.
        is_made_up: whether made-up data gave the ranges of its values.
    """

    name: str
    layers: tuple[Surveyed, ...]
    compiled: CompiledModel | None
    problem: TinyqError | None
    is_made_up: bool

    @property
    def refused(self) -> tuple[Surveyed, ...]:
        """The operators that can't be built."""
        return tuple(layer for layer in self.layers if layer.problem)

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one inference, in the operators where they could be counted."""
        return sum(layer.macs for layer in self.layers)

    @property
    def weight_bytes(self) -> int:
        """Bytes of constants: in flash where the model can be built, else in the file."""
        if self.compiled is not None:
            return self.compiled.weight_bytes
        return sum(layer.weight_bytes for layer in self.layers)

    @property
    def peak(self) -> Peak | None:
        """The layer in which the arena is fullest; None where the model can't be built."""
        return None if self.compiled is None else peak(self.compiled.graph, self.compiled.plan)

    def as_dict(self) -> dict[str, Any]:
        """The inspection as JSON knows it."""
        fullest = self.peak
        result: dict[str, Any] = {
            "tinyq": __version__,
            "name": self.name,
            "can_be_built": self.compiled is not None,
            "made_up_data": self.is_made_up,
            "scheme": None if self.compiled is None else self.compiled.graph.scheme,
            "macs": self.macs,
            "weight_bytes": self.weight_bytes,
            "layers": [asdict(layer) for layer in self.layers],
        }
        if self.compiled is not None and fullest is not None:
            result |= {"arena_bytes": self.compiled.plan.arena_bytes, "fullest_layer": fullest.layer}
        if self.problem is not None:
            result |= {"problem": self.problem.message, "suggestion": self.problem.hint}
        return result


def inspect(
    model: Path, report: Callable[[str], None], scheme: str | None = None, *, allow_float: bool = False
) -> Inspection:
    """Look at every layer of `model`, and plan it where all can be built.

    Args:
        model: a .tflite, a .keras, .h5, .onnx or .pt2 file, or a SavedModel folder.
        report: is told what the conversion of a Keras model does.
        scheme: how that quantizes, as tinyq.pipeline.source knows it.
        allow_float: whether layers may compute in float32 at run time.

    Raises:
        TinyqError: there is no such model, it can't be read at all, or the converter crashes on it.
    """
    require_model(model)
    where, quantized = str(model), True
    if scheme == "mixed":
        accepted = ", ".join(each for each in get_args(Scheme) if each != scheme)
        raise TinyqError(
            f"{model}: found the scheme mixed; accepted: {accepted}",
            "the layers are the same in each: --scheme int8 shows them",
        )
    in_float = scheme in IN_FLOAT
    allow_float |= in_float
    if is_tflite(model):
        tflite = model.read_bytes()
    else:
        from tinyq.frontend.quantize import convert_in_float, convert_to_inspect

        if in_float:
            tflite, _ = convert_in_float(model, scheme_of(scheme), report=report)
        else:
            tflite, quantized = convert_to_inspect(model, report=report, scheme=scheme_of(scheme))
    layers = survey(tflite, where, quantized=quantized, allow_float=allow_float)
    compiled, problem = None, None
    if quantized and not any(layer.problem for layer in layers):
        try:
            compiled = compile_tflite(tflite, model.stem, where, Target(allow_float=allow_float))
        except TinyqError as error:
            problem = error
    made_up = quantized and not in_float and not is_tflite(model)
    return Inspection(model.name, layers, compiled, problem, made_up)
