"""Builds that several tests look at: compiling takes seconds, so each is made once a session."""

from pathlib import Path

import pytest
from support.tiny_project import write_tiny_project

from tinyq.firmware.platformio import build_image


@pytest.fixture(scope="session")
def tiny_project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny model's project, built."""
    project = write_tiny_project(tmp_path_factory.mktemp("first") / "project")
    build_image(project)
    return project


@pytest.fixture(scope="session")
def tiny_elf(tiny_project: Path) -> Path:
    """The tiny model's image for the nano33."""
    return tiny_project / ".pio" / "build" / "nano33" / "firmware.elf"
