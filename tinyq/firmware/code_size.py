"""How many bytes of flash functions take, compiled by the compiler in the package ziglang as for an image."""

import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tinyq.codegen.render import render
from tinyq.codegen.write import write_if_changed
from tinyq.errors import TinyqError
from tinyq.firmware.cpu import CPUS
from tinyq.firmware.toolchain import build_flags
from tinyq.kernels import InstructionSet
from tinyq.tools.zig import first_errors, zig_command, zig_environment


def function_sizes(files: Mapping[str, str], instruction_set: InstructionSet) -> dict[str, int]:
    """Bytes of each function that is left when `files`, C and assembly, are compiled to be small.

    Args:
        files: texts by file name; the headers among them.
        instruction_set: the first processor in `CPUS` that has it is compiled for.

    Raises:
        TinyqError: the compiler refused the code.
    """
    cpu = next(each for each in CPUS.values() if each.instruction_set == instruction_set)
    flags = [*build_flags("zig", cpu).flags, "-Os", "-std=c99", "-I.", "-c"]
    sources = sorted(name for name in files if name.endswith((".c", ".S")))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_if_changed(folder, {**files, "string.h": render("platform/include/string.h.j2")})
        command = [*zig_command(), "cc", *flags, *sources]
        done = subprocess.run(command, cwd=folder, env=zig_environment(), capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise TinyqError(
                f"the C compiler refused the code for {cpu.zig_cpu}:\n{first_errors(done.stderr)}",
                "this is a fault of tinyq: please report it with the model",
            )
        objects = map(functions_in, sorted(folder.glob("*.o")))
        return {name: size for sizes in objects for name, size in sizes.items()}


def functions_in(elf: Path) -> dict[str, int]:
    """Bytes of each function in an object file or image."""
    from elftools.elf.elffile import ELFFile
    from elftools.elf.sections import SymbolTableSection

    with elf.open("rb") as stream:
        tables = [each for each in ELFFile(stream).iter_sections() if isinstance(each, SymbolTableSection)]
        symbols = (symbol for table in tables for symbol in table.iter_symbols())
        return {each.name: each["st_size"] for each in symbols if each["st_info"]["type"] == "STT_FUNC"}
