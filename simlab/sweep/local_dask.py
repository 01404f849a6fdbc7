"""A pool of worker processes kept by Dask on this machine: one thread each, reachable from nowhere else."""

import logging
from contextlib import ExitStack
from typing import Any

import dask.config
from distributed import Client, Future, LocalCluster, wait
from distributed.scheduler import KilledWorker

from simlab.sweep.chunk import run_chunk
from simlab.sweep.ledger import Entry
from simlab.sweep.pools import Pool, Task

SETTINGS = {
    "distributed.scheduler.worker-saturation": 1.0,
    "distributed.scheduler.allowed-failures": 0,
    "distributed.worker.profile.enabled": False,
    "distributed.admin.tick.limit": "1h",
    "logging": {"distributed": "critical"},
}
"""A worker holds one task and its death is told at once; whom to blame is read off the ledger."""

ONE_THREAD = {
    "POLARS_MAX_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
"""Each worker is one of as many as there are cores."""


class LocalDask(Pool):
    """Worker processes of one thread each, on this machine, reachable from this machine only."""

    def __init__(self, packed: bytes, n_workers: int) -> None:
        self._packed, self._n_workers = packed, n_workers
        self._tasks: dict[Future, Task] = {}
        self._open = ExitStack()

    def __enter__(self) -> "LocalDask":
        self._open.enter_context(dask.config.set(SETTINGS))
        cluster = LocalCluster(
            n_workers=self._n_workers,
            threads_per_worker=1,
            processes=True,
            host="127.0.0.1",
            dashboard_address="127.0.0.1:0",  # without one Dask takes port 8787, which another study may have
            silence_logs=logging.CRITICAL,
            env=ONE_THREAD,
        )
        self._open.enter_context(cluster)
        self._client = self._open.enter_context(Client(cluster))
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def has_room(self) -> bool:
        return len(self._tasks) < self._n_workers

    @property
    def is_idle(self) -> bool:
        return not self._tasks

    def start(self, task: Task) -> None:
        future = self._client.submit(run_chunk, self._packed, task.runs, in_own_process=True, pure=False)
        self._tasks[future] = task

    def next(self) -> tuple[Task, list[Entry] | None]:
        futures: Any = wait(list(self._tasks), return_when="FIRST_COMPLETED")
        future = next(iter(futures.done))
        task = self._tasks.pop(future)
        error = future.exception()
        if isinstance(error, KilledWorker):
            return task, None
        if error is not None:
            raise error
        return task, future.result()
