"""The image runs from reset on an emulated nRF52840."""

import re
from pathlib import Path

from support.tiny_model import tiny_model, tiny_self_test

from tinyq.codegen.generated import SelfTest
from tinyq.codegen.write import write_if_changed
from tinyq.emulator.device.machine import Machine
from tinyq.emulator.device.run import Ending
from tinyq.firmware.board import load_board
from tinyq.firmware.image import binary
from tinyq.firmware.platformio import build_image
from tinyq.firmware.project import project_files

NANO33 = load_board("nano33")
VTOR, CPACR = 0xED08, 0xED88  # offsets in the system control space


def booted(elf: Path) -> Machine:
    """The machine after reset, self-test and all, when it sleeps."""
    machine = Machine.load(elf, NANO33)
    assert machine.run().ending is Ending.ASLEEP
    return machine


def said(elf: Path) -> str:
    """What the image sent, without the figure that depends on the compiler."""
    return re.sub(r"cycles: \d+", "cycles: #", booted(elf).sent.decode())


def said_with(self_test: SelfTest | None, folder: Path) -> str:
    write_if_changed(folder, project_files(tiny_model(), NANO33, "zig", self_test))
    return said(build_image(folder))


def test_boots_from_reset_and_reports_the_self_test(tiny_elf: Path) -> None:
    assert said(tiny_elf) == "model: tiny\noutput 0: 0e 0c 11 16 10 15 13 12\ncycles: #\nself-test: passed\n"


def test_the_cycle_counter_shows_what_the_cycle_model_says(tiny_elf: Path) -> None:
    machine = booted(tiny_elf)
    shown = re.search(r"cycles: (\d+)", machine.sent.decode())
    assert shown is not None
    machine.counter.begin()
    machine.call("tiny_invoke")
    assert 0 <= int(shown[1]) - machine.cycles() < 40  # the call, and the block that reads the counter


def test_reset_sets_the_vector_table_and_switches_the_fpu_on(tiny_elf: Path) -> None:
    machine = booted(tiny_elf)
    assert machine.system.vector_table == NANO33.flash.origin
    assert machine.system.values[CPACR] == 0xF << 20


def test_the_stack_lies_at_the_bottom_of_the_ram(tiny_elf: Path) -> None:
    stack = booted(tiny_elf).core.read("sp")
    assert NANO33.ram.origin < stack <= NANO33.ram.origin + NANO33.stack_bytes


def test_a_binary_boots_as_the_elf_does(tiny_elf: Path, tmp_path: Path) -> None:
    (tmp_path / "firmware.bin").write_bytes(binary(tiny_elf, NANO33))
    machine = Machine.load(tmp_path / "firmware.bin", NANO33)
    machine.run()
    assert machine.sent == booted(tiny_elf).sent


def test_a_wrong_answer_is_reported_with_its_first_byte(tmp_path: Path) -> None:
    right = tiny_self_test()
    text = said_with(SelfTest(right.inputs, (bytes([14, 12, 99, 22, 16, 21, 19, 0]),)), tmp_path)
    assert "output 0 byte 2: expected 63, answered 11\n" in text
    assert text.endswith("self-test: failed\n")


def test_without_a_sample_the_model_runs_on_zeros(tmp_path: Path) -> None:
    text = said_with(None, tmp_path)
    assert text == "model: tiny\noutput 0: 03 03 03 03 03 03 03 03\ncycles: #\nself-test: none\n"
