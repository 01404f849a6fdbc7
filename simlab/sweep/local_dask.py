"""A pool of threads kept by Dask in this process, each of which drives a child process of its own."""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

import dask.config
from distributed import Client, Future, LocalCluster, wait

from simlab.sweep.batch import BatchDone, run_batch, stop_batches
from simlab.sweep.pools import Pool, Task

SETTINGS = {
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.limit": "1h",
    "logging": {"distributed": "critical"},
}

TASKS_PER_WORKER = 2
"""One that is being done and one that waits, so that nobody waits for the driver."""


class LocalDask(Pool):
    """Workers of one thread each, reachable from nowhere else."""

    def __init__(self, packed: bytes, n_workers: int, *, isolated: bool) -> None:
        self._packed, self._n_workers, self._isolated = packed, n_workers, isolated
        self._tasks: dict[Future, Task] = {}
        self._open = ExitStack()

    def __enter__(self) -> "LocalDask":
        self._open.enter_context(dask.config.set(SETTINGS))
        cluster = LocalCluster(
            n_workers=self._n_workers,
            threads_per_worker=1,
            processes=False,
            dashboard_address="127.0.0.1:0",  # without one Dask takes port 8787, which another study may have
            worker_dashboard_address="127.0.0.1:0",
            silence_logs=logging.CRITICAL,
        )
        self._open.enter_context(cluster)
        self._client = self._open.enter_context(Client(cluster))
        return self

    def __exit__(self, *_: object) -> None:
        stop_batches(self._packed)
        if self._tasks:
            wait(list(self._tasks))  # they keep what they have
        self._open.close()

    @property
    def n_workers(self) -> int:
        return self._n_workers

    @property
    def has_room(self) -> bool:
        return len(self._tasks) < TASKS_PER_WORKER * self._n_workers

    @property
    def is_idle(self) -> bool:
        return not self._tasks

    def start(self, task: Task) -> None:
        future = self._client.submit(run_batch, self._packed, task.runs, isolated=self._isolated, pure=False)
        self._tasks[future] = task

    def next(self) -> Sequence[tuple[Task, BatchDone | None]]:
        futures: Any = wait(list(self._tasks), return_when="FIRST_COMPLETED")
        return [(self._tasks.pop(future), future.result()) for future in futures.done]
