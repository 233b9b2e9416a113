"""The emulated board overwrites what the memory plan takes for dead, and what reads it answers something else."""

from dataclasses import replace

import numpy as np
import pytest
from support.graphs import convnet

from tinyq.codegen.write import write_if_changed
from tinyq.emulator.device.engine import interface_of
from tinyq.emulator.device.lifetimes import POISON, Lifetimes, lifetimes_of
from tinyq.emulator.device.model import DeviceModel
from tinyq.firmware.board import load_board
from tinyq.firmware.platformio import build_image
from tinyq.firmware.project import project_files
from tinyq.ir.graph import Array
from tinyq.kernels import Target
from tinyq.pipeline import CompiledModel, compile_tflite

NANO33 = load_board("nano33")


@pytest.fixture(scope="module")
def compiled() -> CompiledModel:
    return compile_tflite(convnet(), "net", "net.tflite", Target("dsp"))


@pytest.fixture(scope="module")
def device(compiled: CompiledModel, tmp_path_factory: pytest.TempPathFactory) -> DeviceModel:
    project = tmp_path_factory.mktemp("net")
    write_if_changed(project, project_files(compiled.generated, NANO33, "zig", None))
    return DeviceModel(build_image(project), NANO33, interface_of(compiled.generated))


@pytest.fixture(scope="module")
def rows(compiled: CompiledModel) -> Array:
    numbers: Array = np.random.default_rng(5).integers(0, 256, (3, compiled.generated.inputs[0].bytes), np.uint8)
    return numbers


def arena_of(device: DeviceModel, compiled: CompiledModel) -> Array:
    address = device.machine.symbols.address("net_arena")
    assert address is not None
    return np.frombuffer(device.machine.read_memory(address, compiled.generated.arena_bytes), np.uint8)


def test_the_answers_are_those_of_a_run_at_full_speed(
    compiled: CompiledModel, device: DeviceModel, rows: Array
) -> None:
    lifetimes = lifetimes_of(compiled.generated, compiled.layers)
    for steps in (1, len(rows)):  # the first sample, and all of them
        np.testing.assert_array_equal(device.run(rows, steps, lifetimes), device.run(rows))


def test_after_the_last_layer_all_is_poison_but_what_lives(
    compiled: CompiledModel, device: DeviceModel, rows: Array
) -> None:
    device.run(rows[:1], lifetimes=lifetimes_of(compiled.generated, compiled.layers))
    arena, dead = arena_of(device, compiled), compiled.layers[-1].dead
    assert dead
    assert all((arena[start:end] == POISON).all() for start, end in dead)


def test_a_plan_that_takes_a_layer_s_output_for_dead_is_found_out(
    compiled: CompiledModel, device: DeviceModel, rows: Array
) -> None:
    lifetimes = lifetimes_of(compiled.generated, compiled.layers)
    first = compiled.layers[0]
    wrong = ((first.symbol, ((first.offset, first.offset + first.bytes),)), *lifetimes.after[1:])
    assert (device.run(rows[:1], lifetimes=replace(lifetimes, after=wrong)) != device.run(rows[:1])).any()


def test_states_live_from_sample_to_sample(compiled: CompiledModel) -> None:
    stateful = replace(compiled.generated, states=((16, 8), (4, 4)), arena_bytes=40)
    assert lifetimes_of(stateful, ()) == Lifetimes("net_arena", ((0, 4), (8, 16), (24, 40)), ())
