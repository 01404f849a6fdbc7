"""The cluster: a lab's accelerators, and who gets them.

An own allocator on SimPy's clock. It hands out fractional amounts of one pool; an event exists only for what
runs.

Shares and lending. Each class of jobs is guaranteed its share of the capacity. What a class leaves idle is
lent to anybody. There is one order of service (`simlab.world.queue_rules`): jobs that keep their class within
its share first, then borrowers. If the first does not fit, it is waited for and nobody overtakes; only
backfill lets a job pass that, by the jobs' own estimates, does not delay the first.

Taking back. With `preemption` "borrowed", a first in line that stays within its class's share takes lent
capacity back at once: the preemptible jobs by which other classes exceed their shares are stopped, the
youngest first, if that makes room enough. With "priority" it also stops preemptible jobs of laxer priority,
and a borrower stops those of its own class and other borrowers. With "never", lent capacity comes back when
its job ends. Whoever was stopped waits again, in the place of its first arrival.

Capacity changes at any moment. When it falls below what is held, borrowers are stopped first, in the end also
those that are not preemptible. A job larger than the whole capacity steps aside and waits for more.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from annotated_types import Ge, Gt

from simlab.errors import WorldError
from simlab.parameters import Unit
from simlab.stage import Stage
from simlab.trace.events import ClusterMetered, Interruption
from simlab.world.jobs import GRAIN_H100E, Job, JobState, grains_h100e
from simlab.world.lines import Lines
from simlab.world.machines import MachineParams, Machines
from simlab.world.queue_rules import (
    JobClass,
    borrowed_jobs,
    easy_reservation,
    just_enough,
    stopping_order,
    victims,
)

__all__ = ["Cluster", "ClusterParams", "Job", "JobState"]

_NEW, _WAITING, _RUNNING = JobState.NEW, JobState.WAITING, JobState.RUNNING
_ENDED, _WITHDRAWN = JobState.ENDED, JobState.WITHDRAWN


class ClusterParams(MachineParams):
    """How a lab runs its cluster."""

    queue_rule: Literal["first_come", "easy_backfill", "fair_share"]
    """Who is served next among those that want accelerators."""
    preemption: Literal["never", "borrowed", "priority"]
    """Whom a waiting job may stop: nobody, borrowers of its class's share, or also jobs of laxer priority."""
    estimate_factor: Annotated[float, Ge(1), Unit("1")]
    """By how much owners over-estimate the run time of their jobs; backfill goes by these estimates."""
    fair_share_half_life_days: Annotated[float, Gt(0), Unit("day")]
    """Age at which past use counts half, under fair share."""


