"""The packages that only ONNX models, or only PyTorch programs, need: optional extras of tinyq."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tinyq.errors import TinyqError


@dataclass(frozen=True)
class Extra:
    """What `python -m pip install 'tinyq[name]'` adds.

    Attributes:
        name: of the extra.
        models: what needs it.
        packages: those on which the converted model depends, as PyPI names them.
        hint: what else there is to say about its installation.
    """

    name: str
    models: str
    packages: tuple[str, ...]
    hint: str = ""

    @property
    def command(self) -> str:
        """What installs it."""
        return f"python -m pip install 'tinyq[{self.name}]'{self.hint}"

    def versions(self) -> dict[str, str | None]:
        """The version of each package; None of what is missing."""
        return {package: _version(package) for package in self.packages}


EXTRAS: Mapping[str, Extra] = {
    ".onnx": Extra("onnx", "an ONNX model", ("onnx2tf", "onnx", "onnxsim", "onnxruntime")),
    ".pt2": Extra(
        "pytorch",
        "a PyTorch program",
        ("litert-torch", "torch"),
        "; on Linux add --extra-index-url https://download.pytorch.org/whl/cpu, or gigabytes of CUDA come with it",
    ),
}


def extra_versions(model: Path) -> dict[str, str | None]:
    """The packages that `model` needs in addition, with their versions; none for a Keras model.

    Raises:
        TinyqError: they are not installed.
    """
    extra = EXTRAS.get(model.suffix.lower())
    versions = {} if extra is None else extra.versions()
    missing = [package for package, found in versions.items() if found is None]
    if extra is not None and missing:
        raise TinyqError(
            f"{model}: {extra.models} needs packages that are missing: {', '.join(missing)}", extra.command
        )
    return versions


def _version(package: str) -> str | None:
    try:
        return version(package)
    except PackageNotFoundError:
        return None
