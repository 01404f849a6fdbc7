"""Do the runs of a study: hand out chunks, keep what comes back, and go on when a worker dies."""

import pickle
from collections.abc import Iterable, Iterator

from simlab.sweep import store
from simlab.sweep.backlog import Backlog
from simlab.sweep.ledger import Entry
from simlab.sweep.one import Job, Planned
from simlab.sweep.pools import Pool, ThisProcess


def execute(job: Job, runs: Iterable[Planned], n_workers: int) -> Iterator[Entry]:
    """Do `runs`, telling each as it ends. One worker means this process.

    Raises:
        StudyError: workers die without having started a run.
    """
    backlog = Backlog(job, list(runs), n_workers)
    if not backlog.n_waiting:
        return
    is_simple = n_workers == 1 and not backlog.alone
    try:
        with ThisProcess(pickle.dumps(job)) if is_simple else _local_dask(job, n_workers) as pool:
            yield from _work(job, backlog, pool)
    finally:
        store.settle(job.folder)


def _local_dask(job: Job, n_workers: int) -> Pool:
    from simlab.sweep.local_dask import LocalDask  # noqa: PLC0415 -- half a second that few runs do not need

    return LocalDask(pickle.dumps(job), n_workers)


def _work(job: Job, backlog: Backlog, pool: Pool) -> Iterator[Entry]:
    while backlog.n_waiting or not pool.is_idle:
        while backlog.n_waiting and pool.has_room:
            pool.start(backlog.next_task())
        task, entries = pool.next()
        if entries is None:
            entries = backlog.mourn(task)
        if backlog.ends_part(task, entries):
            store.settle(job.folder, task.part)
        yield from entries
