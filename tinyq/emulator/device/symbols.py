"""Names for addresses: the functions of a linked image."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tinyq.errors import TinyqError

_LONGEST_GAP = 0x1000  # further behind the last known instruction of a function, its name says nothing


@dataclass(frozen=True, order=True)
class Function:
    """A function of the image.

    Attributes:
        start: address of its first instruction.
        size: bytes; 0 where the assembler left it out.
        name: its symbol.
    """

    start: int
    size: int
    name: str

    @property
    def addresses(self) -> range:
        """Where an instruction of it can start."""
        return range(self.start, self.start + self.size, 2)


@dataclass(frozen=True)
class Symbols:
    """The functions of an image, sorted by address, and the addresses of its other symbols."""

    functions: tuple[Function, ...] = ()
    objects: tuple[tuple[str, int], ...] = ()

    @cached_property
    def _starts(self) -> list[int]:
        return [function.start for function in self.functions]

    @cached_property
    def _by_name(self) -> dict[str, Function]:
        return {function.name: function for function in self.functions}

    def function(self, name: str) -> Function | None:
        """The function called `name`, or the compiler's variant of it, such as `name.constprop.0`; None without one."""
        variants = (function for function in self.functions if function.name.startswith(f"{name}."))
        return self._by_name.get(name) or next(variants, None)

    def address(self, name: str) -> int | None:
        """The address of a variable or linker symbol; None where the image has none of that name."""
        return dict(self.objects).get(name)

    def required(self, name: str) -> Function:
        """The function called `name`.

        Raises:
            TinyqError: the image has none.
        """
        found = self.function(name)
        if found is None:
            raise TinyqError(f"the image has no function {name}", "build the firmware again, for this model")
        return found

    def at(self, address: int) -> Function | None:
        """The function that an address lies in; None outside of all of them."""
        index = bisect_right(self._starts, address) - 1
        if index < 0:
            return None
        function = self.functions[index]
        return function if address - function.start < (function.size or _LONGEST_GAP) else None

    def place(self, address: int) -> str:
        """An address for people, such as `main+0x1c`, or `0x20000000` outside of all functions."""
        function = self.at(address)
        if function is None:
            return f"{address:#010x}"
        offset = address - function.start
        return f"{function.name}+{offset:#x}" if offset else function.name


def read_symbols(elf: Path) -> Symbols:
    """The symbols of an ELF file.

    Raises:
        TinyqError: the file is not an ELF file.
    """
    from elftools.common.exceptions import ELFError
    from elftools.elf.elffile import ELFFile
    from elftools.elf.sections import SymbolTableSection

    try:
        with elf.open("rb") as stream:
            table = ELFFile(stream).get_section_by_name(".symtab")
            symbols = table.iter_symbols() if isinstance(table, SymbolTableSection) else ()
            entries = [_entry(symbol) for symbol in symbols]
    except ELFError as error:
        raise TinyqError(f"{elf}: not an ELF file: {error}", "build the firmware again") from error
    functions = (Function(value & ~1, size, name) for kind, value, size, name in entries if kind == "STT_FUNC")
    others = ((name, value) for kind, value, _, name in entries if kind != "STT_FUNC" and name)
    return Symbols(_sorted(functions), tuple(others))


def _entry(symbol: object) -> tuple[str, int, int, str]:
    from elftools.elf.sections import Symbol

    assert isinstance(symbol, Symbol)
    return symbol["st_info"]["type"], symbol["st_value"], symbol["st_size"], symbol.name


def _sorted(functions: Iterable[Function]) -> tuple[Function, ...]:
    """By address; of several names of one function the shortest comes last, where `at` finds it."""
    return tuple(sorted(functions, key=lambda function: (function.start, -len(function.name), function.name)))
