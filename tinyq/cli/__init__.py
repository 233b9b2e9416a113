"""The command line: a file here is a command of its name; nothing lists them.

Nothing heavy is imported before a command needs it, so that `tinyq --help` answers at once.
"""

import difflib
from importlib import import_module
from pkgutil import iter_modules

import click

from tinyq import __version__
from tinyq.errors import TinyqError


class _Commands(click.Group):
    """Finds commands by their file, and turns a TinyqError into its text and exit status 1."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(module.name for module in iter_modules(__path__) if not module.name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        found: click.Command = import_module(f"{__name__}.{cmd_name}").command
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0] if args else ""
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            close = difflib.get_close_matches(name, self.list_commands(ctx), 1)
            question = f" Did you mean {close[0]}?" if close else ""
            ctx.fail(f"No such command {name!r}.{question} Commands: {', '.join(self.list_commands(ctx))}.")
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> object:
        try:
            result: object = super().invoke(ctx)
        except TinyqError as error:
            click.echo(f"error: {error}", err=True)
            ctx.exit(1)
        return result


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tinyq")
def main() -> None:
    """From a trained Keras model to proven firmware for a Cortex-M microcontroller.

    Start with: tinyq build model.keras --board nano33 --data samples.npz
    """
