"""Who is served next: the job classes of a cluster, their lines, and the rules that order them.

Every class has a line, ordered by priority (lower first), then by arrival. The first of each line compete for the
accelerators; the cluster serves the one with the least rank. The first part of every rank is whether the class would
borrow: a job that keeps its class within the class's share goes before one that does not. Then comes

    first_come, easy_backfill   priority, arrival
    fair_share                  - 2**(-usage / share), held / share, priority, arrival

Usage is the class's part of all recent use, older use counting less by a half-life; among classes with the same
history, the one that holds least for its share goes first, so that idle capacity is filled in max-min fairly.
"""

import math
from collections.abc import Callable, Iterable
from heapq import heapify, heappop, heappush

from simlab.world.jobs import GRAIN_H100E, Job, JobState, grains_h100e

Entry = tuple[int, int, Job]
"""(priority, arrival, job): arrival numbers are unique, so jobs themselves are never compared."""

Rank = tuple[float, ...]


class JobClass:
    """One class of jobs: what it is owed, what it holds, who waits, and its integrals over time."""

    __slots__ = (
        "guaranteed_h100e",
        "half_life_days",
        "held_h100e",
        "held_h100e_days",
        "line",
        "n_waiting",
        "queue_delay_days",
        "recent_h100e_days",
        "running",
        "share",
        "since_days",
    )

    def __init__(self, share: float, half_life_days: float) -> None:
        self.share = share
        self.half_life_days = half_life_days
        self.guaranteed_h100e = 0.0
        self.held_h100e = 0.0
        self.line: list[Entry] = []
        self.running: dict[Job, None] = {}  # in the order of starting; a dict forgets anyone fast
        self.n_waiting = 0
        self.queue_delay_days = 0.0
        self.held_h100e_days = self.recent_h100e_days = self.since_days = 0.0

    def guarantee(self, capacity_h100e: float) -> None:
        """Owe the class its share of `capacity_h100e`, rounded up by at most a grain: shares are not round."""
        self.guaranteed_h100e = grains_h100e(self.share * capacity_h100e) + GRAIN_H100E

    def hold(self, more_h100e: float, now_days: float) -> None:
        """Hold `more_h100e` (less, if negative) from now on; the time before is booked first."""
        self.book(now_days)
        self.held_h100e += more_h100e

    def book(self, now_days: float) -> None:
        """Bring the integrals up to now."""
        days = now_days - self.since_days
        if days:
            if self.half_life_days:
                self.recent_h100e_days = decayed_use_h100e_days(
                    self.recent_h100e_days, self.held_h100e, days, self.half_life_days
                )
            self.held_h100e_days += self.held_h100e * days
            self.since_days = now_days

    def borrows(self, job: Job) -> bool:
        """Whether the class would hold more than its share with this job."""
        return self.held_h100e + job.n_h100e > self.guaranteed_h100e

    def join(self, job: Job) -> None:
        """Stand in line, at the place that priority and arrival give."""
        heappush(self.line, (job.priority, job.arrival, job))

    def first(self, capacity_h100e: float, too_large: list[Job]) -> Job | None:
        """The first in line, None if nobody waits.

        The withdrawn are forgotten on the way. Jobs larger than the whole cluster step aside into `too_large`: they
        wait for capacity, not for their turn.
        """
        line = self.line
        while line:
            job = line[0][2]
            if job.state is _WAITING:
                if job.n_h100e <= capacity_h100e:
                    return job
                too_large.append(job)
            heappop(line)
        return None

    def leave(self, job: Job) -> None:
        """Step out of the line, wherever in it the job stands."""
        if self.line[0][2] is job:
            heappop(self.line)
        else:
            self.line.remove((job.priority, job.arrival, job))
            heapify(self.line)


_WAITING = JobState.WAITING


def first_come_rank(account: JobClass, job: Job) -> Rank:
    """Within the share, then priority, then arrival."""
    return (account.held_h100e + job.n_h100e > account.guaranteed_h100e, job.priority, job.arrival)


def fair_share_rank(classes: Iterable[JobClass], now_days: float) -> Callable[[JobClass, Job], Rank]:
    """The rank of the fair-share rule at this moment. Brings the classes' recent use up to date."""
    for account in classes:
        account.book(now_days)
    all_recent_h100e_days = sum(account.recent_h100e_days for account in classes)

    def rank(account: JobClass, job: Job) -> Rank:
        usage = account.recent_h100e_days / all_recent_h100e_days if all_recent_h100e_days else 0.0
        filled = account.held_h100e / account.share if account.share else math.inf
        factor = fair_share_factor(usage, account.share)
        return (account.borrows(job), -factor, filled, job.priority, job.arrival)

    return rank


def fair_share_factor(usage: float, share: float) -> float:
    """2**(-usage / share), in [0, 1]: a half for a class that used just its share. Source: slurm-classic-fair-share."""
    return 2.0 ** (-usage / share) if share else 0.0


def decayed_use_h100e_days(
    recent_h100e_days: float, held_h100e: float, days: float, half_life_days: float
) -> float:
    """Recent use after `days` more of holding `held_h100e`, when use counts half after `half_life_days`."""
    decay = 2.0 ** (-days / half_life_days)
    return recent_h100e_days * decay + held_h100e * (1.0 - decay) * half_life_days / math.log(2.0)


def easy_reservation(
    wanted_h100e: float, free_h100e: float, ends: Iterable[tuple[float, float]]
) -> tuple[float, float]:
    """When the first in line can start, and what is then left over beside it: (days, H100e).

    `ends` are (estimated end in days, amount given back in H100e) of the running jobs. Infinitely far off if even
    all of them are not enough.
    """
    for end_days, n_h100e in sorted(ends):
        free_h100e += n_h100e
        if free_h100e >= wanted_h100e:
            return end_days, free_h100e - wanted_h100e
    return math.inf, 0.0


def youngest_first(jobs: Iterable[Job]) -> list[Job]:
    """Whom to interrupt first: the preemptible, the laxest priority, the latest started, the latest arrived."""
    return sorted(jobs, key=lambda job: (not job.preemptible, -job.priority, -job.since_days, -job.arrival))


def borrowed_jobs(account: JobClass) -> list[Job]:
    """The preemptible jobs by which a class exceeds its share: the youngest, as many as it takes to be back in it."""
    excess_h100e = account.held_h100e - account.guaranteed_h100e
    jobs: list[Job] = []
    for job in youngest_first(job for job in account.running if job.preemptible):
        if excess_h100e <= 0.0:
            break
        jobs.append(job)
        excess_h100e -= job.n_h100e
    return jobs
