"""The assembly of every implementation in tinyq/kernels equals the NumPy reference, on an emulated processor."""

import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.device_program import build
from support.examples import examples
from support.kernels import IMPLEMENTATIONS, NAMES, KernelCase, batches

from tinyq.codegen.render import render
from tinyq.codegen.write import write_if_changed
from tinyq.emulator.agreement import mismatches
from tinyq.emulator.device.machine import Machine
from tinyq.emulator.device.run import Ending
from tinyq.emulator.packing import pack, unpack
from tinyq.firmware.board import Board, load_board
from tinyq.ir.graph import Array
from tinyq.kernels import Implementation, InstructionSet

BOARDS = {"dsp": load_board("mps2_an386"), "thumb": load_board("rpi_pico")}
#: Unicorn has no Cortex-M55: test_mve_kernels_in_qemu.py runs those.
EMULATED = [index for index, (instruction_set, _) in enumerate(IMPLEMENTATIONS) if instruction_set != "mve"]
every_implementation = pytest.mark.parametrize(
    ("instruction_set", "implementation"),
    [IMPLEMENTATIONS[index] for index in EMULATED],
    ids=[NAMES[index] for index in EMULATED],
)
POISON = 0xA5
A_SECOND = 1.0


@every_implementation
@examples(3, compiled=True)
@given(data=st.data())
def test_an_implementation_equals_the_reference_on_the_device(
    instruction_set: InstructionSet, implementation: Implementation, data: st.DataObject
) -> None:
    assert_equal(data.draw(batches(instruction_set, implementation, 16)), BOARDS[instruction_set])


@pytest.mark.slow
@every_implementation
@examples(30, at_random=True, compiled=True)
@given(data=st.data())
def test_an_implementation_equals_the_reference_on_the_device_in_a_long_sweep(
    instruction_set: InstructionSet, implementation: Implementation, data: st.DataObject
) -> None:
    assert_equal(data.draw(batches(instruction_set, implementation, 24)), BOARDS[instruction_set])


def assert_equal(cases: list[KernelCase], board: Board) -> None:
    with tempfile.TemporaryDirectory() as folder:
        machine = started(Path(folder), cases, board)
        for number, case in enumerate(cases):
            assert mismatches(case.expected, answers(machine, f"model{number}", case)) == 0, "\n".join(case.text)


def started(folder: Path, cases: list[KernelCase], board: Board) -> Machine:
    """A board in front of `main`, with all the models in its flash."""
    files = {"string.h": render("platform/include/string.h.j2")}
    for number, case in enumerate(cases):
        generated, _ = case.generated(f"model{number}")
        files |= {**generated.files, **generated.runtime_files}
    write_if_changed(folder, files)
    sources = sorted(path for path in folder.iterdir() if path.suffix in (".c", ".S"))
    calls = "\n".join(
        f"(void)model{n}_input(0); (void)model{n}_invoke(); (void)model{n}_output(0);" for n in range(len(cases))
    )
    headers = "\n".join(f'#include "model{n}.h"' for n in range(len(cases)))
    program = f"{headers}\nint main(void) {{ {calls} return 0; }}"
    elf = build(folder, program, board, fpu=board.processor.hardware_float, more=sources, include=[folder])
    machine = Machine.load(elf, board)
    assert machine.run(machine.symbols.required("main").start).ending is Ending.RETURNED
    return machine


def answers(machine: Machine, identifier: str, case: KernelCase) -> tuple[Array, ...]:
    """What the model answers, sample by sample, in an arena that holds poison before each."""
    generated, _ = case.generated(identifier)
    arena = machine.symbols.address(f"{identifier}_arena")
    assert arena is not None
    rows = []
    for row in pack(case.inputs, generated.inputs):
        machine.write_memory(arena, bytes([POISON]) * generated.arena_bytes)
        start = 0
        for index, tensor in enumerate(generated.inputs):
            address = machine.call_uncounted(f"{identifier}_input", index, seconds=A_SECOND)
            machine.write_memory(address, row[start : start + tensor.bytes].tobytes())
            start += tensor.bytes
        assert machine.call_uncounted(f"{identifier}_invoke", seconds=A_SECOND) == 0
        outputs = (
            machine.read_memory(machine.call_uncounted(f"{identifier}_output", index, seconds=A_SECOND), tensor.bytes)
            for index, tensor in enumerate(generated.outputs)
        )
        rows.append(b"".join(outputs))
    return unpack(np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1), generated.outputs)
