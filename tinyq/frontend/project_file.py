"""tinyq.toml: what a project folder says about its model, so that `tinyq build --project DIR` needs no more."""

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from tinyq.errors import TinyqError
from tinyq.frontend.choices import NOTHING_CHOSEN, Choices
from tinyq.frontend.layer_bits import checked_layer_bits, read_layer_bits
from tinyq.ir.bits import Bits

FILE_NAME = "tinyq.toml"
_SWITCHES = ("stream", "allow_float")
_KEYS = (
    "name",
    "model",
    "data",
    "test",
    "board",
    "optimize",
    "arithmetic",
    "calibrate",
    "scheme",
    "layers",
    *_SWITCHES,
)


@dataclass(frozen=True)
class ProjectFile:
    """The contents of tinyq.toml; paths are relative to its folder, and resolved against it here.

    Attributes:
        model: the trained model (a file or a SavedModel folder) or .tflite.
        name: of the model in C; the model file's stem where it is not given.
        data: representative data, as for `--data`.
        test: data with labels to measure accuracy on, as for `--test`.
        board: the board to build for where `--board` is not given.
        choices: what the command line may say otherwise.
    """

    model: Path
    name: str | None = None
    data: str | None = None
    test: str | None = None
    board: str | None = None
    choices: Choices = NOTHING_CHOSEN


def read_project_file(folder: Path) -> ProjectFile:
    """The project file in `folder`.

    Raises:
        TinyqError: there is none, or it is not TOML, or a key is unknown, missing or no text.
    """
    path = folder / FILE_NAME
    if not path.is_file():
        raise TinyqError(
            f"{path}: no such file, and no MODEL was given",
            "name a model (`tinyq build model.keras --board nano33 --data x.npz`), or a folder with "
            f"a {FILE_NAME} (`--project DIR`)",
        )
    try:
        values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TinyqError(f"{path}: not a TOML file: {error}", "write lines such as: model = 'model.keras'") from error
    _check(path, values)
    found = {key: str(value) for key, value in values.items()}
    chosen = {field.name: values[field.name] for field in fields(Choices) if field.name in values}
    if "layers" in values:
        chosen["layers"] = _layers(folder, values["layers"], path)
    return ProjectFile(
        model=folder / found["model"],
        name=found.get("name"),
        data=_resolved(folder, found.get("data")),
        test=_resolved(folder, found.get("test")),
        board=found.get("board"),
        choices=Choices(**chosen),
    )


def _check(path: Path, values: dict[str, object]) -> None:
    for key, value in values.items():
        if key not in _KEYS:
            close = difflib.get_close_matches(key, _KEYS, 1)
            raise TinyqError(
                f"{path}: found key {key}; accepted: {', '.join(_KEYS)}", f"did you mean {close[0]}?" if close else ""
            )
        if key in _SWITCHES:
            if not isinstance(value, bool):
                raise TinyqError(f"{path}: found {key} = {value!r}; accepted: true or false", f"write {key} = true")
        elif not isinstance(value, str) and not (key == "layers" and isinstance(value, dict)):
            raise TinyqError(f"{path}: found {key} = {value!r}; accepted: text", f"write {key} = '...'")
    if "model" not in values:
        raise TinyqError(f"{path}: found no key model; it is needed", "add a line such as: model = 'model.keras'")


def _layers(folder: Path, value: object, path: Path) -> Mapping[str, Bits]:
    """The bits in a table of the project file, or in the file that it names."""
    return read_layer_bits(folder / value) if isinstance(value, str) else checked_layer_bits(value, str(path))


def _resolved(folder: Path, data: str | None) -> str | None:
    """A data file relative to the project; `module:function` stays as it is."""
    return None if data is None else data if ":" in data else str(folder / data)
