"""The runs still to do, and justice for those that were being done when a worker died."""

from collections import Counter, deque
from collections.abc import Sequence

from simlab.errors import StudyError
from simlab.sweep import ledger
from simlab.sweep.chunk import keep
from simlab.sweep.ledger import Entry
from simlab.sweep.one import Job, Planned, Result, nothing, timed_out
from simlab.sweep.pools import Task
from simlab.sweep.runs import State

SECONDS_PER_CHUNK = 3.0
"""Long enough that handing out costs nothing, short enough that little is lost and the progress bar moves."""

MOST_RUNS_PER_CHUNK = 16
MOST_STILLBORN_TASKS = 5


class Backlog:
    """The runs still to do: `waiting` in order, and `alone`, the suspects of a worker's death, after them."""

    def __init__(self, job: Job, runs: Sequence[Planned], n_workers: int) -> None:
        suspects = ledger.unended(job.folder)
        self.alone = deque(planned for planned in runs if planned.key.run_id in suspects)
        self.waiting = deque(planned for planned in runs if planned.key.run_id not in suspects)
        self._job, self._n_workers = job, n_workers
        self._n_left = Counter(planned.key.part for planned in runs)
        self._seconds: list[float] = []
        self._n_stillborn = 0

    @property
    def n_waiting(self) -> int:
        """Runs not yet handed out."""
        return len(self.alone) + len(self.waiting)

    def next_task(self) -> Task:
        """The next few runs, all of one part."""
        if not self.waiting:
            return Task([self.alone.popleft()], is_alone=True)
        runs = [self.waiting.popleft()]
        size = self._chunk_size()
        while self.waiting and len(runs) < size and self.waiting[0].key.part == runs[0].key.part:
            runs.append(self.waiting.popleft())
        return Task(runs)

    def _chunk_size(self) -> int:
        """So many runs take about SECONDS_PER_CHUNK; one while nothing is known, few when few are left."""
        if not self._seconds:
            return 1
        mean_seconds = max(sum(self._seconds) / len(self._seconds), 1e-3)
        fair_share = len(self.waiting) // self._n_workers + 1
        return max(1, min(int(SECONDS_PER_CHUNK / mean_seconds), fair_share, MOST_RUNS_PER_CHUNK))

    def ends_part(self, task: Task, entries: Sequence[Entry]) -> bool:
        """Tick these runs of the task off; whether they were the last of their part."""
        self._seconds += [entry.seconds for entry in entries if entry.seconds is not None]
        self._n_left[task.part] -= len(entries)
        return self._n_left[task.part] == 0

    def mourn(self, task: Task) -> list[Entry]:
        """A worker died over `task`. Give the verdict on its runs where there is one, put the others back.

        Raises:
            StudyError: workers keep dying before they start anything.
        """
        mine = [entry for entry in ledger.entries(self._job.folder) if _is_of(entry, task)]
        started = {entry.run_id for entry in mine}
        going_on = [planned for planned in task.runs if planned.key.run_id in started][-1:]
        if not going_on:
            self._count_stillborn()
        verdict = self._verdict(task, going_on[0], mine) if going_on else None
        again = [planned._replace(attempt=planned.attempt + 1) for planned in task.runs if planned not in going_on]
        self.waiting.extendleft(reversed(again))
        if verdict is not None:
            return keep(self._job, going_on, [verdict])
        self.alone.extend(planned._replace(attempt=planned.attempt + 1) for planned in going_on)
        return []

    def _verdict(self, task: Task, planned: Planned, mine: Sequence[Entry]) -> Result | None:
        """What became of the run that was going on; None: it gets another chance, alone."""
        if any(entry.state is State.TIMED_OUT and entry.run_id == planned.key.run_id for entry in mine):
            return timed_out(self._job, planned.key)
        if not task.is_alone:
            return None
        error = "its process died, twice; the second time it was alone in it"
        return nothing(self._job, planned.key, State.CRASHED, error, error, 0.0)

    def _count_stillborn(self) -> None:
        self._n_stillborn += 1
        if self._n_stillborn > MOST_STILLBORN_TASKS:
            raise StudyError("worker processes die before they start a run; is there enough memory?")


def _is_of(entry: Entry, task: Task) -> bool:
    return any((entry.run_id, entry.attempt) == (planned.key.run_id, planned.attempt) for planned in task.runs)
