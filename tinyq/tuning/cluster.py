"""A Dask cluster that measures. No other file imports dask.distributed, which is in the optional extra `tune`."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from uuid import uuid4

import dask
from distributed import Client, KilledWorker, LocalCluster, WorkerPlugin, as_completed, get_worker

import tinyq
from tinyq.errors import TinyqError
from tinyq.tuning.point import Assignment
from tinyq.tuning.processes import Experiment, Pool
from tinyq.tuning.search import Outcome

_RETRIES = 2  # after an exception, which an experiment raises only where a machine is at fault: a full disk, say
_LOST_WORKERS = 10  # so many may die of one measurement before it is given up
_CONNECT_SECONDS = 20


@contextmanager
def local_pool(experiment: Experiment, workers: int) -> Iterator[Pool]:
    """So many processes of this machine. A new one starts in place of one that is killed."""
    with (
        dask.config.set({"distributed.scheduler.allowed-failures": _LOST_WORKERS}),
        LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            memory_limit=None,
            dashboard_address=":0",  # any free port: other searches may run
            silence_logs=logging.CRITICAL,
        ) as cluster,
        Client(cluster, set_as_default=False) as client,
        _pool(client, experiment) as pool,
    ):
        yield pool


@contextmanager
def remote_pool(experiment: Experiment, scheduler: str) -> Iterator[Pool]:
    """The workers of the Dask scheduler at an address.

    Raises:
        TinyqError: nobody answers there, or a worker has no tinyq or another version.
    """
    try:
        client = Client(scheduler, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise TinyqError(
            f"--scheduler {scheduler}: no Dask scheduler answers there ({type(error).__name__})",
            "start one with `dask scheduler`, and on each machine `dask worker ADDRESS`, with tinyq installed",
        ) from error
    with client:
        _require_workers(client, scheduler)
        with _pool(client, experiment) as pool:
            yield pool


def _require_workers(client: Client, scheduler: str) -> None:
    try:
        found = client.run(_version)
    except ModuleNotFoundError as error:
        raise TinyqError(
            f"--scheduler {scheduler}: its workers lack the package {error.name}",
            f"on their machines: pip install tinyq=={tinyq.__version__}",
        ) from error
    if not found:
        raise TinyqError(
            f"--scheduler {scheduler}: it has no workers",
            f"on each machine, with tinyq installed: dask worker {scheduler}",
        )
    for worker, version in sorted(found.items()):
        if version != tinyq.__version__:
            raise TinyqError(
                f"--scheduler {scheduler}: the worker {worker} has tinyq {version}; accepted: {tinyq.__version__}",
                f"on its machine: pip install tinyq=={tinyq.__version__}",
            )


def _version() -> str:
    return tinyq.__version__


class _Held(WorkerPlugin):  # type: ignore[misc]  # distributed is optional, so mypy does not look into it
    """Keeps an experiment on each worker, also on those that start later in place of killed ones."""

    def __init__(self, experiment: Experiment) -> None:
        self.experiment = experiment


@contextmanager
def _pool(client: Client, experiment: Experiment) -> Iterator[Pool]:
    name = f"tinyq-{uuid4().hex}"  # other searches may use the same cluster
    client.register_plugin(_Held(experiment), name=name)

    def run(assignments: Sequence[Assignment]) -> Iterator[tuple[Assignment, Outcome]]:
        futures = {client.submit(_measured, name, bits, retries=_RETRIES, pure=False): bits for bits in assignments}
        try:
            for future in as_completed(futures, loop=client.loop):
                yield futures[future], future.result()
        except KilledWorker as error:
            raise TinyqError(
                "the processes that measured one of the assignments were killed, again and again",
                "they may lack memory: give fewer --workers; what was measured is kept for the next run",
            ) from error

    try:
        yield run
    finally:
        client.unregister_worker_plugin(name)


def _measured(name: str, bits: Assignment) -> Outcome:
    """On a worker: the outcome by the experiment that is kept there."""
    outcome: Outcome = get_worker().plugins[name].experiment(bits)
    return outcome
