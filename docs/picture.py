"""Draws docs/build.svg: a real build of examples/digits as a terminal shows it."""

import io
import tempfile
from pathlib import Path

from rich.console import Console

from tinyq.cli._display import TerminalDisplay
from tinyq.cli._tables import print_build
from tinyq.frontend.project_file import read_project_file
from tinyq.pipeline.build import BuildRequest, build

COMMAND = "tinyq build --board nano33 --project examples/digits"
ROOT = Path(__file__).parent.parent


def main() -> None:
    """Build, and save what was printed."""
    project = read_project_file(ROOT / "examples" / "digits")
    # No terminal: else the moving bars would be recorded as well.
    console = Console(record=True, width=84, force_terminal=False, color_system="truecolor", file=io.StringIO())
    console.print(f"[bold]$ {COMMAND}[/bold]", highlight=False)
    with tempfile.TemporaryDirectory() as folder, TerminalDisplay(console) as display:
        out = Path(folder)
        built = build(BuildRequest(project.model, "digits", "nano33", project.data, project.test, out), display)
    print_build(console, built)
    (ROOT / "docs" / "build.svg").write_text(console.export_svg(title="tinyq", unique_id="tinyq"))


if __name__ == "__main__":
    main()
