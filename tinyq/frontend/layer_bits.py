"""The bits that a user chose for each layer: a JSON file such as `tinyq tune` writes, or a table in tinyq.toml."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

from tinyq.errors import TinyqError
from tinyq.ir.bits import Bits

_EXAMPLE = '{"layer name": 16}, in which a layer has 4, 8 or 16 bits'


def read_layer_bits(path: Path) -> Mapping[str, Bits]:
    """The bits by layer name in the JSON file `path`.

    Raises:
        TinyqError: there is no such file, it is no JSON object, or holds other numbers.
    """
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise TinyqError(
            f"{path}: {(error.strerror or str(error)).lower()}", f"`tinyq tune` writes such a file: {_EXAMPLE}"
        ) from error
    except ValueError as error:  # no JSON, or no text
        raise TinyqError(f"{path}: not a JSON file: {error}", f"write such as {_EXAMPLE}") from error
    return checked_layer_bits(values, str(path))


def checked_layer_bits(values: object, where: str) -> Mapping[str, Bits]:
    """`values`, if they are bits by layer name; `where` names their file in error messages.

    Raises:
        TinyqError: they are something else.
    """
    if not isinstance(values, dict):
        raise TinyqError(
            f"{where}: found {_shortened(values)}; accepted: the bits of layers", f"write such as {_EXAMPLE}"
        )
    return {str(layer): _checked(layer, bits, where) for layer, bits in values.items()}


def _checked(layer: str, value: object, where: str) -> Bits:
    accepted: tuple[Bits, ...] = get_args(Bits)
    for bits in accepted:
        if type(value) is int and value == bits:  # in Python, true is 1
            return bits
    raise TinyqError(
        f"{where}: found {_shortened(value)} for layer {layer}; accepted: 4, 8 or 16 bits",
        "leave a layer out for 8 bits",
    )


def _shortened(value: object) -> str:
    text = json.dumps(value, default=str)
    return text if len(text) <= 40 else f"{text[:40]}..."
