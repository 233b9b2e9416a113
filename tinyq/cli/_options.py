"""Options that several commands share."""

from collections.abc import Callable
from dataclasses import replace
from functools import reduce, wraps
from pathlib import Path
from typing import Any, get_args

import click

from tinyq.errors import TinyqError
from tinyq.frontend.choices import Choices
from tinyq.frontend.layer_bits import read_layer_bits
from tinyq.frontend.project_file import ProjectFile, read_project_file
from tinyq.ir.scheme import Scheme

data_option = click.option(
    "--data",
    metavar="DATA",
    help="Representative inputs: .npz (x, optional y), .npy, .csv, a folder of images, or module:function.",
)
model_argument = click.argument("model", required=False, type=click.Path(path_type=Path))
project_option = click.option(
    "--project",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    help="Folder with a tinyq.toml, read where no MODEL is given.",
)
board_option = click.option("--board", metavar="NAME", help="The board, such as nano33; `tinyq boards` lists them.")
_CHOICES = {
    "optimize": click.option(
        "--optimize",
        type=click.Choice(["balanced", "speed", "size", "ram"]),
        help="What counts most: cycles and memory alike (balanced, the default), cycles (speed), flash (size), or the "
        "arena (ram).",
    ),
    "arithmetic": click.option(
        "--arithmetic",
        type=click.Choice(["tflm", "xnnpack"]),
        help="How the model rounds: as TensorFlow Lite Micro does (tflm, the default), or as TensorFlow Lite's "
        "interpreter does in Python (xnnpack).",
    ),
    "calibrate": click.option(
        "--calibrate",
        metavar="METHOD",
        help="How each tensor's range is chosen from the data: minmax (the default), percentile, percentile-99.9, "
        "moving-average, mse or entropy; with +equalized, +bias-corrected, or both after it. auto: tries them, and "
        "keeps what is best on samples held out.",
    ),
    "scheme": click.option(
        "--scheme",
        type=click.Choice(get_args(Scheme)),
        help="How a Keras model is quantized: activations and weights of int8 (the default); activations of int16 and "
        "weights of int8, for accuracy (int16x8); weights alone, of int8 or int4, computed in float32 (int8-weights, "
        "int4-weights); weights of int8, and activations as they come (dynamic); not at all (float32), to compare "
        "with; or each layer in its own way, as --layers says (mixed).",
    ),
    "layers": click.option(
        "--layers",
        metavar="FILE",
        type=click.Path(path_type=Path),
        callback=lambda _context, _option, path: None if path is None else read_layer_bits(path),
        help="With --scheme mixed: the bits of each layer, JSON such as `tinyq tune` writes. 4: weights of int4 and "
        "activations of int8; 8: both int8, as layers are that are not named; 16: weights of int8 and activations of "
        "int16.",
    ),
    "allow_float": click.option(
        "--allow-float",
        is_flag=True,
        help="Keep what has no integer form as float32 C, with a warning of what it costs, instead of refusing the "
        "model.",
    ),
}
image_option = click.option(
    "--out",
    type=click.Path(path_type=Path, file_okay=False),
    help="Take the image that `tinyq build --out` left there; else the one in build/BOARD if it is of this model, "
    "or a new one.",
)


def choice_options(*names: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A decorator that adds the options `names`, fields of Choices; the command gets them together, as `choices`."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        @wraps(command)
        def collecting(**values: Any) -> None:  # noqa: ANN401  whatever click parsed
            command(choices=Choices(**{name: values.pop(name) for name in names}), **values)

        return reduce(lambda wrapped, name: _CHOICES[name](wrapped), reversed(names), collecting)

    return decorate


all_choices = choice_options(*_CHOICES)


def project_of(model: Path | None, project: Path, choices: Choices) -> ProjectFile:
    """What the command line or the project file says about the model; of choices, the command line's count first."""
    described = ProjectFile(model) if model is not None else read_project_file(project)
    return replace(described, choices=require_layers_used(choices, choices.over(described.choices)))


def require_layers_used(asked: Choices, chosen: Choices) -> Choices:
    """What was `chosen`, where --layers means something in it.

    Raises:
        TinyqError: `asked` on the command line has bits for layers, and the scheme is another than mixed.
    """
    if asked.layers is not None and chosen.scheme != "mixed":
        raise TinyqError(
            f"found --layers and the scheme {chosen.scheme or 'int8'}; accepted: --layers with the scheme mixed",
            "add --scheme mixed",
        )
    return chosen


def model_name(project: ProjectFile) -> str:
    """The model's name in C: as tinyq.toml says, else the file's stem."""
    return project.name or project.model.stem or project.model.name


def required_board(board: str | None, project: ProjectFile) -> str:
    """The board that was named.

    Raises:
        TinyqError: neither the command line nor tinyq.toml names one.
    """
    if found := board or project.board:
        return found
    from tinyq.firmware.board import board_names

    raise TinyqError(f"no board was named; accepted: {', '.join(board_names())}", "add --board NAME")
