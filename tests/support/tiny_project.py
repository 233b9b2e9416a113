"""The tiny model's PlatformIO project on disk."""

from pathlib import Path

from support.tiny_model import tiny_model, tiny_self_test
from tinyq.codegen.write import write_if_changed
from tinyq.firmware.board import load_board
from tinyq.firmware.project import project_files


def write_tiny_project(folder: Path, source: str | None = None) -> Path:
    """Write the tiny model's project for the nano33; `source` replaces the model's C."""
    model = tiny_model() if source is None else tiny_model(source)
    write_if_changed(folder, project_files(model, load_board("nano33"), "zig", tiny_self_test()))
    return folder
