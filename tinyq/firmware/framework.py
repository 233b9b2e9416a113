"""The PlatformIO project of a model for a framework of an official platform, as a value: `{path: text}`.

The frameworks and their platforms come from PlatformIO's registry, so such a project needs the internet once.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from tinyq.codegen.generated import GeneratedModel, SelfTest
from tinyq.codegen.render import render
from tinyq.errors import TinyqError
from tinyq.firmware.board import Board, board_names, load_board
from tinyq.firmware.board_parts import Framework
from tinyq.firmware.project import APPLICATION, library, platform_library, template_values


@dataclass(frozen=True)
class _Kind:
    """What a framework's project holds besides the model.

    Attributes:
        sources: templates in firmware_templates/framework/<name>/.
        has_application: whether tinyq's own application and drivers run on it.
    """

    sources: tuple[str, ...]
    has_application: bool


_KINDS: Mapping[str, _Kind] = {
    "arduino": _Kind(("main.cpp",), has_application=False),  # prints by the framework's own USB serial port
    "stm32cube": _Kind(("before_main.c",), has_application=True),  # prints to the ST-LINK, which has the USB
}

FRAMEWORKS = tuple(_KINDS)


def required_framework(board: Board, framework: str) -> Framework:
    """What PlatformIO calls a board where `framework` builds for it.

    Raises:
        TinyqError: the board has no such framework.
    """
    found = board.frameworks.get(framework)
    if found is None:
        boards = ", ".join(name for name in board_names() if framework in load_board(name).frameworks)
        accepted = ", ".join(board.frameworks) or "none"
        raise TinyqError(
            f"{board.name} can't be built with the framework {framework}; accepted: {accepted}",
            f"leave --framework out, or choose a board that has it: {boards}",
        )
    return found


def framework_files(model: GeneratedModel, board: Board, framework: str, self_test: SelfTest | None) -> dict[str, str]:
    """Everything that `pio run` needs, but for what it fetches; paths are relative to the project's folder.

    Raises:
        TinyqError: the board has no such framework.
    """
    called, kind = required_framework(board, framework), _KINDS[framework]
    values = template_values(model, board, self_test)
    files = {
        "platformio.ini": render("framework/platformio.ini.j2", **values, framework=framework, called=called),
        **{f"src/{name}": render(f"framework/{framework}/{name}.j2", **values) for name in kind.sources},
        **library(model.identifier, model.files, model.flags),
        **library("tinyq_runtime", model.runtime_files),
    }
    if kind.has_application:
        files |= {f"src/{name}": render(f"app/{name}.j2", **values) for name in APPLICATION}
        files |= library("tinyq_platform", platform_library(board))
    return files
