"""Whether the chosen toolchain is there, asked before a build that would fail for lack of it."""

import shutil
import urllib.error
import urllib.request
from pathlib import Path

from tinyq.errors import TinyqError
from tinyq.firmware.toolchain import GCC_PACKAGE, Toolchain

_PATIENCE_SECONDS = 5.0
_DEFAULT_HINT = "leave --toolchain out: the default, zig, comes with tinyq"


def require_toolchain(toolchain: Toolchain, core: Path) -> None:
    """Check that a build with `toolchain` can find its compiler.

    Args:
        toolchain: the one to look for.
        core: PlatformIO's core folder.

    Raises:
        TinyqError: it is not installed, and can't be fetched.
    """
    if toolchain == "gcc" and shutil.which("arm-none-eabi-gcc") is None:
        raise TinyqError(
            "arm-none-eabi-gcc is not on PATH",
            "install it (Debian, Ubuntu: `apt install gcc-arm-none-eabi libnewlib-arm-none-eabi`; "
            f"macOS: `brew install --cask gcc-arm-embedded`), or {_DEFAULT_HINT}",
        )
    if toolchain == "platformio" and not (core / "packages" / GCC_PACKAGE).is_dir() and not _registry_answers():
        raise TinyqError(
            f"PlatformIO's registry, which holds its compiler {GCC_PACKAGE}, did not answer "
            f"within {_PATIENCE_SECONDS:g} s",
            f"check the network and its proxy (HTTPS_PROXY), or {_DEFAULT_HINT}",
        )


def require_platform(platform: str, core: Path, project: Path) -> None:
    """Check that a build for an official platform can find it.

    Args:
        platform: its name, such as `nordicnrf52`.
        core: PlatformIO's core folder.
        project: the project that is to be built, for the message.

    Raises:
        TinyqError: it is not installed, and can't be fetched.
    """
    if (core / "platforms" / platform).is_dir() or _registry_answers():
        return
    raise TinyqError(
        f"PlatformIO's registry, which holds the platform {platform}, did not answer within {_PATIENCE_SECONDS:g} s",
        f"the project is written: run `pio run` in {project} where the registry can be reached, check the network and "
        "its proxy (HTTPS_PROXY), or leave --framework out, which needs no registry",
    )


def _registry_answers() -> bool:
    from platformio import __registry_mirror_hosts__ as hosts

    try:
        with urllib.request.urlopen(f"https://api.{hosts[0]}/", timeout=_PATIENCE_SECONDS):
            return True
    except urllib.error.HTTPError:
        return True  # an answer, if not a friendly one
    except OSError:
        return False
