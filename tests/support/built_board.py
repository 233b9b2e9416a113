"""The tiny model's image as a build leaves it, without the time that a build takes."""

import json
from pathlib import Path

from tinyq.firmware.board import Board
from tinyq.firmware.image import write_image


def write_build(folder: Path, elf: Path, board: Board) -> Path:
    """Put the image `elf`, which was linked for `board`, and its report into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    write_image(elf, board, folder)
    report = {"board": {"name": board.name}, "model": {"name": "tiny"}}
    (folder / "report.json").write_text(json.dumps(report))
    return folder


class Silent:
    """A display that keeps what it is told."""

    def __init__(self) -> None:
        self.stages: list[str] = []

    def stage(self, text: str) -> None:
        """Something new begins."""
        self.stages.append(text)

    def progress(self, what: str, done: int, total: int) -> None:
        """It has come so far."""
        assert 0 <= done < total or total == 0
        if what not in self.stages:
            self.stages.append(what)
