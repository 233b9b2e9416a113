"""The image that a build left, checked before anything is written to a board."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tinyq.errors import TinyqError
from tinyq.firmware.board import Board
from tinyq.firmware.image import binary

_REPORT = "report.json"


@dataclass(frozen=True)
class BuiltImage:
    """An image in a build's folder.

    Attributes:
        folder: holds `firmware.elf`, `.hex`, `.bin`, for some boards `.uf2`, and `project`.
        model: the model's name.
        content: the bytes of `firmware.bin`; the first one belongs to the start of the board's flash.
    """

    folder: Path
    model: str
    content: bytes

    def file(self, kind: str) -> Path:
        """The image in the form `kind`, such as `hex`.

        Raises:
            TinyqError: the build left none.
        """
        path = self.folder / f"firmware.{kind}"
        if not path.is_file():
            raise TinyqError(f"{path}: no such file", "build the firmware again with `tinyq build`")
        return path


def load_built(folder: Path, board: Board) -> BuiltImage:
    """The image in a build's folder, which must be for `board`.

    Args:
        folder: what `tinyq build --out` named.
        board: what is to be flashed.

    Raises:
        TinyqError: nothing was built there, it is for another board, it was changed since, or it is too large.
    """
    report = _report(folder, board)
    built_for = report["board"]["name"]
    if built_for != board.name:
        raise TinyqError(
            f"{folder}: the image was built for {built_for}, not for {board.name}",
            f"run `tinyq build --board {board.name}`, or flash with `--board {built_for}`",
        )
    image = BuiltImage(folder, report["model"]["name"], b"")
    content = image.file("bin").read_bytes()
    if len(content) > board.flash.bytes:
        raise TinyqError(
            f"{folder / 'firmware.bin'}: {len(content)} bytes do not fit into the {board.flash.bytes} bytes of flash "
            f"of {board.title}",
            "use a smaller model, or a board with more memory (`tinyq boards` lists them)",
        )
    if content != binary(image.file("elf"), board):
        raise TinyqError(
            f"{folder}: firmware.bin and firmware.elf are not of one build",
            "build the firmware again with `tinyq build`",
        )
    return BuiltImage(folder, image.model, content)


def _report(folder: Path, board: Board) -> dict[str, Any]:
    path = folder / _REPORT
    try:
        report: dict[str, Any] = json.loads(path.read_text())
        if isinstance(report["board"]["name"], str) and isinstance(report["model"]["name"], str):
            return report
    except FileNotFoundError as error:
        raise TinyqError(
            f"{folder}: no image was built there",
            f"run `tinyq build MODEL --board {board.name}` first, or name the folder of a build with --out",
        ) from error
    except (OSError, ValueError, KeyError, TypeError):
        pass
    raise TinyqError(f"{path}: not the report of a build", "build the firmware again with `tinyq build`")
