"""Where firmware_templates/ and boards/ are: in the installed wheel first, else in the checkout."""

from functools import cache
from pathlib import Path

_PACKAGE = Path(__file__).parent


@cache
def _folder(name: str) -> Path:
    in_wheel = _PACKAGE / "_data" / name
    return in_wheel if in_wheel.is_dir() else _PACKAGE.parent / name


def templates_folder() -> Path:
    """The folder of Jinja templates from which every C file and project file is made."""
    return _folder("firmware_templates")


def boards_folder() -> Path:
    """The folder with one TOML file a board."""
    return _folder("boards")
