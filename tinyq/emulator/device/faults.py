"""What a run says that ended in a fault or did not end."""

from __future__ import annotations

from collections import Counter

from tinyq.emulator.device.core import Core, CoreError
from tinyq.emulator.device.instructions import decode, memory_address
from tinyq.emulator.device.symbols import Symbols
from tinyq.errors import TinyqError

_REGISTERS = (*(f"r{number}" for number in range(13)), "sp", "lr", "pc", "xpsr")
_IN_A_ROW = 4
_NAMED = 3


def fault(core: Core, symbols: Symbols, cause: str, around: str = "") -> TinyqError:
    """A fault at the program counter: its cause, its function and all registers.

    Args:
        core: as it stopped.
        symbols: names for addresses.
        cause: what went wrong.
        around: more to say about the run, a line.
    """
    pc = core.read("pc")
    lines = [
        f"{cause} at {pc:#010x} in {symbols.place(pc)}{_instruction(core, pc)}",
        *_dump(core),
        *_callers(core, symbols),
    ]
    if around:
        lines.append(around)
    return TinyqError("the firmware faults: " + "\n".join(lines), "the same image faults on the board")


def endless(core: Core, symbols: Symbols, why: str, executed: Counter[int], around: str = "") -> TinyqError:
    """A run that does not end: where it spends its time.

    Args:
        core: as it stopped.
        symbols: names for addresses.
        why: how that was found out.
        executed: how often the instruction at each address ran.
        around: more to say about the run, a line.
    """
    busiest: Counter[str] = Counter()
    for address, times in executed.items():
        function = symbols.at(address)
        busiest[function.name if function else f"{address:#010x}"] += times
    total = max(1, sum(busiest.values()))
    places = ", ".join(f"{name} {100 * times // total} %" for name, times in busiest.most_common(_NAMED))
    lines = [f"{why}, in {symbols.place(core.read('pc'))}", f"  most instructions were in: {places}", *_dump(core)]
    if around:
        lines.append(around)
    return TinyqError("the firmware hangs: " + "\n".join(lines), "the same image hangs on the board")


def _instruction(core: Core, pc: int) -> str:
    """The instruction, and the memory address that it is about."""
    try:
        code = core.read_memory(pc, 4)
    except CoreError:
        return ""
    instruction = decode(code, pc)[0]
    if instruction.text == "?":
        return f": {code[1::-1].hex()}"
    address = memory_address(code, pc, core.read)
    return f": {instruction.text}" + ("" if address is None else f" (address {address:#010x})")


def _dump(core: Core) -> list[str]:
    texts = [f"{register:>4} {core.read(register):08x}" for register in _REGISTERS]
    return ["  " + " ".join(texts[start : start + _IN_A_ROW]) for start in range(0, len(texts), _IN_A_ROW)]


def _callers(core: Core, symbols: Symbols) -> list[str]:
    caller = symbols.at(core.read("lr") & ~1)
    return [f"  called from {symbols.place(core.read('lr') & ~1)}"] if caller is not None else []
