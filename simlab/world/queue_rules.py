"""Who is served next, and who has to stop for whom.

The jobs of a class stand in one line, by priority (lower first), then by arrival. The first of each line
compete for the accelerators, and the one with the least rank is served. The first part of every rank is
whether the class would borrow: a job that keeps its class within its share goes before one that does not.
Then comes

    first_come, easy_backfill   priority, arrival
    fair_share                  - 2**(-usage / share), held / share, priority, arrival

Usage is the class's part of all recent use, older use counting less by a half-life; among classes of the same
history, the one that holds least for its share goes first, so that idle capacity is filled in max-min fairly.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from simlab.world.jobs import GRAIN_H100E, Job, grains_h100e

QueueRule = Literal["first_come", "easy_backfill", "fair_share"]
Preemption = Literal["never", "borrowed", "priority"]
Rank = tuple[float, ...]


class JobClass:
    """One class of jobs: what it is owed, what it holds, and what it used."""

    __slots__ = (
        "guaranteed_h100e",
        "half_life_days",
        "held_h100e",
        "recent_h100e_days",
        "running",
        "share",
        "since_days",
        "used_h100e_days",
    )

    def __init__(self, share: float, half_life_days: float, now_days: float) -> None:
        self.share = share
        self.half_life_days = half_life_days
        """Age at which its past use counts half; 0 where nobody asks for it."""
        self.guaranteed_h100e = 0.0
        self.held_h100e = 0.0
        self.used_h100e_days = 0.0
        """Held in stints that are over."""
        self.running: dict[Job, None] = {}
        """A dict and not a set: it keeps the order of starting, the same in every process."""
        """Running mean of the wait for the first start."""
        self.recent_h100e_days = 0.0
        self.since_days = now_days

    def guarantee(self, share: float, capacity_h100e: float) -> None:
        """Owe the class its share of the capacity, rounded up by at most a grain: shares are not round."""
        self.share = share
        self.guaranteed_h100e = grains_h100e(share * capacity_h100e) + GRAIN_H100E if share else 0.0

    def take(self, job: Job, now_days: float) -> None:
        """Hold the job's accelerators from now on."""
        if self.half_life_days:
            self.remember(now_days)
        job.held_since_days = now_days
        self.held_h100e += job.n_h100e
        self.running[job] = None

    def give_back(self, job: Job, now_days: float) -> None:
        """Hold them no longer."""
        if self.half_life_days:
            self.remember(now_days)
        self.held_h100e -= job.n_h100e
        self.used_h100e_days += job.n_h100e * (now_days - job.held_since_days)
        del self.running[job]

    def held_h100e_days(self, now_days: float) -> float:
        """Integral of what it held, up to now."""
        return self.used_h100e_days + sum(job.n_h100e * (now_days - job.held_since_days) for job in self.running)

    def remember(self, now_days: float) -> None:
        """Bring the recent use up to now."""
        self.recent_h100e_days = decayed_use_h100e_days(
            self.recent_h100e_days, self.held_h100e, now_days - self.since_days, self.half_life_days
        )
        self.since_days = now_days

    def borrows(self, job: Job) -> bool:
        """Whether the class would hold more than its share with this job."""
        return self.held_h100e + job.n_h100e > self.guaranteed_h100e


Ranking = Callable[[JobClass, Job], Rank]


def ranking(rule: QueueRule, classes: Sequence[JobClass], now_days: float) -> Ranking:
    """The rule's order of service at this moment."""
    return fair_share_ranking(classes, now_days) if rule == "fair_share" else first_come_rank


def first_come_rank(account: JobClass, job: Job) -> Rank:
    """Within the share, then priority, then arrival."""
    return (account.borrows(job), job.priority, job.arrival)


