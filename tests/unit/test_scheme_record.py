"""What benchmarks/schemes.json promises of the schemes: how near to float32 they stay, on models that were measured.

`python -m benchmarks.schemes --record` measures again.
"""

import shutil
from typing import get_args

import pytest
from click.testing import CliRunner
from support.mlperf import mlperf_folder

from benchmarks.scheme_inputs import SUBJECTS
from benchmarks.scheme_summary import TYPES, summary
from benchmarks.schemes import DOCUMENT, IN_README, README, compared, drawn, main, read_record, tried
from tinyq.ir.scheme import Scheme
from tinyq.pipeline.schemes import Tried, require_no_mismatch

#: How many points of accuracy a scheme may lose.
MOST_LOST = {
    ("digits", "int8"): 1.0,
    ("kws", "int8"): 1.0,
    ("ic", "int8"): 1.0,
    ("digits", "int16x8"): 0.5,
    ("kws", "int16x8"): 0.5,
    ("ic", "int16x8"): 0.5,
}


def recorded(model: str) -> dict[str, Tried]:
    return {each["scheme"]: tried(each) for each in read_record()[model]["schemes"]}


def points(found: Tried) -> float:
    assert found.figures is not None
    assert found.figures.score is not None
    assert found.metric == "accuracy"
    return 100 * found.figures.score


def test_every_model_is_recorded_on_all_of_its_samples() -> None:
    samples = {name: {each.samples for each in recorded(name).values() if each.figures} for name in read_record()}
    assert samples == {"digits": {450}, "kws": {1000}, "ic": {500}, "vww": {200}, "qat_digits": {450}}


@pytest.mark.parametrize("model", [subject.name for subject in SUBJECTS])
def test_no_scheme_has_a_mismatch(model: str) -> None:
    require_no_mismatch(tuple(recorded(model).values()))


@pytest.mark.parametrize(("model", "scheme"), MOST_LOST)
def test_a_scheme_is_about_as_good_as_float32(model: str, scheme: str) -> None:
    found = recorded(model)
    assert points(found["float32"]) - points(found[scheme]) <= MOST_LOST[model, scheme] + 1e-9


def test_weights_of_4_bits_are_about_as_good_as_the_training_in_float32() -> None:
    assert 100 * read_record()["qat_digits"]["trained_in_float"] - points(recorded("qat_digits")["int8"]) <= 1.0


@pytest.mark.parametrize(("model", "weights"), [("digits", 3), ("kws", 3), ("ic", 3), ("vww", 12), ("qat_digits", 1.5)])
def test_int8_takes_less_of_everything_than_float32(model: str, weights: float) -> None:
    float32, int8 = (recorded(model)[name].figures for name in ("float32", "int8"))
    assert float32 is not None
    assert int8 is not None
    assert float32.cost.weight_bytes > weights * int8.cost.weight_bytes
    assert float32.cost.flash_bytes > int8.cost.flash_bytes
    assert float32.cost.arena_bytes > int8.cost.arena_bytes
    assert (float32.cost.cycles or 0) > 2 * (int8.cost.cycles or 0) > 0


def test_the_documents_are_drawn_from_the_record() -> None:
    assert DOCUMENT.read_text() == drawn(read_record()), "run: python -m benchmarks.schemes --record"
    shown = read_record()[IN_README]
    for text in (summary(shown["schemes"]), compared(shown)):
        assert text in README.read_text(), "run: python -m benchmarks.schemes --record"


def test_readme_says_the_types_of_every_scheme() -> None:
    assert set(TYPES) == set(get_args(Scheme))


@pytest.mark.slow
def test_measuring_again_finds_what_is_recorded(tmp_path_factory: pytest.TempPathFactory) -> None:
    before = read_record()
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("record")
        patch.setattr("benchmarks.schemes.FILE", folder / "schemes.json")
        patch.setattr("benchmarks.schemes.DOCUMENT", folder / "schemes.md")
        patch.setattr("benchmarks.schemes.README", shutil.copy(README, folder))
        done = CliRunner().invoke(main, ["--models", str(mlperf_folder()), "--record"])
        assert done.exit_code == 0, done.output
        assert read_record() == before
