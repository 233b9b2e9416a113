"""The image runs from reset on an emulated nRF52840."""

from pathlib import Path

from support.emulated_board import Run, run_from_reset
from support.tiny_model import tiny_model, tiny_self_test

from tinyq.codegen.generated import SelfTest
from tinyq.codegen.write import write_if_changed
from tinyq.firmware.board import load_board
from tinyq.firmware.image import binary
from tinyq.firmware.platformio import build_image
from tinyq.firmware.project import project_files

NANO33 = load_board("nano33")


def run_with(self_test: SelfTest | None, folder: Path) -> Run:
    write_if_changed(folder, project_files(tiny_model(), NANO33, "zig", self_test))
    return run_from_reset(binary(build_image(folder), NANO33), NANO33)


def test_boots_from_reset_and_reports_the_self_test(tiny_elf: Path) -> None:
    run = run_from_reset(binary(tiny_elf, NANO33), NANO33)
    assert run.text == "model: tiny\noutput 0: 0e 0c 11 16 10 15 13 12\ncycles: 0\nself-test: passed\n"


def test_reset_sets_the_vector_table_and_switches_the_fpu_on(tiny_elf: Path) -> None:
    run = run_from_reset(binary(tiny_elf, NANO33), NANO33)
    assert run.vector_table == NANO33.flash.origin
    assert run.coprocessors == 0xF << 20


def test_the_stack_lies_at_the_bottom_of_the_ram(tiny_elf: Path) -> None:
    run = run_from_reset(binary(tiny_elf, NANO33), NANO33)
    assert NANO33.ram.origin < run.stack_pointer <= NANO33.ram.origin + NANO33.stack_bytes


def test_a_wrong_answer_is_reported_with_its_first_byte(tmp_path: Path) -> None:
    right = tiny_self_test()
    run = run_with(SelfTest(right.inputs, (bytes([14, 12, 99, 22, 16, 21, 19, 0]),)), tmp_path)
    assert "output 0 byte 2: expected 63, answered 11\n" in run.text
    assert run.text.endswith("self-test: failed\n")


def test_without_a_sample_the_model_runs_on_zeros(tmp_path: Path) -> None:
    run = run_with(None, tmp_path)
    assert run.text == "model: tiny\noutput 0: 03 03 03 03 03 03 03 03\ncycles: 0\nself-test: none\n"
