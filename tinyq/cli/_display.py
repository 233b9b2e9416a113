"""What a running command shows: a line for each thing done, and a bar for what takes long."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn


class TerminalDisplay:
    """Shows the stages of a command on the terminal; use it in a `with` statement.

    Off a terminal (a log file, a pipe) only the finished lines are written.
    """

    def __init__(self, console: Console) -> None:
        self._console = console
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            TimeElapsedColumn(),
            console=console,
            transient=True,
            disable=not console.is_terminal,
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def stage(self, text: str) -> None:
        """Show `text` with a moving bar, in place of the stage before."""
        self._end_stage()
        self._task = self._progress.add_task(text, total=None)

    def progress(self, what: str, done: int, total: int) -> None:
        """Show how far the stage is."""
        if self._task is None:
            self.stage(what)
        assert self._task is not None
        self._progress.update(self._task, description=what, completed=done, total=total)

    def done(self, text: str) -> None:
        """Write a line about what is finished."""
        self._end_stage()
        self._console.print(f"[green]✓[/green] {text}", highlight=False, soft_wrap=True)

    def warn(self, text: str) -> None:
        """Write a line that the user should read."""
        self._console.print(f"[yellow]! warning:[/yellow] {text}", highlight=False, soft_wrap=True)

    def _end_stage(self) -> None:
        if self._task is not None:
            self._progress.remove_task(self._task)
            self._task = None
