"""Where the stages of a command tell what they do."""

from typing import Protocol


class Display(Protocol):
    """A terminal, or whatever else shows what happens."""

    def stage(self, text: str) -> None:
        """The command turns to something new."""

    def progress(self, what: str, done: int, total: int) -> None:
        """It has come so far with it."""

    def done(self, text: str) -> None:
        """It has finished something."""

    def warn(self, text: str) -> None:
        """The user should know."""
