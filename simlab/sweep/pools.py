"""Where batches are done: what a pool is, and the simplest one, this process with one child."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from simlab.sweep.batch import BatchDone, run_batch, stop_batches
from simlab.sweep.one import Planned


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Some runs of one part, done together."""

    runs: Sequence[Planned]

    @property
    def part(self) -> str:
        """The part that its rows go to."""
        return self.runs[0].key.part


class Pool(AbstractContextManager["Pool"], Protocol):
    """Takes tasks and gives back what became of them."""

    @property
    def n_workers(self) -> int:
        """How many there are now; workers may come and go."""
        ...

    @property
    def has_room(self) -> bool:
        """Whether it takes another task: at most two a worker."""
        ...

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being done."""
        ...

    def start(self, task: Task) -> None:
        """Take a task; there is room for it."""
        ...

    def next(self) -> Sequence[tuple[Task, BatchDone | None]]:
        """Wait until tasks have ended, or there is more room. None for a task: its worker was lost."""
        ...


class ThisProcess(Pool):
    """One task at a time, from here: nothing to start up but one child, and without that a debugger sees all."""

    def __init__(self, packed: bytes, *, isolated: bool) -> None:
        self._packed, self._isolated = packed, isolated
        self._task: Task | None = None

    @property
    def n_workers(self) -> int:
        return 1

    @property
    def has_room(self) -> bool:
        return self._task is None

    @property
    def is_idle(self) -> bool:
        return self._task is None

    def start(self, task: Task) -> None:
        self._task = task

    def next(self) -> Sequence[tuple[Task, BatchDone | None]]:
        if self._task is None:
            raise ValueError("nothing was started")
        task, self._task = self._task, None
        return [(task, run_batch(self._packed, task.runs, isolated=self._isolated))]

    def __exit__(self, *_: object) -> None:
        stop_batches(self._packed)
