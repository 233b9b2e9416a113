"""Runs PlatformIO, in a core folder of tinyq's own and without the network. No other file does."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from tinyq.errors import TinyqError
from tinyq.firmware.core_folder import prepared_core_folder
from tinyq.firmware.linker_errors import overflow_error
from tinyq.firmware.toolchain import Toolchain
from tinyq.firmware.toolchain_check import require_platform, require_toolchain
from tinyq.tools.cache import cache_folder
from tinyq.tools.lock import folder_lock
from tinyq.tools.zig import first_errors, zig_environment

# Variables of the user's own that would change what is built.
_NOT_PASSED_ON = ("PLATFORMIO_", "SCONSFLAGS", "CPATH", "C_INCLUDE_PATH", "LIBRARY_PATH", "GCC_EXEC_PREFIX")


def build_image(project: Path, toolchain: Toolchain = "zig") -> Path:
    """Build a project that `project_files` made, and return the path of its `firmware.elf`.

    What PlatformIO and the compiler say goes to `build.log` in the project. A second process that builds the same
    project waits for the first.

    Args:
        project: the folder with platformio.ini.
        toolchain: the one that the project was made for.

    Raises:
        TinyqError: the toolchain is missing, the code does not compile, or the image does not fit into the board.
    """
    core = prepared_core_folder(cache_folder() / "platformio")
    require_toolchain(toolchain, core)
    return _built(project, core)


def _built(project: Path, core: Path) -> Path:
    log = project / "build.log"
    with folder_lock(project):
        status = _run(["run", "--project-dir", str(project)], platformio_environment(core), log)
        if status != 0:
            raise _build_error(log)
        return _built_image(project, log)


def build_framework_image(project: Path, platform: str) -> Path:
    """Build a project that `framework_files` made, and return the path of its `firmware.elf`.

    Args:
        project: the folder with platformio.ini.
        platform: the official platform that it needs.

    Raises:
        TinyqError: the platform can't be fetched, the code does not compile, or the image does not fit.
    """
    core = prepared_core_folder(cache_folder() / "platformio")
    require_platform(platform, core, project)
    return _built(project, core)


def upload(project: Path, port: str | None) -> None:
    """Upload a project that was made for an official platform, by that platform's own uploader.

    Args:
        project: the folder with platformio.ini.
        port: the device; None lets PlatformIO find it.

    Raises:
        TinyqError: the platform can't be fetched, or its uploader fails.
    """
    core = prepared_core_folder(cache_folder() / "platformio")
    log = project / "upload.log"
    command = ["run", "--target", "upload", "--project-dir", str(project)]
    with folder_lock(project):
        status = _run([*command, *(["--upload-port", port] if port else [])], platformio_environment(core), log)
    if status != 0:
        raise TinyqError(
            f"PlatformIO could not upload the firmware:\n{first_errors(log.read_text(errors='replace'))}",
            f"the whole output is in {log}; an official platform needs the internet once, and the board plugged in",
        )


def platformio_environment(core: Path) -> dict[str, str]:
    """The environment that PlatformIO runs in.

    Args:
        core: PlatformIO's core folder.
    """
    kept = {name: value for name, value in zig_environment().items() if not name.startswith(_NOT_PASSED_ON)}
    return kept | {
        "PLATFORMIO_CORE_DIR": str(core),
        "PLATFORMIO_SETTING_ENABLE_TELEMETRY": "no",
        # Else it asks the network every seven days, and waits a minute for an answer.
        "PLATFORMIO_DISABLE_UPGRADE_CHECK": "true",
        "PLATFORMIO_NO_ANSI": "true",
        "PYTHONHASHSEED": "0",
    }


def _run(arguments: list[str], environment: dict[str, str], log: Path) -> int:
    """Run PlatformIO into a log; whatever interrupts the wait also ends all that it started."""
    command = [sys.executable, "-m", "platformio", *arguments]
    with (
        log.open("wb") as output,
        subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output, start_new_session=True
        ) as process,
    ):
        try:
            return process.wait()
        finally:
            if process.returncode is None:
                _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a process and, where the system knows process groups, all that it started."""
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


def _built_image(project: Path, log: Path) -> Path:
    images = sorted((project / ".pio" / "build").glob("*/firmware.elf"))
    if len(images) != 1:
        raise TinyqError(
            f"{project}: PlatformIO built {len(images)} images instead of one",
            f"remove {project / '.pio'} and build again; PlatformIO's output is in {log}",
        )
    return images[0]


def _build_error(log: Path) -> TinyqError:
    output = log.read_text(errors="replace")
    return overflow_error(output) or TinyqError(
        f"the firmware could not be built:\n{first_errors(output)}", f"the whole output is in {log}"
    )
