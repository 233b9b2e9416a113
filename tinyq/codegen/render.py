"""Renders the Jinja templates of firmware_templates/."""

from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tinyq.codegen.names import comment_text
from tinyq.resources import templates_folder


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates_folder()),
        undefined=StrictUndefined,  # a template that asks for what is not there is a bug, not an empty string
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters["comment"] = comment_text
    return environment


def render(template: str, **values: object) -> str:
    """The text of `template`, a path inside firmware_templates/, with `values` filled in."""
    return _environment().get_template(template).render(values)


def has_template(template: str) -> bool:
    """Whether firmware_templates/ holds `template`."""
    return (templates_folder() / template).is_file()
