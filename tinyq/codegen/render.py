"""Renders the Jinja templates of firmware_templates/."""

from functools import cache
from importlib.metadata import version
from pathlib import Path

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined

from tinyq.codegen.names import comment_text
from tinyq.resources import templates_folder
from tinyq.tools.cache import cache_folder


def _compiled_folder() -> Path:
    """Where compiled templates are kept: compiling them takes longer than all the rest of code generation.

    They are found by their text; whoever changes the options of the environment changes the folder's name.
    """
    folder = cache_folder() / "templates" / f"jinja2-{version('jinja2')}-options1"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(templates_folder()),
        undefined=StrictUndefined,  # a template that asks for what is not there is a bug, not an empty string
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
        bytecode_cache=FileSystemBytecodeCache(str(_compiled_folder())),
    )
    environment.filters["comment"] = comment_text
    return environment


def render(template: str, **values: object) -> str:
    """The text of `template`, a path inside firmware_templates/, with `values` filled in."""
    return _environment().get_template(template).render(values)


def has_template(template: str) -> bool:
    """Whether firmware_templates/ holds `template`."""
    return (templates_folder() / template).is_file()
