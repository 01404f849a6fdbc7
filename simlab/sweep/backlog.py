"""The runs still to do: a few of them held ahead, handed out in batches that take a second or two."""

import itertools
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence

from simlab.sweep.ledger import Entry
from simlab.sweep.one import Planned
from simlab.sweep.pools import Task

SECONDS_PER_BATCH = 2.0
"""Long enough that handing out costs nothing, short enough that little is lost and the progress bar moves."""

MOST_RUNS_PER_BATCH = 64

BATCHES_AHEAD = 4
"""For each worker: what is in flight, and as much again to judge by whether the end is near."""

MEMORY = 0.9
"""Weight of what was known about how long runs take, against one more batch."""


class Backlog:
    """Hands out the runs of an iterator and knows which parts are complete."""

    def __init__(self, runs: Iterable[Planned]) -> None:
        self._coming: Iterator[Planned] = iter(runs)
        self._waiting: dict[str, deque[Planned]] = {}
        self._alone: deque[Planned] = deque()
        self._n_open: Counter[str] = Counter()
        self._mean_seconds: float | None = None

    def has_more(self, n_workers: int) -> bool:
        """Whether runs are left to hand out."""
        self._look_ahead(MOST_RUNS_PER_BATCH * BATCHES_AHEAD * max(n_workers, 1))
        return bool(self._waiting or self._alone)

    def _look_ahead(self, n_runs: int) -> None:
        n_missing = n_runs - sum(map(len, self._waiting.values()))
        for planned in itertools.islice(self._coming, max(n_missing, 0)):
            self._waiting.setdefault(planned.key.part, deque()).append(planned)
            self._n_open[planned.key.part] += 1

    def next_task(self, n_workers: int) -> Task:
        """The next few runs, all of one part; those that are to be alone at last."""
        if not self._waiting:
            return Task([self._alone.popleft()])
        part, runs = next(iter(self._waiting.items()))
        n_runs = min(self._batch_size(n_workers), len(runs))
        task = Task([runs.popleft() for _ in range(n_runs)])
        if not runs:
            del self._waiting[part]
        return task

    def _batch_size(self, n_workers: int) -> int:
        """So many runs take about SECONDS_PER_BATCH; one while nothing is known, few when few are left."""
        if self._mean_seconds is None:
            return 1
        n_left = sum(map(len, self._waiting.values()))
        fair_share = n_left // (2 * max(n_workers, 1)) + 1
        wanted = int(SECONDS_PER_BATCH / max(self._mean_seconds, 1e-4))
        return max(1, min(wanted, fair_share, MOST_RUNS_PER_BATCH))

    def ended(self, task: Task, entries: Sequence[Entry]) -> bool:
        """Tick off the runs of a task that have ended; whether nothing of their part is left."""
        self._n_open[task.part] -= len(entries)
        seconds = [entry.seconds for entry in entries if entry.seconds is not None]
        if seconds:
            new = sum(seconds) / len(seconds)
            old = new if self._mean_seconds is None else self._mean_seconds
            self._mean_seconds = MEMORY * old + (1 - MEMORY) * new
        if self._n_open[task.part]:
            return False
        del self._n_open[task.part]
        return True

    def again(self, runs: Iterable[Planned]) -> None:
        """Put back runs whose worker was lost: each alone, at the end, so that one which kills workers kills few."""
        self._alone.extend(planned._replace(attempt=planned.attempt + 1) for planned in runs)
