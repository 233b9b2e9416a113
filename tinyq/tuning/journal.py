"""What was measured, kept from run to run: a line of JSON for each assignment, written when it is measured."""

import json
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from tinyq.errors import TinyqError
from tinyq.mixing.layers import Layer
from tinyq.tuning.point import Assignment, Measured


@dataclass(frozen=True)
class Journal:
    """The measurements of one search.

    Attributes:
        file: named after all that a measurement depends on besides the assignment.
        layers: whose bits are chosen.
    """

    file: Path
    layers: tuple[Layer, ...]

    def read(self, warn: Callable[[str], None]) -> dict[Assignment, Measured]:
        """What the file holds; lines that can't be read are left out, and `warn` is told.

        Raises:
            TinyqError: the file is there, and can't be read.
        """
        try:
            lines = self.file.read_bytes().splitlines() if self.file.is_file() else []
        except OSError as error:
            raise _unusable(self.file, error) from error
        found = {}
        for number, line in enumerate(lines, 1):
            if not line:
                continue
            try:
                bits, measured = self._entry(json.loads(line))
            except (ValueError, TypeError, KeyError):
                warn(f"{self.file}: line {number} is damaged; what it held is measured again")
            else:
                found[bits] = measured
        return found

    def add(self, bits: Assignment, measured: Measured) -> None:
        """Append one measurement: the line is written at once, and is whole or is not read.

        Raises:
            TinyqError: the file can't be written.
        """
        line = json.dumps({"bits": bits, **asdict(measured)})
        try:
            self.file.parent.mkdir(parents=True, exist_ok=True)
            handle = os.open(self.file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
            try:
                # The line starts with a line's end: what an earlier run left half-written must not spoil it.
                os.write(handle, f"\n{line}\n".encode())
            finally:
                os.close(handle)
        except OSError as error:
            raise _unusable(self.file, error) from error

    def _entry(self, values: object) -> tuple[Assignment, Measured]:
        """What a line holds; raises ValueError, TypeError or KeyError where it holds something else."""
        if not isinstance(values, dict):
            raise TypeError
        bits = values.pop("bits")
        if not isinstance(bits, list) or values.keys() != {field.name for field in fields(Measured)}:
            raise ValueError
        numbers = {name: _number(value) for name, value in values.items()}
        whole = {name: int(numbers[name]) for name in ("cycles", "flash_bytes", "ram_bytes")}
        return _assignment(bits, self.layers), Measured(**{**numbers, **whole})  # type: ignore[arg-type]


def _number(value: object) -> float:
    if not isinstance(value, int | float):
        raise TypeError
    return value


def _assignment(bits: Sequence[object], layers: Sequence[Layer]) -> Assignment:
    chosen = [
        next((able for able in layer.possible if able == one), None) for one, layer in zip(bits, layers, strict=True)
    ]
    if None in chosen:
        raise ValueError
    return tuple(one for one in chosen if one is not None)


def _unusable(file: Path, error: OSError) -> TinyqError:
    return TinyqError(
        f"{file}: the journal of measurements can't be used: {error.strerror or error}",
        "set the environment variable TINYQ_CACHE to a folder that you can write to",
    )
