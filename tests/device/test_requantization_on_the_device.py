"""The macro `to_int8` in assembly and that in C compute the form of requantization that they are written for."""

from pathlib import Path

import numpy as np
import pytest
from jinja2 import Environment, FileSystemLoader
from support.device_program import build
from support.requantized import computed, sums

from tinyq.emulator.device.machine import Machine
from tinyq.firmware.board import load_board
from tinyq.ir.graph import Array
from tinyq.kernels.dsp.requantization import Requantization, rounding, truncating
from tinyq.kernels.dsp.truncation import Reachable, first_at_least
from tinyq.ops.output_stage import OutputStage
from tinyq.resources import templates_folder

LARGEST = 2**18
A_SECOND = 1.0
ASSEMBLY = """
{% from 'routines/_assembly.j2' import open, close %}
{% from 'routines/_requantize.j2' import to_int8 with context %}
    .syntax unified
    .thumb
{{ open('by_assembly') }}
    push    {r4-r8, lr}
    ldm     r1, {r4-r6}
1:  ldr     r7, [r0]
{{ to_int8('r7', 'r4', 'r5', 'r8', 'r6') }}
    str     r7, [r0], #4
    subs    r2, r2, #1
    bne     1b
    pop     {r4-r8, pc}
{{ close('by_assembly') }}
"""
C = """
{% from 'routines/_requantize.j2' import to_int8_in_c with context %}
#include "tinyq_runtime.h"
int32_t numbers[1024], constants[3];
void by_assembly(int32_t *sums, const int32_t *k, int32_t count);
__attribute__((used)) void by_c(int32_t *sums, const int32_t *k, int32_t count)
{
    for (int32_t i = 0; i < count; ++i) {
        sums[i] = {{ to_int8_in_c('sums[i]', 'k[0]', 'k[1]', 'k[2]') }};
    }
}
int main(void) { by_assembly(numbers, constants, 1); by_c(numbers, constants, 1); return 0; }
"""
SHIFTS = {
    "one shift": [-7, -7],
    "shifts by register": [-6, -9],
    "no shift": [0, 0],
    "some without a shift": [0, -5],
    "some to the left": [3, -5],
}
CLAMPS = {"int8": (-128, 127), "inside int8": (-100, 90)}


@pytest.mark.parametrize("clamp", CLAMPS)
@pytest.mark.parametrize("shifts", SHIFTS)
def test_the_rounding_form_in_assembly_and_c(tmp_path: Path, shifts: str, clamp: str) -> None:
    multipliers = np.array([1518500249, 2**31 - 1], np.int32)
    stage = OutputStage(multipliers, np.array(SHIFTS[shifts], np.int8), 5, *CLAMPS[clamp])
    form = rounding(stage, reachable(), np.zeros(2, np.int64))
    assert form is not None
    assert_equal(tmp_path, form, stage)


def test_the_truncating_form_in_assembly_and_c(tmp_path: Path) -> None:
    stage = OutputStage(np.array([1518500249, 2**30], np.int32), np.array([-8, -7], np.int8), -128, -128, 127)
    form = truncating(stage, reachable(), np.zeros(2, np.int64), (256,), (10,))
    assert form is not None
    assert_equal(tmp_path, form, stage)


def reachable() -> Reachable:
    return Reachable(np.full(2, -LARGEST), np.full(2, LARGEST))


def assert_equal(folder: Path, form: Requantization, stage: OutputStage) -> None:
    machine = started(folder, form)
    rises = first_at_least(stage, reachable())
    near = np.arange(-50, 50)[:, None] * np.ones(2, np.int64)
    numbers = np.clip(np.concatenate([rises, rises - 1, near]), -LARGEST, LARGEST)
    total = sums(form, np.zeros(2, np.int64), numbers)
    assert (computed(form, total) == stage.apply(numbers)).all()
    for channel in range(2):
        constants = [form.multipliers[channel], form.offsets[channel], form.shifts[channel]]
        for function in ("by_assembly", "by_c"):
            found = answers(machine, function, total[:, channel].astype("<i4"), np.array(constants, "<i4"))
            assert (found == stage.apply(numbers)[:, channel]).all()


def started(folder: Path, form: Requantization) -> Machine:
    environment = Environment(loader=FileSystemLoader(templates_folder()), trim_blocks=True, lstrip_blocks=True)
    assembly, program = (environment.from_string(text).render(dict(form.parameters)) for text in (ASSEMBLY, C))
    (folder / "macro.S").write_text(assembly)
    (folder / "string.h").write_text(environment.get_template("platform/include/string.h.j2").render())
    board = load_board("mps2_an386")
    elf = build(folder, program, board, more=[folder / "macro.S"], include=[folder, templates_folder() / "runtime"])
    machine = Machine.load(elf, board)
    machine.run(machine.symbols.required("main").start)
    return machine


def answers(machine: Machine, function: str, total: Array, constants: Array) -> Array:
    numbers, of_channel = machine.symbols.address("numbers"), machine.symbols.address("constants")
    assert numbers is not None
    assert of_channel is not None
    machine.write_memory(numbers, total.tobytes())
    machine.write_memory(of_channel, constants.tobytes())
    machine.call_uncounted(function, numbers, of_channel, len(total), seconds=A_SECOND)
    return np.frombuffer(machine.read_memory(numbers, total.nbytes), "<i4")
