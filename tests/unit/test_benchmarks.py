"""The benchmark command compares what it measured with what it recorded, and shows both."""

from dataclasses import replace

from benchmarks.__main__ import other_boards
from benchmarks.measure import REFERENCE, Measured
from benchmarks.picture import cycles_svg
from benchmarks.published import MODELS, PUBLISHED, published_for
from benchmarks.record import read_record, regressions
from benchmarks.table import markdown

KWS = Measured("kws", "balanced", 1000, 1_500_000, 512, 4096, {"conv": 900, "dense": 100})


def test_a_measurement_like_the_recorded_one_is_no_regression() -> None:
    assert regressions(KWS, KWS) == []
    assert regressions(KWS, replace(KWS, instructions=999, layers={"conv": 850, "dense": 149})) == []


def test_one_instruction_more_is_a_regression_of_the_layer_that_runs_it() -> None:
    assert regressions(KWS, replace(KWS, instructions=1001, layers={"conv": 901, "dense": 100})) == [
        "kws, balanced: instructions 1,001, recorded 1,000",
        "kws, balanced: layer conv runs 901 instructions, recorded 900",
    ]


def test_a_larger_arena_or_image_is_a_regression() -> None:
    assert regressions(KWS, replace(KWS, ram=516)) == ["kws, balanced: ram 516, recorded 512"]
    assert regressions(KWS, replace(KWS, flash=4100)) == ["kws, balanced: flash 4,100, recorded 4,096"]


def test_the_table_shows_ours_first_and_every_published_figure() -> None:
    table = markdown([KWS])
    lines = table.splitlines()
    assert lines[2] == "| million cycles | **tinyq** | **1.50** |  |  |  |"
    assert all(str(figure) in table for each in published_for(REFERENCE) for figure in each.cycles)
    assert len({len(line.split("|")) for line in lines}) == 1


def test_the_picture_has_a_bar_for_each_emulated_figure_and_each_of_ours() -> None:
    picture = cycles_svg([KWS])
    assert picture.count("<rect x=") == 1 + len(MODELS) * sum(
        "measured" not in each.name for each in published_for(REFERENCE)
    )
    assert ">1.50<" in picture


def test_figures_for_one_core_are_not_shown_beside_those_of_another() -> None:
    table = markdown([replace(KWS, board="rpi_pico")])
    beside = published_for("rpi_pico")
    assert beside
    assert {each.core for each in beside} == {"cortex-m0plus"}
    assert all((f"| {each.cycles[0]} |" in table) == (each in beside) for each in PUBLISHED)


def test_the_table_of_other_boards_names_each_with_its_core() -> None:
    text = other_boards([KWS, replace(KWS, board="rpi_pico"), replace(KWS, board="nucleo_h743zi")])
    headings = [line for line in text.splitlines() if line.startswith("## ")]
    assert [heading.split(":")[0] for heading in headings] == ["## cortex-m7", "## cortex-m0plus"]


def test_every_recorded_image_for_size_is_smaller_than_the_balanced_one() -> None:
    recorded = read_record()
    small = [each for each in recorded.values() if each.optimize == "size"]
    assert {each.model for each in small if each.board == REFERENCE} == set(MODELS)
    assert all(each.flash < recorded[replace(each, optimize="balanced").key].flash for each in small)
