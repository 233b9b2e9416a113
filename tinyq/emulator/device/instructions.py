"""What a cycle model must know of an instruction. No other file imports capstone."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from capstone import Cs, CsInsn


class Kind(Enum):
    """Instructions that processors treat alike."""

    ALU = auto()
    MULTIPLY = auto()
    DIVIDE = auto()
    LOAD = auto()
    STORE = auto()
    LOAD_PAIR = auto()
    STORE_PAIR = auto()
    LOAD_MULTIPLE = auto()
    STORE_MULTIPLE = auto()
    BRANCH = auto()
    STATUS = auto()  # MRS, MSR
    BARRIER = auto()
    IT = auto()
    NOP = auto()
    FLOAT = auto()
    FLOAT_MULTIPLY_ADD = auto()
    FLOAT_DIVIDE = auto()
    FLOAT_MOVE_PAIR = auto()  # two registers between the processor and the FPU
    FLOAT_LOAD = auto()
    FLOAT_STORE = auto()


class Jump(Enum):
    """Where the next instruction may come from."""

    NONE = auto()
    DIRECT = auto()
    INDIRECT = auto()
    TABLE = auto()


@dataclass(frozen=True)
class Instruction:
    """One instruction.

    Attributes:
        kind: how it is executed.
        size: bytes, 2 or 4.
        jump: whether and how it can change the program counter.
        conditional: whether the jump may not be taken.
        call: whether it leaves a return address.
        registers: of a load or store of several: how many.
        register_offset: whether the address is a sum of two registers.
        address: registers that its memory address is made of.
        reads: all registers that it reads.
        writes: registers that it writes.
        text: for people.
    """

    kind: Kind
    size: int
    jump: Jump = Jump.NONE
    conditional: bool = False
    call: bool = False
    registers: int = 1
    register_offset: bool = False
    address: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    writes: frozenset[str] = frozenset()
    text: str = ""

    @property
    def always_jumps(self) -> bool:
        """Whether the next instruction never follows it in memory."""
        return self.jump is not Jump.NONE and not self.conditional

    @property
    def is_float(self) -> bool:
        """Whether the FPU executes it."""
        return self.text.startswith("v")


_CONDITION = "(?:eq|ne|cs|hs|cc|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)?"
# The first pattern that fits the whole mnemonic (without width and condition) names the kind.
_KINDS: tuple[tuple[str, Kind], ...] = (
    (r"v(div|sqrt)", Kind.FLOAT_DIVIDE),
    (r"vn?ml[as]|vfn?m[as]", Kind.FLOAT_MULTIPLY_ADD),
    (r"vldr", Kind.FLOAT_LOAD),
    (r"vstr", Kind.FLOAT_STORE),
    (r"vldm\w*|vpop", Kind.LOAD_MULTIPLE),
    (r"vstm\w*|vpush", Kind.STORE_MULTIPLE),
    (r"v\w+", Kind.FLOAT),
    (r"ldrd", Kind.LOAD_PAIR),
    (r"strd", Kind.STORE_PAIR),
    (r"ldm\w*|pop", Kind.LOAD_MULTIPLE),
    (r"stm\w*|push", Kind.STORE_MULTIPLE),
    (r"ldr\w*|pld\w*", Kind.LOAD),
    (r"str\w*", Kind.STORE),
    (r"[su]div", Kind.DIVIDE),
    (r"mul|ml[as]|[su]mull|[su]mlal\w*|umaal|sml\w+|smm\w+|smu\w+", Kind.MULTIPLY),
    (r"b|bl|bx|blx|cbn?z|tb[bh]", Kind.BRANCH),
    (r"mrs|msr", Kind.STATUS),
    (r"isb|dsb|dmb", Kind.BARRIER),
    (r"it[te]*", Kind.IT),
    (r"nop|yield|sev|wfi|wfe|cps\w*", Kind.NOP),
)


@cache
def _decoder() -> Cs:
    capstone = import_module("capstone")
    decoder = capstone.Cs(capstone.CS_ARCH_ARM, capstone.CS_MODE_THUMB | capstone.CS_MODE_MCLASS)
    decoder.detail = True
    return decoder


def decode(code: bytes, address: int) -> tuple[Instruction, ...]:
    """The instructions in `code`; what is not one counts as an ALU instruction of two bytes."""
    result: list[Instruction] = []
    done = 0
    in_it_block = 0
    while done < len(code):
        found = next(iter(_decoder().disasm(code[done:], address + done, 1)), None)
        if found is None:
            result.append(Instruction(Kind.ALU, 2, text="?"))
            done += 2
            continue
        instruction = _instruction(found, inside_it=in_it_block > 0)
        in_it_block = len(found.mnemonic) - 1 if instruction.kind is Kind.IT else in_it_block - 1
        result.append(instruction)
        done += found.size
    return tuple(result)


@cache
def _kind(mnemonic: str) -> Kind:
    plain = mnemonic.partition(".")[0]
    for pattern, kind in _KINDS:
        if re.fullmatch(f"(?:{pattern})" + ("" if kind is Kind.IT else "s?" + _CONDITION), plain):
            return kind
    return Kind.ALU


def _instruction(found: CsInsn, *, inside_it: bool) -> Instruction:
    kind = _kind(found.mnemonic)
    read_numbers, written_numbers = found.regs_access()
    reads = frozenset(map(found.reg_name, read_numbers))
    writes = frozenset(map(found.reg_name, written_numbers))
    capstone = import_module("capstone")
    memory = [operand.mem for operand in found.operands if operand.type == capstone.CS_OP_MEM]
    address = frozenset(found.reg_name(number) for mem in memory for number in (mem.base, mem.index) if number)
    mnemonic = found.mnemonic.partition(".")[0]
    if kind is Kind.FLOAT and _moves_a_pair(found):
        kind = Kind.FLOAT_MOVE_PAIR
    jump = _jump(mnemonic, kind, writes)
    return Instruction(
        kind=kind,
        size=found.size,
        jump=jump,
        conditional=jump is not Jump.NONE and (inside_it or _is_conditional(mnemonic)),
        call=mnemonic in {"bl", "blx"},
        registers=_transferred(found, kind),
        register_offset=any(mem.index for mem in memory),
        address=address,
        reads=reads,
        writes=writes,
        text=f"{found.mnemonic} {found.op_str}".strip(),
    )


def _jump(mnemonic: str, kind: Kind, writes: frozenset[str]) -> Jump:
    if mnemonic.startswith("tb") and kind is Kind.BRANCH:
        return Jump.TABLE
    if kind is Kind.BRANCH:
        return Jump.INDIRECT if re.fullmatch("blx?x" + _CONDITION + "|bx" + _CONDITION, mnemonic) else Jump.DIRECT
    return Jump.INDIRECT if "pc" in writes and kind not in {Kind.STORE, Kind.STORE_PAIR} else Jump.NONE


def _is_conditional(mnemonic: str) -> bool:
    return bool(re.fullmatch("cbn?z|b" + _CONDITION.removesuffix("?"), mnemonic))


def _transferred(found: CsInsn, kind: Kind) -> int:
    """Words of a load or store of several: a double-precision register is two."""
    if kind not in {Kind.LOAD_MULTIPLE, Kind.STORE_MULTIPLE}:
        return 1
    listed = re.search(r"\{(.*)\}", found.op_str)
    names = listed.group(1).split(",") if listed else []
    return sum(2 if name.strip().startswith("d") else 1 for name in names)


def _moves_a_pair(found: CsInsn) -> bool:
    return bool(found.mnemonic.startswith("vmov") and len(found.operands) >= 3)


def memory_address(code: bytes, pc: int, register: Callable[[str], int]) -> int | None:
    """The address that the first instruction of `code` reads or writes; None where it does neither.

    Args:
        code: the instruction.
        pc: where it stands.
        register: gives the value of a register by its name.
    """
    capstone = import_module("capstone")
    found = next(iter(_decoder().disasm(code, pc, 1)), None)
    if found is None:
        return None
    for operand in found.operands:
        if operand.type == capstone.CS_OP_MEM:
            mem = operand.mem
            base = (pc & ~3) + 4 if found.reg_name(mem.base) == "pc" else register(found.reg_name(mem.base))
            index = register(found.reg_name(mem.index)) << operand.shift.value if mem.index else 0
            return (base + index + (0 if found.post_index else mem.disp)) & 0xFFFF_FFFF
    if found.mnemonic.startswith("push"):
        return (register("sp") - 4 * _transferred(found, Kind.STORE_MULTIPLE)) & 0xFFFF_FFFF
    return None
