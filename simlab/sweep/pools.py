"""Where chunks are computed: what a pool is, and the simplest one, this process."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from simlab.sweep.chunk import run_chunk
from simlab.sweep.ledger import Entry
from simlab.sweep.one import Planned


@dataclass(frozen=True, slots=True, eq=False)
class Task:
    """Some runs of one part, done together."""

    runs: Sequence[Planned]
    is_alone: bool = False
    """A run that may have killed a process, on its second chance."""

    @property
    def part(self) -> str:
        """The part that its rows go to."""
        return self.runs[0].key.part


class Pool(AbstractContextManager["Pool"], Protocol):
    """Takes tasks and gives back what became of them."""

    @property
    def has_room(self) -> bool:
        """Whether a worker is free."""
        ...

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being done."""
        ...

    def start(self, task: Task) -> None:
        """Begin with a task; there is a free worker."""
        ...

    def next(self) -> tuple[Task, list[Entry] | None]:
        """Wait for a task to end. None instead of its lines: its worker died."""
        ...


class ThisProcess(Pool):
    """One task at a time, here: nothing to start up, and a debugger sees everything."""

    def __init__(self, packed: bytes) -> None:
        self._packed = packed
        self._task: Task | None = None

    @property
    def has_room(self) -> bool:
        return self._task is None

    @property
    def is_idle(self) -> bool:
        return self._task is None

    def start(self, task: Task) -> None:
        self._task = task

    def next(self) -> tuple[Task, list[Entry] | None]:
        if self._task is None:
            raise ValueError("nothing was started")
        task, self._task = self._task, None
        return task, run_chunk(self._packed, task.runs, in_own_process=False)

    def __exit__(self, *_: object) -> None:
        return None