def fair_share_ranking(classes: Sequence[JobClass], now_days: float) -> Ranking:
    """Within the share, then by what the classes have had for their shares."""
    for account in classes:
        account.remember(now_days)
    all_recent_h100e_days = sum(account.recent_h100e_days for account in classes)

    def rank(account: JobClass, job: Job) -> Rank:
        usage = account.recent_h100e_days / all_recent_h100e_days if all_recent_h100e_days else 0.0
        filled_h100e = account.held_h100e / account.share if account.share else math.inf
        factor = fair_share_factor(usage, account.share)
        return (account.borrows(job), -factor, filled_h100e, job.priority, job.arrival)

    return rank


def fair_share_factor(usage: float, share: float) -> float:
    """2**(-usage / share): a half for a class that used just its share, 1 for one that used nothing.

    Source: slurm-classic-fair-share.
    """
    return 2.0 ** (-usage / share) if share else 0.0


def decayed_use_h100e_days(recent_h100e_days: float, held_h100e: float, days: float, half_life_days: float) -> float:
    """Recent use after `days` more of holding `held_h100e`, when use counts half after `half_life_days`."""
    decay = 2.0 ** (-days / half_life_days)
    return recent_h100e_days * decay + held_h100e * (1.0 - decay) * half_life_days / math.log(2.0)


def easy_reservation(
    wanted_h100e: float, free_h100e: float, ends: Iterable[tuple[float, float]]
) -> tuple[float, float]:
    """When the first in line can start, in days, and what is then left over beside it, in H100e.

    `ends` are (estimated end in days, amount given back in H100e) of the running jobs. Infinitely far off if
    even all of them are not enough.
    """
    for end_days, n_h100e in sorted(ends):
        free_h100e += n_h100e
        if free_h100e >= wanted_h100e:
            return end_days, free_h100e - wanted_h100e
    return math.inf, 0.0


def victims(job: Job, classes: Sequence[JobClass], preemption: Preemption) -> list[Job]:
    """Whom the first in line may stop, in the order of stopping: borrowers, then laxer priorities."""
    if preemption == "never":
        return []
    own, by_priority = classes[job.job_class], preemption == "priority"
    borrowing = own.borrows(job)
    if borrowing and not by_priority:
        return []
    borrowers = [other for account in classes for other in borrowed_jobs(account)]
    if borrowing:
        borrowers = [other for other in borrowers if other.priority > job.priority]
    if not by_priority:
        return stopping_order(borrowers)
    # In the job's own class a job of laxer priority makes room without the class taking more.
    reach = (own,) if borrowing else classes
    lax = {other: None for account in reach for other in account.running if other.priority > job.priority}
    for other in borrowers:
        lax.pop(other, None)
    return stopping_order(borrowers) + stopping_order(other for other in lax if other.preemptible)


def borrowed_jobs(account: JobClass) -> list[Job]:
    """The preemptible jobs by which a class exceeds its share: just as many as it takes to be back in it."""
    excess_h100e = account.held_h100e - account.guaranteed_h100e
    if excess_h100e <= 0.0:
        return []
    jobs: list[Job] = []
    for job in stopping_order(job for job in account.running if job.preemptible):
        if excess_h100e <= 0.0:
            break
        jobs.append(job)
        excess_h100e -= job.n_h100e
    return jobs


def stopping_order(jobs: Iterable[Job]) -> list[Job]:
    """The preemptible before others, the laxest priority, the latest started, the latest arrived."""
    return sorted(jobs, key=lambda job: (not job.preemptible, -job.priority, -job.held_since_days, -job.arrival))


def just_enough(jobs: Iterable[Job], missing_h100e: float) -> list[Job] | None:
    """The first of `jobs` that together free what is missing, None if all of them do not.

    Those that a later, larger one makes unnecessary are spared.
    """
    chosen: list[Job] = []
    for job in jobs:
        if missing_h100e <= 0.0:
            break
        chosen.append(job)
        missing_h100e -= job.n_h100e
    if missing_h100e > 0.0:
        return None
    needed: list[Job] = []
    for job in chosen:
        if missing_h100e + job.n_h100e <= 0.0:
            missing_h100e += job.n_h100e
        else:
            needed.append(job)
    return needed
