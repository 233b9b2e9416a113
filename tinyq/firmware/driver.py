"""Drivers: C templates in firmware_templates/platform/<kind>/, found by name and asked for their parameters."""

from functools import cache

from jinja2 import Environment, meta

from tinyq.resources import templates_folder

# What every driver's template is given besides its parameters.
_GIVEN = frozenset({"board"})


def driver_template(kind: str, driver: str) -> str:
    """The template of a driver, a path inside firmware_templates/; `kind` is `serial`, `clock` or `boot`."""
    return f"platform/{kind}/{driver}.c.j2"


def driver_names(kind: str) -> tuple[str, ...]:
    """The names of all drivers of a kind, sorted."""
    folder = templates_folder() / "platform" / kind
    return tuple(sorted(path.name.removesuffix(".c.j2") for path in folder.glob("*.c.j2")))


@cache
def driver_parameters(kind: str, driver: str) -> frozenset[str]:
    """The variables that a driver's template uses and does not set itself."""
    text = (templates_folder() / driver_template(kind, driver)).read_text()
    parsed = Environment(autoescape=False).parse(text)
    return frozenset(meta.find_undeclared_variables(parsed)) - _GIVEN
