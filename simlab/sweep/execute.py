"""Do the runs of a study: hand out batches, keep what comes back, and go on when a worker is lost."""

import os
import pickle
import warnings
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import NamedTuple

from simlab.sweep import store
from simlab.sweep.backlog import Backlog
from simlab.sweep.batch import BatchDone, gave_up, keep
from simlab.sweep.host import marked
from simlab.sweep.ledger import Entry
from simlab.sweep.one import Job, Planned
from simlab.sweep.pools import Pool, Task, ThisProcess
from simlab.sweep.runs import State
from simlab.sweep.sandbox import share_mb

MOST_LOSSES = 5
"""So many workers may be lost over a run before it is the run that loses them."""


class Workers(NamedTuple):
    """Who does the runs."""

    n: int | None = None
    """On this machine; None: one for each core that this process may use."""
    scheduler: str | None = None
    """The address of a Dask scheduler: its workers do the runs."""
    isolated: bool = True
    """Whether runs get a process of their own; without, a debugger sees everything and a crash ends all."""

    @property
    def n_here(self) -> int:
        """How many there are to be on this machine."""
        return self.n or len(os.sched_getaffinity(0))


def execute(
    job: Job, runs: Iterable[Planned], workers: Workers, tell: Callable[[str], None] = warnings.warn
) -> Iterator[Entry]:
    """Do `runs`, telling each as it ends. They are taken as they are needed, and never all held.

    `tell` is called with the news of a cluster: that nobody is there yet, or who gets no work and why.

    Closed before its end, it ends what is being done and keeps what is done.

    Raises:
        StudyError: no process for runs comes up, or it would run other code of the model than this one.
    """
    with marked(job.folder) as mark:
        job = replace(job, folder=job.folder.resolve(), mark=mark)
        try:
            with _pool(job, workers, tell) as pool:
                yield from _Drive(job, Backlog(runs), pool).entries()
        finally:
            store.settle(job.folder)


def _pool(job: Job, workers: Workers, tell: Callable[[str], None]) -> Pool:
    if workers.scheduler is not None:
        from simlab.sweep.dask_pool import DaskPool  # noqa: PLC0415 -- half a second that few runs do not need

        return DaskPool(workers.scheduler, pickle.dumps(job), tell)
    job = replace(job, memory_mb=job.memory_mb or share_mb(workers.n_here))
    packed = pickle.dumps(job)
    if workers.n_here == 1:
        return ThisProcess(packed, isolated=workers.isolated)
    from simlab.sweep.local_dask import LocalDask  # noqa: PLC0415 -- half a second that few runs do not need

    return LocalDask(packed, workers.n_here, isolated=workers.isolated)


class _Drive:
    """A job on its way through a pool."""

    def __init__(self, job: Job, backlog: Backlog, pool: Pool) -> None:
        self._job, self._backlog, self._pool = job, backlog, pool
        self._losses: Counter[str] = Counter()

    def entries(self) -> Iterator[Entry]:
        """The end of each run."""
        while self._feed() or not self._pool.is_idle:
            for task, done in self._pool.next():
                ends = self._lost(task) if done is None else self._ends(done)
                if self._backlog.ended(task, ends):
                    store.settle(self._job.folder, task.part)
                yield from ends

    def _feed(self) -> bool:
        """Hand out what there is room for. Whether more is left than that."""
        while has_more := self._backlog.has_more(self._pool.n_workers):
            if not self._pool.has_room:
                break
            self._pool.start(self._backlog.next_task(self._pool.n_workers))
        return has_more

    def _ends(self, done: BatchDone) -> list[Entry]:
        if done.chunk is not None:
            keep(self._job, done)
        return [entry for entry in done.entries if entry.state is not State.LOST]

    def _lost(self, task: Task) -> list[Entry]:
        """A worker was lost over `task`. The ends of those of its runs that are on disk, or lost workers before."""
        states = store.states(self._job.folder, task.part)
        there = [planned for planned in task.runs if planned.key.run_id in states]
        left = [planned for planned in task.runs if planned.key.run_id not in states]
        self._losses.update(planned.key.run_id for planned in left)
        guilty = [planned for planned in left if self._losses[planned.key.run_id] >= MOST_LOSSES]
        again = [planned for planned in left if planned not in guilty]
        keep(self._job, BatchDone([_lost_entry(planned) for planned in again], None))
        self._backlog.again(again)
        ends = [Entry(planned.key.run_id, planned.attempt, states[planned.key.run_id]) for planned in there]
        return [*ends, *(entry for planned in guilty for entry in self._ends(gave_up(self._job, planned)))]


def _lost_entry(planned: Planned) -> Entry:
    return Entry(planned.key.run_id, planned.attempt, State.LOST, error="its worker was lost")
