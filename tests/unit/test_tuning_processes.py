"""The search finds the same in one process, in several, and where they are killed."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import LocalCluster
from support.tuning import FOUR, Deadly, Formula, by_pool, searched, task

import tinyq
from tinyq.errors import TinyqError
from tinyq.tuning import cluster, processes
from tinyq.tuning.processes import pool_for

WHAT = task(trials=24)
NOBODY = "tcp://127.0.0.1:1"


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a cluster that others started."""
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=":0") as started:
        yield started.scheduler_address


def test_one_process_finds_what_the_search_finds() -> None:
    with pool_for(Formula(FOUR), 1, None) as pool:
        assert by_pool(pool, WHAT) == searched(Formula(FOUR), WHAT)


def test_killing_a_worker_in_the_middle_changes_nothing(tmp_path: Path) -> None:
    """The process is killed while it measures, by a signal that nothing can catch."""
    undisturbed = searched(Formula(FOUR), WHAT)
    deadly = Deadly(Formula(FOUR), list(undisturbed)[10], tmp_path / "killed")
    with pool_for(deadly, 2, None) as pool:
        found = by_pool(pool, WHAT)
    assert (tmp_path / "killed").exists()
    assert list(found.items()) == list(undisturbed.items())


def test_the_workers_of_a_scheduler_find_the_same(scheduler: str) -> None:
    for seed in (1, 2):  # the second search must not get the first one's experiment
        with pool_for(Formula(FOUR, seed), 1, scheduler) as pool:
            assert list(pool([])) == []
            assert by_pool(pool, WHAT) == searched(Formula(FOUR, seed), WHAT)


def test_workers_with_another_version_are_refused(scheduler: str, monkeypatch: pytest.MonkeyPatch) -> None:
    there = tinyq.__version__
    monkeypatch.setattr(tinyq, "__version__", "99.0")
    with pytest.raises(TinyqError) as caught, pool_for(Formula(FOUR), 1, scheduler):
        pass
    message, hint = str(caught.value).split("\n")
    assert message.startswith(f"--scheduler {scheduler}: the worker tcp://127.0.0.1:")
    assert message.endswith(f" has tinyq {there}; accepted: 99.0")
    assert hint == "  hint: on its machine: pip install tinyq==99.0"


def test_a_scheduler_without_workers_is_refused() -> None:
    with LocalCluster(n_workers=0, dashboard_address=":0") as empty:
        address = empty.scheduler_address
        with pytest.raises(TinyqError) as caught, pool_for(Formula(FOUR), 1, address):
            pass
    assert str(caught.value) == (
        f"--scheduler {address}: it has no workers\n"
        f"  hint: on each machine, with tinyq installed: dask worker {address}"
    )


@pytest.mark.parametrize(("address", "why"), [(NOBODY, "OSError"), ("tcp//here", "ValueError")])
def test_a_scheduler_that_does_not_answer_is_refused(address: str, why: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cluster, "_CONNECT_SECONDS", 0.5)
    with pytest.raises(TinyqError) as caught, pool_for(Formula(FOUR), 1, address):
        pass
    assert str(caught.value) == (
        f"--scheduler {address}: no Dask scheduler answers there ({why})\n"
        "  hint: start one with `dask scheduler`, and on each machine `dask worker ADDRESS`, with tinyq installed"
    )


@pytest.mark.parametrize(
    ("workers", "address", "wanted"), [(2, None, "--workers 2"), (1, NOBODY, f"--scheduler {NOBODY}")]
)
def test_several_processes_without_dask_are_refused(
    workers: int, address: str | None, wanted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "find_spec", lambda _: None)
    with pytest.raises(TinyqError) as caught:
        pool_for(Formula(FOUR), workers, address)
    assert str(caught.value) == (
        f"{wanted}: the package distributed is missing, by which Dask spreads the search over processes\n"
        '  hint: pip install "tinyq[tune]", or leave the option out: one process finds the same'
    )
