"""Some two hundred small Keras 3 models, by family: a file here holds one, and nothing lists them."""

from importlib import import_module
from pathlib import Path

FAMILIES = tuple(sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py")))


def cases(family: str) -> dict[str, object]:
    """The models of a family by name; imports Keras."""
    found: dict[str, object] = import_module(f"{__name__}.{family}").CASES
    return found
