"""PlatformIO's core folder, made without its registry: the one package it insists on is SCons, which pip brings."""

import json
import tempfile
from pathlib import Path

from tinyq.errors import TinyqError
from tinyq.tools.lock import folder_lock

_PACKAGE = "tool-scons"

# What PlatformIO runs; SCons itself comes from the same Python environment.
_SCONS_SCRIPT = """from SCons.Script import main

main()
"""


def prepared_core_folder(core: Path) -> Path:
    """Make PlatformIO's core folder complete, and return it.

    Safe when two processes do it at once: the second one waits, and finds it done.
    """
    version = _scons_package_version()
    package = core / "packages" / _PACKAGE
    if _installed_version(package) == version:
        return core
    package.parent.mkdir(parents=True, exist_ok=True)
    with folder_lock(core):
        if _installed_version(package) != version:
            _install(package, version)
    return core


def _install(package: Path, version: str) -> None:
    """Put the package in its place in one step, and what stood there before out of the way."""
    with tempfile.TemporaryDirectory(dir=package.parent.parent, prefix=_PACKAGE) as beside:
        _write_package(Path(beside) / "new", version)
        if package.exists():
            package.rename(Path(beside) / "old")
        (Path(beside) / "new").rename(package)


def _scons_package_version() -> str:
    """The oldest version that this PlatformIO accepts, such as 4.41101.0 for `~4.41101.0`."""
    from platformio.dependencies import get_core_dependencies

    requirement: str = get_core_dependencies()[_PACKAGE]
    version = requirement.removeprefix("~")
    if not version.replace(".", "").isdigit():
        raise TinyqError(
            f"PlatformIO asks for {_PACKAGE} {requirement!r}, of which tinyq does not know what it means",
            "run `python -m pip install 'platformio==6.2.0'`",
        )
    return version


def _installed_version(package: Path) -> str | None:
    try:
        found: str = json.loads((package / ".piopm").read_text())["version"]
    except (OSError, ValueError, KeyError):
        return None
    return found


def _write_package(folder: Path, version: str) -> None:
    spec = {"owner": "platformio", "id": None, "name": _PACKAGE, "requirements": None, "uri": None}
    folder.mkdir()
    (folder / "package.json").write_text(json.dumps({"name": _PACKAGE, "version": version}))
    (folder / "scons.py").write_text(_SCONS_SCRIPT)
    # Without the owner PlatformIO takes it for somebody else's package and asks its registry.
    (folder / ".piopm").write_text(json.dumps({"type": "tool", "name": _PACKAGE, "version": version, "spec": spec}))
