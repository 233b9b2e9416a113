"""What a search leaves: JSON, a picture, and all of it or nothing."""

import json
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.examples import examples
from support.tuning import FOUR, Formula, searched, task, tuned

from tinyq.codegen.write import write_bytes
from tinyq.emulator.metrics import Labels
from tinyq.errors import TinyqError
from tinyq.pipeline import tuning_files
from tinyq.pipeline.tuning_files import leave_files, refuse_own_output
from tinyq.tuning.metric import Metric, drop_of, read_drop, score_with
from tinyq.tuning.picture import frontier_svg
from tinyq.tuning.point import Refused
from tinyq.tuning.result import summary

SVG = "{http://www.w3.org/2000/svg}"


def test_the_json_says_what_was_found() -> None:
    found = tuned(searched(Formula(FOUR, most=1800), task(trials=20)), most_drop=3.0)
    value = json.loads(json.dumps(found.as_dict()))
    assert len(value["measured"]) + len(value["refused"]) == value["trials"] == 20
    assert value["refused"]
    assert all(point in value["measured"] for point in value["frontier"])
    chosen = value["frontier"][value["recommended"]]
    assert chosen["drop"] <= 3.0
    assert chosen["cycles"] == min(point["cycles"] for point in value["measured"] if point["drop"] <= 3.0)
    assert set(chosen["bits"].values()) <= {4, 16}
    assert [layer["possible"] for layer in value["layers"]] == [[4, 8, 16]] * 4


def test_the_picture_has_a_circle_for_each_point_and_marks_the_recommended_one() -> None:
    found = tuned(searched(Formula(FOUR), task(trials=20)), most_drop=3.0)
    picture = frontier_svg(found)
    root = ElementTree.fromstring(picture)
    drawn = [circle for circle in root.iter(f"{SVG}circle") if circle.find(f"{SVG}title") is not None]
    assert len(drawn) == len(found.measured)
    colours = [circle.get("fill") for circle in drawn]
    assert colours.count(colours[-1]) == 1
    assert found.recommended is not None
    title = drawn[-1].findtext(f"{SVG}title")
    assert title is not None
    assert title.startswith(summary(FOUR, found.recommended.bits))
    assert f"{found.recommended.measured.cycles:,} cycles" in title
    texts = [text.text for text in root.iter(f"{SVG}text")]
    assert any(text is not None and text.startswith("recommended: ") for text in texts)
    for words in ("frontier", "accuracy, %", "million cycles of one inference", "float model"):
        assert words in texts
    assert all(0 <= float(circle.get("cx", "-1")) <= float(root.get("width", "0")) for circle in drawn)
    assert all(0 <= float(circle.get("cy", "-1")) <= float(root.get("height", "0")) for circle in drawn)


def test_the_picture_of_one_point_and_of_no_recommended_one_is_drawn_too() -> None:
    found = tuned(searched(Formula(FOUR), task(trials=1)), most_drop=0.0)
    texts = [text.text for text in ElementTree.fromstring(frontier_svg(found)).iter(f"{SVG}text")]
    assert found.recommended is None
    assert "none is within the drop" in texts


def test_bits_are_summed_up_for_people() -> None:
    assert summary(FOUR, (8, 8, 8, 8)) == "all 8"
    assert summary(FOUR, (4, 4, 4, 4)) == "all 4"
    assert summary(FOUR, (16, 8, 4, 4)) == "16: layer0; 4: layer2, layer3; else 8"
    assert summary(FOUR, (16, 16, 4, 4)) == "16: layer0, layer1; 4: layer2, layer3"


def test_a_search_that_cannot_be_written_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = tuned(searched(Formula(FOUR), task(trials=5)), most_drop=9.0)
    data = {"calibration.npz": b"a", "held_out.npz": b"b"}
    leave_files(tmp_path, found, data)
    names = ["calibration.npz", "frontier.json", "frontier.svg", "held_out.npz", "layers.json"]
    assert sorted(file.name for file in tmp_path.iterdir()) == names

    def interrupted(path: Path, content: bytes) -> None:
        if path.name == "layers.json":
            raise KeyboardInterrupt
        write_bytes(path, content)

    monkeypatch.setattr(tuning_files, "write_bytes", interrupted)
    with pytest.raises(KeyboardInterrupt):
        leave_files(tmp_path, found, data)
    assert list(tmp_path.iterdir()) == []


def test_bits_of_an_earlier_search_go_where_nothing_is_recommended(tmp_path: Path) -> None:
    tried = searched(Formula(FOUR), task(trials=5))
    leave_files(tmp_path, tuned(tried, most_drop=99.0), {})
    assert (tmp_path / "layers.json").is_file()
    leave_files(tmp_path, tuned(tried, most_drop=-1.0), {})
    assert sorted(file.name for file in tmp_path.iterdir()) == ["frontier.json", "frontier.svg"]


def test_data_that_would_be_overwritten_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TinyqError) as caught:
        refuse_own_output(tmp_path, str(tmp_path / ".." / tmp_path.name / "held_out.npz"), None)
    assert str(caught.value) == (
        f"{tmp_path / 'held_out.npz'}: found data that would be overwritten; accepted: data outside of the folder "
        "--out\n  hint: choose another folder with --out"
    )
    refuse_own_output(tmp_path, "data.npz", "module:function")


@examples(100)
@given(st.sampled_from(["accuracy", "mean_absolute_error", "error_against_float"]), st.floats(0.01, 1), st.floats(0, 1))
def test_the_score_with_a_drop_has_that_drop(metric: str, of_float: float, drop: float) -> None:
    found = drop_of(metric, of_float, score_with(metric, of_float, drop))  # type: ignore[arg-type]
    assert found == pytest.approx(drop, abs=1e-9)


def test_scores_are_what_the_labels_ask_for() -> None:
    expected = (np.array([[3.0, 4.0], [0.0, 5.0]]),)
    found = (np.array([[3.0, 4.0], [1.0, 0.0]]),)
    classes = Metric(expected, Labels(np.array([1, 1]), "accuracy"))
    assert classes.measured(found) == (0.5, 0.5, 2.84)
    values = Metric(expected, Labels(np.array([[3.0, 4.0], [0.0, 4.0]]), "mean_absolute_error"))
    assert (values.name, values.of_float) == ("mean_absolute_error", 0.25)
    assert values.measured(found)[:2] == (1.25, 4.0)
    unlabelled = Metric(expected, None)
    assert (unlabelled.name, unlabelled.of_float) == ("error_against_float", 0.0)
    assert unlabelled.measured(found)[:2] == (0.721110255, 0.721110255)
    assert unlabelled.measured(expected) == (0.0, 0.0, 200.0)


@pytest.mark.parametrize(("text", "drop"), [("1%", 0.01), ("0.5 %", 0.005), ("0%", 0.0), ("12.25%", 0.1225)])
def test_a_drop_is_a_percentage(text: str, drop: float) -> None:
    assert read_drop(text) == pytest.approx(drop)


@pytest.mark.parametrize("text", ["1", "0.01", "-1%", "one", "", "1%%"])
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(TinyqError) as caught:
        read_drop(text)
    assert str(caught.value) == (
        f"found --max-drop {text!r}; accepted: a percentage, such as 1% or 0.5%\n"
        "  hint: 1% is one percentage point of accuracy below the float model's"
    )


def test_what_is_refused_says_why() -> None:
    found = tuned(searched(Formula(FOUR, most=1500), task(trials=10)))
    assert found.refused
    assert all(isinstance(each, Refused) and each.reason.startswith("flash: ") for each in found.refused)
