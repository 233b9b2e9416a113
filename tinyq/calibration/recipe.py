"""How a model is calibrated, as `--calibrate` says it: a method, and what else is done, joined by plus signs."""

import difflib
from dataclasses import dataclass, replace

from tinyq.calibration.methods import methods
from tinyq.errors import TinyqError

AUTO = "auto"
_EQUALIZED, _CORRECTED = "equalized", "bias-corrected"


@dataclass(frozen=True)
class Recipe:
    """One way to come from a calibrated float model to int8.

    Attributes:
        method: chooses the ranges; one of `methods()`.
        equalized: whether channels are equalized first.
        corrected: whether biases are corrected afterwards.
    """

    method: str = "minmax"
    equalized: bool = False
    corrected: bool = False

    def __str__(self) -> str:
        parts = (self.method, _EQUALIZED * self.equalized, _CORRECTED * self.corrected)
        return "+".join(part for part in parts if part)


BASELINE = Recipe()


@dataclass(frozen=True)
class CalibratedModel:
    """What a recipe made: the int8 .tflite, and the float one with the chosen ranges that was quantized."""

    int8: bytes
    float32: bytes


def read_recipe(text: str) -> Recipe:
    """The recipe that `text` names, such as `mse`, or `mse+equalized+bias-corrected`.

    Raises:
        TinyqError: an unknown name in it; `auto` is no recipe, but a search for one.
    """
    method, *extras = text.split("+")
    accepted = (*methods(), AUTO)
    if method not in methods():
        raise _unknown(text, method, accepted, f"accepted: {', '.join(accepted)}")
    recipe = Recipe(method)
    for extra in extras:
        if extra not in (_EQUALIZED, _CORRECTED):
            known = (_EQUALIZED, _CORRECTED)
            raise _unknown(text, extra, known, f"accepted after a plus sign: {', '.join(known)}")
        recipe = replace(recipe, equalized=recipe.equalized or extra == _EQUALIZED)
        recipe = replace(recipe, corrected=recipe.corrected or extra == _CORRECTED)
    return recipe


def _unknown(text: str, part: str, known: tuple[str, ...], accepted: str) -> TinyqError:
    close = difflib.get_close_matches(part, known, 1)
    hint = f"did you mean {close[0]}?" if close else "such as --calibrate mse, or --calibrate mse+equalized"
    return TinyqError(f"found calibrate = {text!r}; {accepted}", hint)
