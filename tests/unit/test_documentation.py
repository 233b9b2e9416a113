"""What the documents say of the code is what the code says of itself."""

import re
from pathlib import Path

import pytest

from tinyq.ops import meaning, supported_operators

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(autouse=True)
def _docs_are_importable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT / "docs")


def test_the_map_is_true() -> None:
    import map as drawing

    assert (ROOT / "tinyq" / "README.md").read_text() == drawing.drawn(), "run: python docs/map.py"


def test_the_map_leaves_no_folder_out() -> None:
    import map as drawing

    folders = {path.parent.relative_to(ROOT / "tinyq").as_posix() for path in (ROOT / "tinyq").rglob("__init__.py")}
    assert folders - {"."} == set(drawing.FOLDERS)


def test_the_table_of_operators_is_true() -> None:
    import operators as table

    assert table.FILE.read_text() == table.drawn(), "run: python docs/operators.py"


def test_every_operator_says_what_it_means() -> None:
    for name in supported_operators():
        assert meaning(name), name


def test_every_board_stands_in_the_readme_with_what_was_tested() -> None:
    text = (ROOT / "README.md").read_text()
    for board in (ROOT / "boards").glob("*.toml"):
        assert re.search(rf"^\| `{board.stem}`", text, re.MULTILINE), board.stem


def test_every_command_stands_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text()
    for command in (ROOT / "tinyq" / "cli").glob("[a-z]*.py"):
        assert f"`tinyq {command.stem}" in text, command.stem


def test_every_dependency_has_its_reason() -> None:
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [
        *project["dependencies"],
        *(name for extra in project["optional-dependencies"].values() for name in extra),
    ]
    reasons = (ROOT / "CONTRIBUTING.md").read_text()
    for requirement in wanted:
        name = re.split(r"[<>=~]", requirement)[0]
        assert re.search(rf"^\|.*\b{name}\b", reasons, re.MULTILINE), name


def test_no_file_is_longer_than_the_house_allows() -> None:
    for file in (file for folder in ("tinyq", "tests", "benchmarks", "docs") for file in (ROOT / folder).rglob("*.py")):
        assert len(file.read_text().splitlines()) <= 250, file
