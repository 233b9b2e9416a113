"""Writes the map in tinyq/README.md from the first lines of the source files; run it after adding a file."""

import ast
from pathlib import Path

ROOT = Path(__file__).parent.parent
README = ROOT / "tinyq" / "README.md"
MARK = "<!-- from here on written by docs/map.py -->\n"

# Folders in the order in which a model passes through them.
FOLDERS = (
    "cli",
    "pipeline",
    "frontend",
    "frontend/keras",
    "frontend/pytorch",
    "qat",
    "ir",
    "ops",
    "ops/floats",
    "ops/hybrid",
    "analysis",
    "kernels",
    "kernels/dsp",
    "kernels/mve",
    "kernels/thumb",
    "passes",
    "memory",
    "codegen",
    "firmware",
    "firmware/flash",
    "emulator",
    "emulator/device",
    "emulator/device/peripherals",
    "emulator/device/timing",
    "tuning",
    "mixing",
    "calibration",
    "calibration/methods",
    "device_link",
    "doctor",
    "numerics",
    "tools",
)


def summary(file: Path) -> str:
    """The first line of a file's docstring."""
    docstring = ast.get_docstring(ast.parse(file.read_text())) or ""
    return docstring.partition("\n")[0].rstrip(".").replace("|", "\\|")


def section(folder: str) -> str:
    """A heading and a table of the files in `folder`."""
    path = ROOT / "tinyq" / folder
    rows = [f"| `{file.name}` | {summary(file)} |" for file in sorted(path.glob("*.py")) if file.name != "__init__.py"]
    head = f"\n## {folder}\n\n{summary(path / '__init__.py')}.\n"
    return "\n".join([head, "| file | holds |", "|---|---|", *rows]) + "\n"


def drawn() -> str:
    """The whole text of tinyq/README.md: what a person wrote, then the tables."""
    written = README.read_text().partition(MARK)[0]
    return written + MARK + "".join(section(folder) for folder in FOLDERS)


if __name__ == "__main__":
    README.write_text(drawn())
