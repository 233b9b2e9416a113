"""`tinyq tune` on the digits: what it finds is what a build of it has, whatever happens to the search."""

import json
import os
import shlex
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from click.testing import CliRunner, Result
from support.own_cache import use_own_cache

from tinyq.cli import main
from tinyq.pipeline.experiment import Experiment
from tinyq.tuning.point import Assignment
from tinyq.tuning.search import Outcome

DIGITS = Path(__file__).parent.parent.parent / "examples" / "digits"
TRIALS = 7
PATIENCE_SECONDS = 500.0
pytestmark = pytest.mark.long


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model and 90 samples; the cache of conversions is shared by the tests."""
    made = tmp_path_factory.mktemp("tune")
    samples = np.load(DIGITS / "test.npz")
    np.savez(made / "digits.npz", x=samples["x"][:90], y=samples["y"][:90])
    np.savez(made / "unlabelled.npz", x=samples["x"][:30])
    np.savez(made / "few.npz", x=samples["x"][:5], y=samples["y"][:5])
    (made / "digits.keras").write_bytes((DIGITS / "digits.keras").read_bytes())
    return made


@pytest.fixture
def here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    use_own_cache(folder / "cache", monkeypatch)
    monkeypatch.chdir(folder)
    return folder


def arguments(out: str, *more: str, data: str = "digits.npz", trials: int = TRIALS) -> list[str]:
    fixed = ["tune", "digits.keras", "--board", "nano33", "--data", data, "--trials", str(trials), "--out", out]
    return [*fixed, *more]


def run(command: list[str]) -> Result:
    return CliRunner().invoke(main, command)


def forget(here: Path) -> None:
    """Nothing of an earlier search is taken over."""
    for journal in (here / "cache" / "tune").glob("*.jsonl"):
        journal.unlink()


@pytest.fixture
def tuned(here: Path) -> str:
    """The output of a search in one process, whose files are in `whole`; it runs once."""
    printed = here / "printed.txt"
    if not printed.exists():
        forget(here)
        result = run(arguments("whole"))
        assert result.exit_code == 0, result.output
        printed.write_text(result.output)
    return printed.read_text()


def frontier(out: Path) -> Any:
    return json.loads((out / "frontier.json").read_text())


def test_it_says_what_it_did_and_how_to_build_it(here: Path, tuned: str) -> None:
    assert "digits.npz: calibrated on 60 samples, measured on 30 held out: one of every 3" in tuned
    assert "measured 7 assignments of bits to 6 layers" in tuned
    assert "(recommended)" in tuned
    assert tuned.splitlines()[-1] == (
        "tinyq build digits.keras --board nano33 --data whole/calibration.npz --test whole/held_out.npz "
        "--scheme mixed --layers whole/layers.json"
    )
    names = ["calibration.npz", "frontier.json", "frontier.svg", "held_out.npz", "layers.json"]
    assert sorted(file.name for file in (here / "whole").iterdir()) == names
    found = frontier(here / "whole")
    assert [layer["name"] for layer in found["layers"]] == ["edges", "strokes", "mix", "halve", "shapes", "digit"]
    assert len(found["measured"]) == TRIALS
    assert found["data"] == {
        "note": "digits.npz: calibrated on 60 samples, measured on 30 held out: one of every 3",
        "held_out": 30,
        "split": True,
    }
    assert json.loads((here / "whole" / "layers.json").read_text()) == found["frontier"][found["recommended"]]["bits"]


def test_the_parts_of_the_data_are_two_thirds_and_every_third_sample(here: Path, tuned: str) -> None:
    assert tuned
    given, rest, held_out = (
        np.load(here / file) for file in ("digits.npz", "whole/calibration.npz", "whole/held_out.npz")
    )
    for name in ("x", "y"):
        assert np.array_equal(held_out[name], given[name][2::3])
        assert np.array_equal(rest[name], np.delete(given[name], np.s_[2::3], axis=0))


def test_the_build_of_a_point_has_what_was_measured(here: Path, tuned: str) -> None:
    """Flash, RAM, accuracy and cycles, to the last digit, of the point with the most layers changed."""
    point = max(frontier(here / "whole")["frontier"], key=lambda each: len(each["bits"]))
    assert point["bits"]
    (here / "other.json").write_text(json.dumps(point["bits"]))
    command = shlex.split(tuned.splitlines()[-1])[1:]
    command[-1] = "other.json"
    built = run([*command, "--no-compare", "--out", "built"])
    assert built.exit_code == 0, built.output
    report = json.loads((here / "built" / "report.json").read_text())
    assert (report["memory"]["flash_bytes"], report["memory"]["ram_bytes"]) == (
        point["flash_bytes"],
        point["ram_bytes"],
    )
    assert report["validation"]["engines"][0]["accuracy"] == pytest.approx(point["score"], abs=1e-9)
    assert report["validation"]["mismatches"] == 0
    options = ["--scheme", "mixed", "--layers", "other.json", "--board", "nano33", "--out", "built", "--json", "p.json"]
    profiled = run(["profile", "digits.keras", "--data", "whole/calibration.npz", *options])
    assert profiled.exit_code == 0, profiled.output
    assert json.loads((here / "p.json").read_text())["cycles"] == pytest.approx(point["cycles"], rel=0.01)


def test_a_second_run_takes_over_what_the_first_measured(here: Path, tuned: str) -> None:
    assert "took over" not in tuned
    again = run(arguments("again"))
    assert "took over 7 measurements of earlier runs" in again.output
    assert (here / "again" / "frontier.json").read_bytes() == (here / "whole" / "frontier.json").read_bytes()


def test_an_interrupted_search_leaves_its_journal_and_no_files(
    here: Path, tuned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert tuned
    forget(here)
    with monkeypatch.context() as patched:
        patched.setattr(Experiment, "__call__", interrupted_after(2))
        stopped = run(arguments("stopped"))
    assert stopped.exit_code == 1
    assert "Aborted!" in stopped.output
    assert not (here / "stopped").exists()
    (journal,) = (here / "cache" / "tune").glob("*.jsonl")
    journal.write_text(journal.read_text()[:-20])  # as if the second line had not been written whole
    resumed = run(arguments("stopped"))
    assert f"warning: {journal}: line 4 is damaged; what it held is measured again" in resumed.output
    assert "took over 1 measurements of earlier runs" in resumed.output
    assert (here / "stopped" / "frontier.json").read_bytes() == (here / "whole" / "frontier.json").read_bytes()


def interrupted_after(count: int) -> Callable[[Experiment, Assignment], Outcome]:
    measure, done = Experiment.__call__, list[Assignment]()

    def measured(self: Experiment, bits: Assignment) -> Outcome:
        if len(done) == count:
            raise KeyboardInterrupt
        done.append(bits)
        return measure(self, bits)

    return measured


def test_killing_a_worker_in_the_middle_changes_nothing(here: Path, tuned: str) -> None:
    """SIGKILL, for one of the two processes of a local Dask cluster, once a measurement has come in."""
    assert tuned
    forget(here)
    command = [sys.executable, "-c", "from tinyq.cli import main\nmain()", *arguments("killed", "--workers", "2")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as process:
        victim = worker_at_work(process, here / "cache" / "tune")
        victim.kill()
        output, _ = process.communicate()
    assert process.returncode == 0, output.decode()
    assert b"took over" not in output
    assert (here / "killed" / "frontier.json").read_bytes() == (here / "whole" / "frontier.json").read_bytes()
    assert (here / "killed" / "frontier.svg").read_bytes() == (here / "whole" / "frontier.svg").read_bytes()


def worker_at_work(process: "subprocess.Popen[bytes]", journals: Path) -> psutil.Process:
    """A worker of the search `process`, which has measured something, and has not finished."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any(file.stat().st_size for file in journals.glob("*.jsonl")):
        assert process.poll() is None, process.communicate()[0].decode()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    children = psutil.Process(process.pid).children()
    workers = [each for each in children if "spawn_main" in " ".join(each.cmdline())]
    assert len(workers) == 2, [each.cmdline() for each in children]
    return workers[0]


