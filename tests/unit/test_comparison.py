"""What is said of a scheme beside float32, and where the energy comes from."""

from dataclasses import replace
from typing import get_args

import pytest

from benchmarks.schemes import tried
from tinyq.cli._comparison import comparison_lines
from tinyq.cli._scheme_table import markdown
from tinyq.errors import TinyqError
from tinyq.firmware.board import load_board
from tinyq.ir.graph import Scheme
from tinyq.pipeline.comparison import Comparison, NotCompared, figures, reason_lines
from tinyq.pipeline.cost import Cost
from tinyq.pipeline.schemes import Tried, read_schemes, require_no_mismatch

L4R5, F446 = load_board("nucleo_l4r5zi"), load_board("nucleo_f446re")
LARGE, SMALL = Cost(100_000, 80_000, 40_000, 36_000, 12_000_000), Cost(40_000, 20_000, 50_000, 46_000, 2_000_000)
CURRENT = "its published current (STM32L4R5ZI features: 100 µA/MHz run mode; at 3.3 V)"


def comparison(**changes: object) -> Comparison:
    before, after = figures("float32", LARGE, 0.913, L4R5), figures("int8", SMALL, 0.914, L4R5)
    return replace(Comparison(L4R5, "accuracy", before, after), **changes)  # type: ignore[arg-type]


def test_all_that_changes_stands_in_a_line() -> None:
    said, note = comparison_lines(comparison())
    assert said == (
        "float32 → int8: flash 100,000 → 40,000 (2.5x smaller), constants 80,000 → 20,000 (4.0x smaller), "
        "RAM 40,000 → 50,000 (1.2x larger), cycles 12,000,000 → 2,000,000 (6.0x fewer), energy 3.96 mJ → 660 µJ, "
        "accuracy 91.3 % → 91.4 %"
    )
    assert note == f"energy: an estimate for the processor alone, from {CURRENT}"


def test_without_labels_cycles_or_current_a_line_has_what_there_is() -> None:
    cost = replace(LARGE, cycles=None)
    before, after = figures("float32", cost, None, F446), figures("int16x8", cost, None, F446)
    said, note = comparison_lines(Comparison(F446, None, before, after))
    assert said == (
        "float32 → int16x8: flash 100,000 → 100,000 (1.0x smaller), constants 80,000 → 80,000 (1.0x smaller), "
        "RAM 40,000 → 40,000 (1.0x smaller)"
    )
    assert note == "energy: none: boards/nucleo_f446re.toml has no published current of ST NUCLEO-F446RE's processor"


def test_json_has_both_sides_and_where_the_energy_comes_from() -> None:
    assert comparison().as_dict() == {
        "metric": "accuracy",
        "energy": f"an estimate for the processor alone, from {CURRENT}",
        "before": {
            "scheme": "float32",
            "flash_bytes": 100_000,
            "weight_bytes": 80_000,
            "ram_bytes": 40_000,
            "arena_bytes": 36_000,
            "cycles": 12_000_000,
            "energy_joules": pytest.approx(3.96e-3),
            "score": 0.913,
        },
        "after": comparison().after.as_dict(),
    }


def test_the_reason_stands_where_nothing_was_compared() -> None:
    skipped = NotCompared("a .tflite has no float32 form")
    assert comparison_lines(skipped) == ("not compared with float32: a .tflite has no float32 form",)
    assert skipped.as_dict() == {"skipped": "a .tflite has no float32 form"}


def test_a_reason_does_not_say_in_which_folder_the_model_lies() -> None:
    error = TinyqError("/home/me/net.keras: does not fit\n  RAM: too much", "a hint")
    assert reason_lines(error, "/home/me/net.keras") == ("net.keras: does not fit", "RAM: too much")


def test_all_schemes_that_ask_for_nothing_else_are_tried_float32_first() -> None:
    assert sorted(read_schemes(None)) == sorted({*get_args(Scheme)} - {"mixed"})
    assert read_schemes(None)[0] == "float32"


def test_schemes_are_named_with_commas_between_each_once() -> None:
    assert read_schemes("int8, float32,int8") == ("int8", "float32")


def test_an_unknown_scheme_is_answered_with_all() -> None:
    with pytest.raises(TinyqError) as caught:
        read_schemes("int8,int7")
    assert str(caught.value) == (
        f"found scheme = 'int7'; accepted: {', '.join(get_args(Scheme))}\n  hint: int8 is the smaller and faster one"
    )


TABLE = (
    Tried("float32", comparison().before, "accuracy", 1000, 0),
    Tried("int8", comparison().after, "accuracy", 1000, 2),
    Tried("int16x8", refusal="net.keras: no"),
)


def test_a_table_for_documents_has_a_row_for_each_scheme_and_the_reasons_below() -> None:
    assert markdown(L4R5, TABLE) == (
        "| scheme | accuracy | flash | RAM | arena | cycles | energy | mismatches |\n"
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
        "| float32 | 91.3 % | 100,000 | 40,000 | 36,000 | 12,000,000 | 3.96 mJ | 0 |\n"
        "| int8 | 91.4 % | 40,000 | 50,000 | 46,000 | 2,000,000 | 660 µJ | 2 |\n"
        "| int16x8 | refused |  |  |  |  |  |  |\n"
        "\n"
        "- int16x8: net.keras: no\n"
        "\n"
        f"- energy: an estimate for the processor alone, from {CURRENT}\n"
    )


def test_a_record_is_read_as_it_was_written() -> None:
    assert tuple(tried(each.as_dict()) for each in TABLE) == TABLE


def test_a_scheme_whose_computations_differ_is_refused_by_name() -> None:
    require_no_mismatch(TABLE[::2])
    with pytest.raises(TinyqError) as caught:
        require_no_mismatch(TABLE)
    assert str(caught.value) == (
        "int8: 2 outputs differ from the NumPy reference\n"
        "  hint: `tinyq validate --scheme int8` shows where; please report it with the model"
    )
