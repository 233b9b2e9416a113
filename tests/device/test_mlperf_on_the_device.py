"""The MLPerf Tiny keyword model in its firmware for the nano33, as TensorFlow Lite Micro answers."""

from pathlib import Path

import numpy as np
import pytest
from support import mlperf

from tinyq.emulator.agreement import mismatches
from tinyq.emulator.device.engine import DeviceEngine
from tinyq.emulator.device.picture import profile_svg
from tinyq.emulator.device.profile import Profile
from tinyq.emulator.oracle import run_oracle
from tinyq.firmware.board import load_board
from tinyq.pipeline.device import device_image, device_profile

NANO33 = load_board("nano33")


@pytest.fixture(scope="module")
def kws_elf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path_factory.mktemp("nothing built here"))
        return device_image(mlperf.compiled("kws"), NANO33, None, None)


@pytest.fixture(scope="module")
def kws_profile(kws_elf: Path) -> Profile:
    return device_profile(mlperf.compiled("kws"), NANO33, kws_elf, mlperf.inputs("kws")[0].tobytes())


def test_twenty_official_inputs_get_the_answers_of_tflite_micro(kws_elf: Path) -> None:
    compiled, inputs = mlperf.compiled("kws"), mlperf.inputs("kws")[:20]
    engine = DeviceEngine(kws_elf, NANO33, compiled.generated, workers=2)
    told: list[int] = []
    found = engine.run([inputs], told.append)
    assert mismatches(run_oracle(compiled.tflite, 1, [inputs]), found) == 0
    assert told == sorted(told)
    assert told[-1] == 20


def test_a_few_samples_run_without_other_processes(kws_elf: Path) -> None:
    compiled, inputs = mlperf.compiled("kws"), mlperf.inputs("kws")[:3]
    (found,) = DeviceEngine(kws_elf, NANO33, compiled.generated, layers=compiled.layers).run([inputs])
    assert mismatches(run_oracle(compiled.tflite, 1, [inputs]), [found]) == 0


@pytest.mark.slow
def test_all_official_inputs_have_the_published_accuracy(kws_elf: Path) -> None:
    (outputs,) = DeviceEngine(kws_elf, NANO33, mlperf.compiled("kws").generated).run([mlperf.inputs("kws")])
    predicted = outputs.reshape(len(outputs), -1).argmax(axis=1)
    assert float(np.mean(predicted == mlperf.labels("kws"))) == pytest.approx(0.901)


def test_the_layers_add_up_to_the_whole(kws_profile: Profile) -> None:
    layers = kws_profile.layers
    assert [layer.name for layer in layers] == [layer.name for layer in mlperf.compiled("kws").layers]
    assert all(layer.instructions > 0 for layer in layers)
    assert sum(layer.instructions for layer in layers) == pytest.approx(kws_profile.instructions, rel=0.01)
    assert sum(layer.cycles for layer in layers) == pytest.approx(kws_profile.cycles, rel=0.01)
    assert kws_profile.instructions < kws_profile.cycles < 2 * kws_profile.instructions
    assert kws_profile.macs == 2_656_768


def test_two_profiles_are_equal(kws_elf: Path, kws_profile: Profile) -> None:
    again = device_profile(mlperf.compiled("kws"), NANO33, kws_elf, mlperf.inputs("kws")[0].tobytes())
    assert again == kws_profile


def test_the_picture_has_a_bar_for_each_layer(kws_profile: Profile) -> None:
    picture = profile_svg(kws_profile)
    assert picture.count("<rect x=") == len(kws_profile.layers)
    assert f"{kws_profile.cycles:,} cycles" in picture
