"""The compilers that build firmware, and every flag they are given."""

from dataclasses import dataclass
from typing import Literal, get_args

from tinyq.firmware.cpu import Cpu

Toolchain = Literal["zig", "gcc", "platformio"]

TOOLCHAINS: tuple[Toolchain, ...] = get_args(Toolchain)

_C_FLAGS = ("-std=c99",)

_FLAGS = (
    # zig knows three levels: -O2 and -O3 are one to it (same image), and its -Os drops the symbols with no way back.
    "-O2",
    # zig adds debug information by itself, with the path of the folder it lies in.
    "-g0",
    "-ffreestanding",
    "-ffunction-sections",
    "-fdata-sections",
    # The same float results from every compiler and on the host: a*b + c is two roundings.
    "-ffp-contract=off",
    "-fno-unwind-tables",
    "-fno-asynchronous-unwind-tables",
    "-Wall",
    "-Wextra",
    "-Wconversion",
    "-Wshadow",
    "-Wundef",
    "-Werror",
)

_LINK_FLAGS = ("-Wl,--gc-sections", "-Wl,--entry=Reset_Handler")

# The package of PlatformIO's registry that holds GCC 12.3.
GCC_PACKAGE = "toolchain-gccarmnoneeabi"
GCC_PACKAGE_VERSION = "~1.120301.0"


@dataclass(frozen=True)
class BuildFlags:
    """How one toolchain compiles for one processor.

    Attributes:
        compiler: the command; "zig" stands for the compiler in the Python package ziglang.
        c_flags: for C sources only.
        flags: for every source and for the link.
        link_flags: for the link only.
        include_folders: folders of the development platform that hold headers which the compiler lacks.
    """

    compiler: str
    c_flags: tuple[str, ...]
    flags: tuple[str, ...]
    link_flags: tuple[str, ...]
    include_folders: tuple[str, ...]

    @property
    def all(self) -> tuple[str, ...]:
        """Every flag, as a report shows them."""
        return (*self.c_flags, *self.flags, *self.link_flags)


def build_flags(toolchain: Toolchain, cpu: Cpu) -> BuildFlags:
    """The command and flags by which `toolchain` builds for `cpu`."""
    if toolchain == "zig":
        # Unoptimized code gets traps for undefined behaviour otherwise, and 300 KB of code to report them.
        target = (f"--target={cpu.zig_target}", f"-mcpu={cpu.zig_cpu}", "-fno-sanitize=undefined")
        return BuildFlags("zig", _C_FLAGS, (*target, *_FLAGS), _LINK_FLAGS, ("include",))
    link = (*_LINK_FLAGS, "-nostartfiles", "--specs=nano.specs")
    return BuildFlags("arm-none-eabi-gcc", _C_FLAGS, (*cpu.gcc_flags, *_FLAGS), link, ())
