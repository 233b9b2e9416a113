"""Machine code of short assembly texts: zig assembles all of a test file's at once."""

import subprocess
from collections.abc import Mapping
from pathlib import Path

from elftools.elf.elffile import ELFFile

from tinyq.firmware.cpu import CPUS
from tinyq.tools.zig import zig_command, zig_environment


def assemble(texts: Mapping[str, str], folder: Path, cpu: str = "cortex-m4") -> dict[str, bytes]:
    """The bytes of each text, by name; instructions are separated by `;`."""
    source, result = folder / "code.s", folder / "code.o"
    parts = [
        f'.section .{name}, "ax", %progbits\n.thumb\n' + "\n".join(line.strip() for line in text.split(";"))
        for name, text in texts.items()
    ]
    source.write_text(".syntax unified\n" + "\n".join(parts) + "\n")
    target = [f"--target={CPUS[cpu].zig_target}", f"-mcpu={CPUS[cpu].zig_cpu}"]
    command = [*zig_command(), "cc", *target, "-c", str(source), "-o", str(result)]
    subprocess.run(command, env=zig_environment(), check=True)
    with result.open("rb") as stream:
        parsed = ELFFile(stream)
        sections = {section.name: section.data() for section in parsed.iter_sections()}
    return {name: sections[f".{name}"] for name in texts}