def test_without_labels_the_error_against_the_float_model_counts(here: Path) -> None:
    result = run(arguments("unlabelled", "--max-drop", "0%", data="unlabelled.npz", trials=2))
    assert result.exit_code == 1
    assert "error against float" in result.output
    found = frontier(here / "unlabelled")
    assert (found["metric"], found["float"], found["recommended"]) == ("error_against_float", 0.0, None)
    best = min(found["frontier"], key=lambda point: point["drop"])
    assert 0 < best["score"] == best["drop"] < 0.1
    assert result.output.splitlines()[-2:] == [
        (
            f"error: digits.keras: none of 2 assignments of bits is within --max-drop 0%; the best loses "
            f"{100 * best['drop']:.4g} %: all 8"
        ),
        (
            "  hint: unlabelled/frontier.json holds the frontier; allow more with --max-drop, look further with "
            "--trials, or try --calibrate auto, or training with tinyq.qat"
        ),
    ]
    assert not (here / "unlabelled" / "layers.json").exists()


def test_data_to_test_with_decide_where_tinyq_toml_names_some(here: Path) -> None:
    """All of the representative data calibrate then, and the command names both as they are."""
    toml = "model = 'digits.keras'\nname = 'net'\ndata = 'unlabelled.npz'\ntest = 'few.npz'\nboard = 'nano33'\n"
    (here / "tinyq.toml").write_text(toml)
    result = run(["tune", "--trials", "1", "--max-drop", "100%", "--out", "project"])
    assert result.exit_code == 0, result.output
    assert "ranges from unlabelled.npz; measured on all 5 samples of few.npz" in result.output
    assert result.output.splitlines()[-1] == (
        "tinyq build digits.keras --board nano33 --data unlabelled.npz --test few.npz --name net "
        "--scheme mixed --layers project/layers.json"
    )
    assert sorted(file.name for file in (here / "project").iterdir()) == [
        "frontier.json",
        "frontier.svg",
        "layers.json",
    ]
    assert json.loads((here / "project" / "layers.json").read_text()) == {}


def test_a_handful_of_samples_is_refused(here: Path) -> None:
    result = run(arguments("few", data="few.npz"))
    assert result.exit_code == 1
    assert result.output.splitlines()[-2:] == [
        "error: few.npz: found 5 samples; accepted for `tinyq tune`: 6 or more",
        "  hint: every third of them is held out to measure on: give some hundred, or others to measure on with --test",
    ]
    assert not (here / "few").exists()
