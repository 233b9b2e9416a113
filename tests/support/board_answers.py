"""Models in the flash of an emulated board, without tinyq's application: each is called as a function."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from support.device_program import build
from support.kernels import KernelCase
from tinyq.codegen.render import render
from tinyq.codegen.write import write_if_changed
from tinyq.emulator.agreement import mismatches
from tinyq.emulator.device.lifetimes import lifetimes_of
from tinyq.emulator.device.machine import Machine
from tinyq.emulator.device.run import Ending
from tinyq.emulator.packing import pack, unpack
from tinyq.firmware.board import Board
from tinyq.ir.graph import Array

A_SECOND = 1.0


def assert_exact_on(board: Board, cases: Sequence[KernelCase]) -> None:
    """Hold what the emulated board answers against the NumPy reference."""
    with tempfile.TemporaryDirectory() as folder:
        machine = _started(Path(folder), cases, board)
        for number, case in enumerate(cases):
            assert mismatches(case.expected, _answers(machine, f"model{number}", case)) == 0, "\n".join(case.text)


def _started(folder: Path, cases: Sequence[KernelCase], board: Board) -> Machine:
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


def _answers(machine: Machine, identifier: str, case: KernelCase) -> tuple[Array, ...]:
    """What the model answers, sample by sample, in an arena where everything dead is overwritten."""
    generated, layers = case.generated(identifier)
    lifetimes = lifetimes_of(generated, layers)
    rows = []
    for row in pack(case.inputs, generated.inputs):
        lifetimes.begin(machine)
        start = 0
        for index, tensor in enumerate(generated.inputs):
            address = machine.call_uncounted(f"{identifier}_input", index, seconds=A_SECOND)
            machine.write_memory(address, row[start : start + tensor.bytes].tobytes())
            start += tensor.bytes
        assert lifetimes.invoke(machine, f"{identifier}_invoke", A_SECOND) == 0
        outputs = (
            machine.read_memory(machine.call_uncounted(f"{identifier}_output", index, seconds=A_SECOND), tensor.bytes)
            for index, tensor in enumerate(generated.outputs)
        )
        rows.append(b"".join(outputs))
    return unpack(np.frombuffer(b"".join(rows), np.uint8).reshape(len(rows), -1), generated.outputs)
