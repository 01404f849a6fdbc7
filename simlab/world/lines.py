"""The jobs that wait: a line for each class, and those too large for the cluster standing aside."""

from bisect import insort
from collections import deque
from collections.abc import Iterable, Sequence

from simlab.world.jobs import Job, JobState
from simlab.world.queue_rules import JobClass, QueueRule, ranking

_WAITING = JobState.WAITING


Entry = tuple[int, int, Job]
"""(priority, arrival, job), sorted: arrivals are unique, so jobs themselves are never compared."""


class Lines:
    """Everybody who waits, in the order of service."""

    def __init__(self, classes: Sequence[JobClass], rule: QueueRule) -> None:
        self.n_waiting = 0
        self._classes = classes
        self._rule: QueueRule = rule
        self._lines: list[deque[Entry]] = [deque() for _ in classes]
        self._too_large: list[Job] = []
        self._waited_days = 0.0  # by those who have left

    def join(self, job: Job, now_days: float) -> bool:
        """Stand in line, at the place that priority and arrival give; returns whether that is the front."""
        self.n_waiting += 1
        job.state = _WAITING
        job.since_days = now_days
        line, entry = self._lines[job.job_class], (job.priority, job.arrival, job)
        if not line or line[-1] < entry:  # nearly always: it is the latest to arrive
            line.append(entry)
        else:
            insort(line, entry)
        return line[0] is entry

    def leave(self, job: Job, now_days: float) -> None:
        """Step out of the line, wherever in it the job stands. To be told before its state changes."""
        self.n_waiting -= 1
        waited_days = now_days - job.since_days
        job.queue_days += waited_days
        self._waited_days += waited_days
        line = self._lines[job.job_class]
        if line and line[0][2] is job:
            line.popleft()
        elif job in self._too_large:
            self._too_large.remove(job)
        else:
            line.remove((job.priority, job.arrival, job))

    def first(self, capacity_h100e: float, now_days: float) -> Job | None:
        """The job to be served next, None if all that wait are larger than the cluster."""
        if len(self._lines) == 1:
            line = self._lines[0]
            fits = line and line[0][2].n_h100e <= capacity_h100e
            return line[0][2] if fits else self.first_of(0, capacity_h100e)
        able: list[Job] = []
        for number, line in enumerate(self._lines):
            job = line[0][2] if line else None
            if job is not None and job.n_h100e > capacity_h100e:
                job = self.first_of(number, capacity_h100e)
            if job is not None:
                able.append(job)
        return self._by_rank(able, now_days)[0] if len(able) > 1 else able[0] if able else None

    def first_of(self, job_class: int, capacity_h100e: float) -> Job | None:
        """The first in the line of a class, None if nobody waits.

        Jobs larger than the whole cluster step aside on the way: they wait for capacity, not for their turn.
        """
        line = self._lines[job_class]
        while line:
            job = line[0][2]
            if job.n_h100e <= capacity_h100e:
                return job
            self._too_large.append(job)
            line.popleft()
        return None

    def in_order(self, now_days: float, at_most_h100e: float) -> list[Job]:
        """Everybody in line who wants no more than that, in the order of service."""
        small = [entry[2] for line in self._lines for entry in line if entry[2].n_h100e <= at_most_h100e]
        return self._by_rank(small, now_days) if small else small

    def of_class(self, job_class: int) -> list[Job]:
        """The waiting jobs of a class in the order of their line, those too large for the cluster last."""
        in_line = [job for _, _, job in self._lines[job_class]]
        return in_line + [job for job in self._too_large if job.job_class == job_class]

    def readmit(self) -> None:
        """Let those that stood aside back into their lines, at their old places."""
        for job in self._too_large:
            insort(self._lines[job.job_class], (job.priority, job.arrival, job))
        self._too_large.clear()

    def job_days(self, now_days: float) -> float:
        """Integral of the number of waiting jobs over time."""
        waiting = [entry[2] for line in self._lines for entry in line] + self._too_large
        return self._waited_days + sum(now_days - job.since_days for job in waiting)

    def _by_rank(self, jobs: Iterable[Job], now_days: float) -> list[Job]:
        rank, classes = ranking(self._rule, self._classes, now_days), self._classes
        return sorted(jobs, key=lambda job: rank(classes[job.job_class], job))
