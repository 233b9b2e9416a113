"""Measures many assignments: one after the other here, or in the processes of a Dask cluster, local or remote."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.util import find_spec

from tinyq.errors import TinyqError
from tinyq.tuning.point import Assignment
from tinyq.tuning.search import Outcome

# Measures one assignment, which is all that the outcome depends on; it can be pickled.
Experiment = Callable[[Assignment], Outcome]
# Outcomes as they come in, in any order.
Pool = Callable[[Sequence[Assignment]], Iterator[tuple[Assignment, Outcome]]]


def pool_for(experiment: Experiment, workers: int, scheduler: str | None) -> AbstractContextManager[Pool]:
    """A pool that measures.

    Args:
        experiment: what is done.
        workers: processes of this machine; with 1, it is done in this process.
        scheduler: the address of a Dask scheduler whose workers are used instead, such as tcp://host:8786.

    Raises:
        TinyqError: as `require_processes`; or there is no such cluster, or its workers have another tinyq.
    """
    require_processes(workers, scheduler)
    if scheduler is None and workers == 1:
        return _here(experiment)
    from tinyq.tuning.cluster import local_pool, remote_pool

    return local_pool(experiment, workers) if scheduler is None else remote_pool(experiment, scheduler)


def require_processes(workers: int, scheduler: str | None) -> None:
    """Refuse to spread the search where that is not installed, before minutes go into a conversion.

    Raises:
        TinyqError: the package distributed is missing.
    """
    if scheduler is None and workers == 1:
        return
    if find_spec("distributed") is None:
        wanted = f"--workers {workers}" if scheduler is None else f"--scheduler {scheduler}"
        raise TinyqError(
            f"{wanted}: the package distributed is missing, by which Dask spreads the search over processes",
            'pip install "tinyq[tune]", or leave the option out: one process finds the same',
        )


@contextmanager
def _here(experiment: Experiment) -> Iterator[Pool]:
    yield lambda assignments: ((bits, experiment(bits)) for bits in assignments)
