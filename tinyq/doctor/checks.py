"""The checks of `tinyq doctor`, in the order in which they are shown."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

from tinyq.doctor.devices import check_permissions, check_ports, check_probes
from tinyq.doctor.result import Result
from tinyq.errors import TinyqError
from tinyq.firmware.core_folder import prepared_core_folder
from tinyq.frontend.extras import EXTRAS, Extra
from tinyq.tools.cache import cache_folder
from tinyq.tools.zig import first_errors, zig_command, zig_environment

PYTHONS = ((3, 11), (3, 13))
FREE_BYTES = 1_000_000_000  # the caches of zig and PlatformIO, a converted model and its build stay below
_ZIG_SECONDS = 120.0  # the first start unpacks its own library
_REINSTALL = "python -m pip install --force-reinstall tinyq"


def check_python() -> Result:
    """The interpreter's version."""
    found, (oldest, newest) = sys.version_info[:2], PYTHONS
    text = ".".join(map(str, sys.version_info[:3]))
    if oldest <= found <= newest:
        return Result("Python", "ok", f"{text} ({sys.executable})")
    accepted = f"{oldest[0]}.{oldest[1]} to {newest[0]}.{newest[1]}"
    return Result("Python", "needed", text, f"tinyq runs on Python {accepted}: make a virtual environment with one")


def check_compiler() -> Result:
    """Whether zig compiles for a Cortex-M, by compiling one line."""
    if find_spec("ziglang") is None:
        return Result("C compiler", "needed", "the package ziglang is missing", _REINSTALL)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "check.c"
        source.write_text("int check(int x) { return x + 1; }\n")
        options = ["cc", "--target=thumb-freestanding-eabi", "-mcpu=cortex_m0plus", "-c", str(source), "-o"]
        try:
            done = subprocess.run(
                [*zig_command(), *options, str(source.with_suffix(".o"))],
                env=zig_environment(),
                capture_output=True,
                text=True,
                check=False,
                timeout=_ZIG_SECONDS,
            )
        except subprocess.TimeoutExpired:
            return Result("C compiler", "needed", f"zig did not finish within {_ZIG_SECONDS:g} s", "try again")
    if done.returncode != 0:
        return Result("C compiler", "needed", f"zig fails: {first_errors(done.stderr)}", _REINSTALL)
    return Result("C compiler", "ok", f"zig {version('ziglang')} compiles for Cortex-M")


def check_platformio() -> Result:
    """Whether PlatformIO has all that it needs without its registry."""
    if find_spec("platformio") is None or find_spec("SCons") is None:
        return Result("PlatformIO", "needed", "the packages platformio and scons are missing", _REINSTALL)
    try:
        core = prepared_core_folder(cache_folder() / "platformio")
    except TinyqError as error:
        return Result("PlatformIO", "needed", error.message, error.hint)
    return Result("PlatformIO", "ok", f"{version('platformio')}, its core folder is {core}")


def check_gcc() -> Result:
    """The other compiler, for `tinyq build --toolchain gcc`."""
    program = shutil.which("arm-none-eabi-gcc")
    if program is not None:
        return Result("arm-none-eabi-gcc", "ok", program)
    return Result(
        "arm-none-eabi-gcc",
        "missing",
        "not on PATH",
        "only for --toolchain gcc: apt install gcc-arm-none-eabi libnewlib-arm-none-eabi, "
        "or brew install --cask gcc-arm-embedded",
    )


def check_tensorflow() -> Result:
    """The converter of Keras models; it is looked for, not imported, which would take seconds."""
    hint = "only for Keras models; a .tflite builds without: python -m pip install 'tensorflow>=2.21,<2.22'"
    if find_spec("tensorflow") is None:
        return Result("TensorFlow", "missing", "not installed", hint)
    try:
        return Result("TensorFlow", "ok", version("tensorflow"))
    except PackageNotFoundError:
        return Result("TensorFlow", "ok", "installed, version unknown")


def check_onnx() -> Result:
    """The converter of ONNX models."""
    return _check_extra("ONNX", EXTRAS[".onnx"])


def check_pytorch() -> Result:
    """The converter of PyTorch programs."""
    return _check_extra("PyTorch", EXTRAS[".pt2"])


def _check_extra(what: str, extra: Extra) -> Result:
    versions = extra.versions()
    if missing := [package for package, found in versions.items() if found is None]:
        return Result(
            what, "missing", f"not installed: {', '.join(missing)}", f"only for {extra.models}: {extra.command}"
        )
    return Result(what, "ok", ", ".join(f"{package} {found}" for package, found in versions.items()))


def check_space(folder: Path, what: str) -> Result:
    """Free space where `folder` is or will be."""
    existing = next(parent for parent in (folder.absolute(), *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(existing).free
    text = f"{free / 1e9:.1f} GB free in {existing}"
    if free >= FREE_BYTES:
        return Result(what, "ok", text)
    return Result(what, "needed", text, f"free some space: {FREE_BYTES / 1e9:g} GB are enough")


def check_cache() -> Result:
    """The cache folder: whether it can be written, how large it is, and the space beside it."""
    try:
        folder = cache_folder()
    except TinyqError as error:
        return Result("cache", "needed", error.message, error.hint)
    # os.walk passes over folders that vanish while it looks: another tinyq may work there.
    used = sum(_size(Path(parent) / name) for parent, _, names in os.walk(folder) for name in names)
    space = check_space(folder, "cache")
    return Result("cache", space.state, f"{used / 1e6:.0f} MB used, {space.found}", space.hint)


def _size(path: Path) -> int:
    try:
        return 0 if path.is_symlink() or not path.is_file() else path.stat().st_size
    except OSError:
        return 0  # as above


def check_build_folder() -> Result:
    """Free space where builds go by default."""
    return check_space(Path("build"), "build folder")


CHECKS: Sequence[Callable[[], Result]] = (
    check_python,
    check_compiler,
    check_platformio,
    check_tensorflow,
    check_onnx,
    check_pytorch,
    check_gcc,
    check_ports,
    check_permissions,
    check_probes,
    check_cache,
    check_build_folder,
)