class Cluster:
    """The accelerators of one lab. Class k is guaranteed the fraction class_shares[k] of the capacity.

    Class 0 is the frontier runs'; the meter counts all other classes as experiments.
    """

    def __init__(
        self,
        stage: Stage,
        params: ClusterParams,
        lab: int,
        capacity_h100e: float,
        class_shares: Sequence[float],
        *,
        name: str,
    ) -> None:
        self.params, self.lab, self.name = params, lab, name
        self.capacity_h100e = self.free_h100e = 0.0
        self.n_submitted = self.n_started = self.n_ended = self.n_withdrawn = 0
        self._env, now_days = stage.env, stage.env.now
        half_life_days = params.fair_share_half_life_days if params.queue_rule == "fair_share" else 0.0
        self._classes = [JobClass(share, half_life_days, now_days) for share in class_shares]
        self._lines = Lines(self._classes, params.queue_rule)
        self._machines = Machines(stage, params, lab, name, self._ended)
        self._order_drifts = params.queue_rule == "fair_share"  # another becomes the first in line with time
        self._may_stop_others = params.preemption != "never"
        self._capacity_h100e_days, self._capacity_since_days = 0.0, now_days
        self._last_reading = (0.0,) * 9
        self.resize(capacity_h100e)

    @property
    def n_waiting(self) -> int:
        """Jobs in line."""
        return self._lines.n_waiting

    @property
    def n_running(self) -> int:
        """Jobs that hold accelerators."""
        return sum(len(account.running) for account in self._classes)

    def submit(self, job: Job) -> None:
        """Start the job if it is its turn and it fits, else let it wait. Raises ValueError if used before."""
        if job.state is not _NEW:
            raise ValueError(f"job {job.number} was submitted before")
        now_days = self._env.now
        job.submitted_days = now_days
        job.arrival = self.n_submitted
        self.n_submitted += 1
        if not self._lines.n_waiting and job.n_h100e <= self.free_h100e:
            self._start(job, now_days)
        elif self._lines.join(job, now_days) or job.n_h100e <= self.free_h100e or self._order_drifts:
            self._serve(now_days)

    def withdraw(self, job: Job) -> None:
        """Take a waiting or running job out; `on_end` is not called. Raises ValueError for any other job."""
        now_days = self._env.now
        if job.state is _WAITING:
            self._lines.leave(job, now_days)
        elif job.state is _RUNNING:
            self._machines.withdraw(job, now_days)
            self._release(job, now_days)
        else:
            raise ValueError(f"job {job.number} is neither waiting nor running")
        job.state = _WITHDRAWN
        job.ended_days = now_days
        self.n_withdrawn += 1
        self._serve(now_days)

    def set_failure_rate(self, per_h100e_day: float) -> None:
        """Jobs are struck by failures at this rate from now on, per H100e that they hold."""
        self._machines.set_failure_rate(per_h100e_day)

    def resize(self, capacity_h100e: float) -> None:
        """Have this much from now on, to the nearest grain. Raises ValueError if negative or infinite."""
        if not 0.0 <= capacity_h100e < float("inf"):
            raise ValueError(f"a cluster cannot have {capacity_h100e} H100e")
        now_days = self._env.now
        self._capacity_h100e_days += self.capacity_h100e * (now_days - self._capacity_since_days)
        self._capacity_since_days = now_days
        # Jobs round down and the capacity to the nearest, so jobs that add up to the capacity fit in it.
        whole_h100e = grains_h100e(capacity_h100e + GRAIN_H100E / 2.0)
        self.free_h100e += whole_h100e - self.capacity_h100e
        self.capacity_h100e = whole_h100e
        self._guarantee([account.share for account in self._classes])
        self._shed(now_days)
        self._lines.readmit()
        self._serve(now_days)

    def set_shares(self, class_shares: Sequence[float]) -> None:
        """Guarantee these fractions of the capacity from now on."""
        self._guarantee(class_shares)
        self._serve(self._env.now)

    def waiting(self, job_class: int) -> list[Job]:
        """The waiting jobs of a class in the order of their line, those too large for the cluster last."""
        return self._lines.of_class(job_class)

    def running(self) -> Iterator[Job]:
        """The jobs that hold accelerators, class by class, in the order of starting."""
        for account in self._classes:
            yield from account.running

    def held_h100e(self, job_class: int) -> float:
        """What a class holds now."""
        return self._classes[job_class].held_h100e

    def read_meter(self) -> ClusterMetered:
        """The integrals since the last reading. Work counts as lost when it is lost, not when it was done."""
        now_days = self._env.now
        reading = self._integrals(now_days)
        since = [new - old for new, old in zip(reading, self._last_reading, strict=True)]
        self._last_reading = reading
        capacity, frontier, experiments, lost, checkpoint, restart, queue, n_started, n_ended = since
        return ClusterMetered(
            time_days=now_days,
            lab=self.lab,
            capacity_h100e_days=capacity,
            frontier_h100e_days=frontier,
            experiments_h100e_days=experiments,
            lost_h100e_days=lost,
            checkpoint_h100e_days=checkpoint,
            restart_h100e_days=restart,
            idle_h100e_days=max(capacity - frontier - experiments, 0.0),  # no rounding below nothing
            queue_job_days=queue,
            n_started=int(n_started),
            n_ended=int(n_ended),
        )

    def check(self) -> None:
        """For tests: raise WorldError if accelerators or jobs went missing, or if the first in line fits."""
        now_days = self._env.now
        held_h100e = sum(account.held_h100e for account in self._classes)
        in_lines = [job for number in range(len(self._classes)) for job in self.waiting(number)]
        first = self._lines.first(self.capacity_h100e, now_days)
        facts = {
            "free + held = capacity": self.free_h100e + held_h100e == self.capacity_h100e,
            "nothing is negative": min(self.free_h100e, held_h100e) >= 0.0,
            "a class holds what its jobs hold": all(
                account.held_h100e == sum(job.n_h100e for job in account.running) for account in self._classes
            ),
            "no job is lost": self.n_submitted == self.n_waiting + self.n_running + self.n_ended + self.n_withdrawn,
            "who waits is in line, once": len(set(in_lines)) == len(in_lines) == self.n_waiting,
            "states are true": all(job.state is _WAITING for job in in_lines)
            and all(job.state is _RUNNING for job in self.running()),
            "the first in line does not fit": first is None or first.n_h100e > self.free_h100e,
        }
        for fact, holds in facts.items():
            if not holds:
                raise WorldError(f"cluster {self.name}: not true that {fact}", now_days)

    def _serve(self, now_days: float) -> None:
        """Start whoever is first, until the first one does not fit."""
        while self._lines.n_waiting and (self.free_h100e or self._may_stop_others):
            job = self._lines.first(self.capacity_h100e, now_days)
            if job is None:
                return
            if job.n_h100e > self.free_h100e and not self._make_room(job, now_days):
                if self.params.queue_rule == "easy_backfill":
                    self._backfill(job, now_days)
                return
            self._lines.leave(job, now_days)
            self._start(job, now_days)

    def _backfill(self, first: Job, now_days: float) -> None:
        """Let those pass who, by the owners' estimates, do not delay the first in line."""
        factor = self.params.estimate_factor
        fitting = self._lines.in_order(now_days, self.free_h100e)
        if not fitting:
            return
        ends = [(max(job.since_days + factor * job.stint_days, now_days), job.n_h100e) for job in self.running()]
        reserved_days, spare_h100e = easy_reservation(first.n_h100e, self.free_h100e, ends)
        for job in fitting:
            if job.n_h100e > self.free_h100e:
                continue
            in_time = now_days + factor * self._machines.plan_days(job) <= reserved_days
            if in_time or job.n_h100e <= spare_h100e:
                spare_h100e -= 0.0 if in_time else job.n_h100e
                self._lines.leave(job, now_days)
                self._start(job, now_days)

    def _make_room(self, job: Job, now_days: float) -> bool:
        """Stop others for the first in line, if it may and that is enough; returns whether it now fits."""
        if not self._may_stop_others:
            return False
        candidates = victims(job, self._classes, self.params.preemption)
        if not candidates:
            return False
        stopped = just_enough(candidates, job.n_h100e - self.free_h100e)
        for victim in stopped or ():
            self._stop(victim, Interruption.PREEMPTED, now_days)
        return stopped is not None

    def _guarantee(self, class_shares: Sequence[float]) -> None:
        for account, share in zip(self._classes, class_shares, strict=True):
            account.guarantee(share, self.capacity_h100e)

    def _shed(self, now_days: float) -> None:
        """Stop as many jobs as hold more than there is: borrowers first."""
        if self.free_h100e >= 0.0:
            return
        borrowers = [job for account in self._classes for job in borrowed_jobs(account)]
        others = [job for job in self.running() if job not in borrowers]
        candidates = stopping_order(borrowers) + stopping_order(others)
        for job in just_enough(candidates, -self.free_h100e) or ():
            self._stop(job, Interruption.CAPACITY_LOST, now_days)

    def _start(self, job: Job, now_days: float) -> None:
        account = self._classes[job.job_class]
        account.take(job, now_days)
        self.free_h100e -= job.n_h100e
        if not job.n_preemptions:
            self.n_started += 1
            job.started_days = now_days
        job.state = _RUNNING
        self._machines.run(job, now_days)

    def _stop(self, job: Job, why: Interruption, now_days: float) -> None:
        """Take a job's accelerators away; it waits again."""
        self._machines.interrupt(job, why, now_days)
        job.n_preemptions += 1
        self._release(job, now_days)
        self._lines.join(job, now_days)

    def _ended(self, job: Job, now_days: float) -> None:
        """Those who wait are served before the owner hears of it: its next job comes behind them."""
        self._classes[job.job_class].give_back(job, now_days)
        self.free_h100e += job.n_h100e
        job.state = _ENDED
        job.ended_days = now_days
        self.n_ended += 1
        if self._lines.n_waiting:
            self._serve(now_days)
        job.on_end(job)

    def _release(self, job: Job, now_days: float) -> None:
        self._classes[job.job_class].give_back(job, now_days)
        self.free_h100e += job.n_h100e

    def _integrals(self, now_days: float) -> tuple[float, ...]:
        """Everything the meter shows but idle, since the beginning; stints under way count up to now."""
        held = [account.held_h100e_days(now_days) for account in self._classes]
        capacity = self._capacity_h100e_days + self.capacity_h100e * (now_days - self._capacity_since_days)
        overheads = self._machines.overheads_h100e_days(self.running(), now_days)
        queue = self._lines.job_days(now_days)
        return (capacity, held[0], sum(held[1:]), *overheads, queue, self.n_started, self.n_ended)
