"""What was measured is kept: whole lines are read, damaged ones are told and measured again."""

from pathlib import Path

import pytest
from support.tuning import FOUR, Formula, searched, task

from tinyq.errors import TinyqError
from tinyq.tuning.journal import Journal
from tinyq.tuning.measuring import Measuring
from tinyq.tuning.point import Assignment, Measured
from tinyq.tuning.search import search

ONE: Assignment = (8, 4, 16, 8)
MEASURED = Measured(0.987654321, -0.01, 31.25, 146_674, 24_952, 8_608)


def silent(text: str) -> None:
    pytest.fail(text)


def test_what_is_added_is_read_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "tune" / "j.jsonl", FOUR)
    assert journal.read(silent) == {}
    journal.add(ONE, MEASURED)
    journal.add((8, 8, 8, 8), MEASURED)
    assert journal.read(silent) == {ONE: MEASURED, (8, 8, 8, 8): MEASURED}


WHOLE = '"score": 1, "drop": 0, "signal_to_noise": 1, "cycles": 1, "flash_bytes": 1, "ram_bytes": 1'


@pytest.mark.parametrize(
    "line",
    [
        '{"bits": [8, 4',
        "[]",
        "3",
        '{"bits": [8, 4, 16, 8]}',
        f'{{"bits": [8, 4, 16], {WHOLE}}}',
        f'{{"bits": [8, 4, 16, 5], {WHOLE}}}',
        f'{{"bits": 8, {WHOLE}}}',
        f'{{"bits": [8, 4, 16, 8], "more": 1, {WHOLE}}}',
        f'{{"bits": [8, 4, 16, 8], {WHOLE}}}'.replace("1,", '"1",'),
        "\x00\xff",
    ],
)
def test_a_damaged_line_is_left_out_and_told(tmp_path: Path, line: str) -> None:
    journal, said = Journal(tmp_path / "j.jsonl", FOUR), list[str]()
    journal.file.write_bytes(line.encode("latin-1"))  # without the end of its line, as a crash leaves it
    journal.add((8, 8, 8, 8), MEASURED)
    assert journal.read(said.append) == {(8, 8, 8, 8): MEASURED}
    assert said == [f"{journal.file}: line 1 is damaged; what it held is measured again"]


def test_a_journal_that_cannot_be_written_is_an_error_that_says_where(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    journal = Journal(tmp_path / "file" / "j.jsonl", FOUR)
    with pytest.raises(TinyqError) as caught:
        journal.add(ONE, MEASURED)
    assert str(caught.value) == (
        f"{journal.file}: the journal of measurements can't be used: {caught.value.__cause__.strerror}\n"  # type: ignore[union-attr]
        "  hint: set the environment variable TINYQ_CACHE to a folder that you can write to"
    )


def test_a_search_that_was_interrupted_goes_on_where_it_was(tmp_path: Path) -> None:
    journal, formula, asked = Journal(tmp_path / "j.jsonl", FOUR), Formula(FOUR), list[Assignment]()

    def interrupted(bits: Assignment) -> Measured:
        if len(asked) == 9:
            raise KeyboardInterrupt
        asked.append(bits)
        found = formula(bits)
        assert isinstance(found, Measured)
        return found

    def measuring() -> Measuring:
        known = journal.read(silent)
        return Measuring(lambda bits: ((each, interrupted(each)) for each in bits), journal, known, lambda _: None)

    with pytest.raises(KeyboardInterrupt):
        search(task(), measuring())
    assert list(journal.read(silent)) == asked
    before, asked = asked, []
    with pytest.raises(KeyboardInterrupt):
        search(task(), measuring())
    assert not set(asked) & set(before)
    asked = []
    whole = [*before, *journal.read(silent)]
    assert len(set(whole)) == 18
    assert search(task(trials=20), measuring()) == searched(formula, task(trials=20))


def test_what_is_refused_is_tried_again_by_the_next_run(tmp_path: Path) -> None:
    journal, formula = Journal(tmp_path / "j.jsonl", FOUR), Formula(FOUR, most=1500)
    told: list[int] = []
    tried = search(task(), Measuring(lambda bits: ((each, formula(each)) for each in bits), journal, {}, told.append))
    assert journal.read(silent) == {bits: each for bits, each in tried.items() if isinstance(each, Measured)}
    assert len(journal.read(silent)) < len(tried) == told[-1]
