"""The keys of a board's TOML file: reading and checking them."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from tinyq.errors import TinyqError
from tinyq.firmware.driver import driver_names, driver_parameters
from tinyq.firmware.flash import method_keys, method_names

_TYPE_NAMES = {str: "a text", int: "an integer", bool: "true or false", list: "a list", dict: "a section"}


def read_toml(path: Path) -> Mapping[str, Any]:
    """The content of a TOML file.

    Raises:
        TinyqError: it is none.
    """
    try:
        return tomllib.loads(path.read_text())
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise TinyqError(
            f"{path}: not a TOML file: {error}", "boards/nano33.toml is a board file to compare it with"
        ) from error


def driver_section(path: Path, section: str, table: Mapping[str, Any], own: Mapping[str, type]) -> Mapping[str, int]:
    """The parameters of the driver that a section names; the driver's template decides which there are."""
    driver, known = table.get("driver"), driver_names(section)
    if driver not in known:
        found = "is missing" if driver is None else f"= {driver!r} is unknown"
        raise TinyqError(f"{path}: {section}.driver {found}", f"accepted: {', '.join(known)}")
    parameters = driver_parameters(section, driver) - own.keys()
    check_keys(path, section, table, {**own, **dict.fromkeys(sorted(parameters), int)})
    return {name: table[name] for name in sorted(parameters)}


def check_flash_method(path: Path, method: str, parameters: object) -> None:
    """Check one [flash_methods.<method>]; the method's file decides which keys there are."""
    known = method_names()
    if method not in known or not isinstance(parameters, dict):
        raise TinyqError(
            f"{path}: flash_methods.{method} is not a section about a way of flashing",
            f"accepted: {', '.join(f'[flash_methods.{name}]' for name in known)}",
        )
    keys = method_keys(method)
    check_keys(path, f"flash_methods.{method}", parameters, keys.required, keys.optional)


def check_keys(
    path: Path,
    section: str,
    table: Mapping[str, Any],
    required: Mapping[str, type],
    optional: Mapping[str, type] = MappingProxyType({}),
) -> None:
    """Check the keys of one section of a board's file, `""` for its top.

    Raises:
        TinyqError: a key is unknown, missing or of the wrong type.
    """
    accepted = {**required, **optional}
    prefix = f"{section}." if section else ""
    hint = f"keys of {f'[{section}]' if section else 'a board'}: {', '.join(accepted)}"
    for key in table:
        if key not in accepted:
            raise TinyqError(f"{path}: unknown key {prefix}{key}", hint)
    for key, kind in accepted.items():
        if key not in table and key in required:
            raise TinyqError(f"{path}: key {prefix}{key} is missing", hint)
        if key in table and type(table[key]) is not kind:  # isinstance would take true for an integer
            raise TinyqError(f"{path}: {prefix}{key} = {table[key]!r} is not {_TYPE_NAMES[kind]}", hint)


def check_positive(path: Path, section: str, table: Mapping[str, Any]) -> None:
    """Check that every number of one section of a board's file is more than 0.

    Raises:
        TinyqError: one is not.
    """
    for key, value in table.items():
        if isinstance(value, int) and value <= 0:
            raise TinyqError(f"{path}: {section}.{key} = {value}; accepted: more than 0", "or leave the section out")
