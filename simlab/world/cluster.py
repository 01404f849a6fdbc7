"""The cluster: a lab's accelerators, and who holds them.

An own allocator on SimPy's clock. It hands out fractional amounts of one pool, and an event exists only for what runs.

Shares and lending. Each class of jobs is guaranteed its share of the capacity. What a class leaves idle is lent to
anybody. Jobs are served in one order (`simlab.world.queue_rules`): those that keep their class within its share first,
then borrowers. Whoever is first and does not fit is waited for: nobody overtakes, but for backfill, which lets a job
pass if it does not delay the first by the jobs' own estimates.

Taking back. With `preemption` "borrowed", a first in line that stays within its class's share takes lent capacity back
at once: the preemptible jobs by which other classes exceed their shares stop, the youngest first, if that makes
room enough. With "priority", it may also stop preemptible jobs of laxer priority than its own, but a borrower stops
nobody who is within a share. With "never", lent capacity comes back when its job ends. Who was stopped waits again,
at the place of its first arrival.

Capacity changes at any moment. When it falls below what is held, jobs stop as above, in the end those
that are not preemptible too. A job larger than all of the capacity steps aside and waits for more.

Failures strike a job, not its place: it keeps its accelerators, goes back to its last checkpoint and pays a restart.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from annotated_types import Ge, Gt

from simlab.errors import WorldError
from simlab.parameters import Params, Unit
from simlab.randomness import Rows, exponentials
from simlab.stage import Alarm, Stage
from simlab.trace.events import ClusterMetered, Interruption, JobInterrupted
from simlab.world.jobs import Job, JobState, daly_interval_days, grains_h100e
from simlab.world.queue_rules import (
    JobClass,
    Rank,
    borrowed_jobs,
    easy_reservation,
    fair_share_rank,
    first_come_rank,
    youngest_first,
)

_FAILURES_PER_PAGE = 4


class ClusterParams(Params):
    """How a lab runs its cluster, and how reliable the machines are."""

    queue_rule: Literal["first_come", "easy_backfill", "fair_share"]
    """Who is served next among those that want accelerators."""
    preemption: Literal["never", "borrowed", "priority"]
    """Whom a waiting job may stop: nobody, borrowers of its class's share, or also jobs of laxer priority."""
    failures_per_h100e_day: Annotated[float, Ge(0), Unit("1/(H100e*day)")]
    """Rate at which a running job is struck by a failure, per H100e it holds."""
    checkpoint_rule: Literal["fixed", "daly"]
    """Work between checkpoints: always the fixed interval, or the optimum for the job's own failure rate if shorter."""
    checkpoint_interval_days: Annotated[float, Ge(0), Unit("day")]
    """Longest work between two checkpoints; 0 saves all work as it is done, at no cost."""
    checkpoint_days: Annotated[float, Ge(0), Unit("day")]
    """Time for which writing one checkpoint stops a job."""
    restart_days: Annotated[float, Ge(0), Unit("day")]
    """Time to get an interrupted job going again: finding the fault, reading the checkpoint back."""
    estimate_factor: Annotated[float, Ge(1), Unit("1")]
    """By how much owners over-estimate the run time of their jobs; backfill goes by these estimates."""
    fair_share_half_life_days: Annotated[float, Gt(0), Unit("day")]
    """Age at which past use counts half, under fair share."""
    queue_delay_memory_jobs: Annotated[float, Ge(1), Unit("1")]
    """How many of the latest starts the running estimate of the queueing delay averages over."""


class Cluster:
    """The accelerators of one lab. Class k of `class_shares` is guaranteed that fraction of the capacity.

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
        self.stage, self.params, self.lab, self.name = stage, params, lab, name
        half_life_days = params.fair_share_half_life_days if params.queue_rule == "fair_share" else 0.0
        self.classes = [JobClass(share, half_life_days) for share in class_shares]
        self.capacity_h100e = self.free_h100e = 0.0
        self.n_submitted = self.n_started = self.n_waiting = self.n_running = self.n_ended = (
            self.n_withdrawn
        ) = 0
        self._env = stage.env
        self._alarms: list[Alarm] = []
        self._too_large: list[Job] = []
        self._luck: dict[tuple[int, int], Rows] = {}
        self._since_days = self._queue_since_days = stage.env.now
        self._capacity_h100e_days = self._queue_job_days = 0.0
        self._lost_h100e_days = self._checkpoint_h100e_days = self._restart_h100e_days = 0.0
        self._last_reading = (0.0,) * 9
        for account in self.classes:
            account.since_days = stage.env.now
        self.resize(capacity_h100e)

    # What owners do ------------------------------------------------------------------------------------------------

    def submit(self, job: Job) -> None:
        """Start the job if it is its turn and it fits, else let it wait. Raises ValueError for a used job."""
        if job.state is not _NEW:
            raise ValueError(f"job {job.number} was submitted before")
        now_days = self._env.now
        job.submitted_days = job.since_days = now_days
        job.arrival = self.n_submitted
        job.interval_days = self._interval_days(job)
        self.n_submitted += 1
        if not self.n_waiting and job.n_h100e <= self.free_h100e:
            self._start(job, now_days)
        else:
            self._queue(job, now_days)
            self._serve(now_days)

    def withdraw(self, job: Job) -> None:
        """Take a waiting or running job out; `on_end` is not called. Raises ValueError for any other job.

        What a running job did is not counted as lost: its owner had what was wanted of it.
        """
        now_days = self._env.now
        if job.state is _WAITING:
            self._dequeue(job, now_days)
            if job in self._too_large:
                self._too_large.remove(job)
        elif job.state is _RUNNING:
            part = job.spent(self._stop_stint(job, now_days), self.params.checkpoint_days)
            self._restart_h100e_days += job.n_h100e * part.restart_days
            self._checkpoint_h100e_days += job.n_h100e * part.write_days
            self._release(job, now_days)
        else:
            raise ValueError(f"job {job.number} is neither waiting nor running")
        job.state = JobState.WITHDRAWN
        job.ended_days = now_days
        self.n_withdrawn += 1
        self._serve(now_days)

    def resize(self, capacity_h100e: float) -> None:
        """Have `capacity_h100e` from now on, to the nearest grain. Raises ValueError if negative or not finite."""
        if not 0.0 <= capacity_h100e < float("inf"):
            raise ValueError(f"a cluster cannot have {capacity_h100e} H100e")
        now_days = self._env.now
        self._capacity_h100e_days += self.capacity_h100e * (now_days - self._since_days)
        self._since_days = now_days
        new_h100e = _nearest_grain_h100e(capacity_h100e)
        self.free_h100e += new_h100e - self.capacity_h100e
        self.capacity_h100e = new_h100e
        for account in self.classes:
            account.guarantee(new_h100e)
        self._shed(now_days)
        self._readmit()
        self._serve(now_days)

    def set_shares(self, class_shares: Sequence[float]) -> None:
        """Guarantee these fractions of the capacity from now on; running jobs are stopped only by who takes back."""
        for account, share in zip(self.classes, class_shares, strict=True):
            account.share = share
            account.guarantee(self.capacity_h100e)
        self._serve(self._env.now)

    # What owners see -----------------------------------------------------------------------------------------------

    def waiting(self, job_class: int) -> list[Job]:
        """The waiting jobs of a class, in the order of its line; those too large for the cluster last."""
        line = [job for _, _, job in sorted(self.classes[job_class].line) if job.state is _WAITING]
        return line + [job for job in self._too_large if job.job_class == job_class]

    def queue_delay_days(self, job_class: int) -> float:
        """What a job of this class may expect to wait: a running mean over the latest first starts.

        Never less than what the first in line has waited by now, so that a line that stands still is seen.
        """
        account = self.classes[job_class]
        first = account.first(self.capacity_h100e, self._too_large)
        waited_days = self._env.now - first.since_days if first else 0.0
        return max(account.queue_delay_days, waited_days)

    def read_meter(self) -> ClusterMetered:
        """The integrals since the last reading. Work counts as lost when it is lost, not when it was done."""
        now_days = self._env.now
        reading = self._integrals(now_days)
        since = [new - old for new, old in zip(reading, self._last_reading, strict=True)]
        self._last_reading = reading
        capacity, frontier, experiments, lost, checkpoint, restart, queue, n_started, n_ended = since
        idle = capacity - frontier - experiments
        return ClusterMetered(
            now_days, self.lab, capacity, frontier, experiments, lost, checkpoint, restart, idle, queue,
            int(n_started), int(n_ended),
        )  # fmt: skip

    # Lines ---------------------------------------------------------------------------------------------------------

    def _queue(self, job: Job, now_days: float) -> None:
        self._queue_job_days += self.n_waiting * (now_days - self._queue_since_days)
        self._queue_since_days = now_days
        self.n_waiting += 1
        account = self.classes[job.job_class]
        account.n_waiting += 1
        job.state = _WAITING
        job.since_days = now_days
        account.join(job)

    def _dequeue(self, job: Job, now_days: float) -> None:
        self._queue_job_days += self.n_waiting * (now_days - self._queue_since_days)
        self._queue_since_days = now_days
        self.n_waiting -= 1
        self.classes[job.job_class].n_waiting -= 1
        job.queue_days += now_days - job.since_days

    def _serve(self, now_days: float) -> None:
        """Start whoever is first, until the first one does not fit."""
        while self.n_waiting:
            job = self._first(now_days)
            if job is None:
                return
            if job.n_h100e > self.free_h100e and not self._make_room(job, now_days):
                if self.params.queue_rule == "easy_backfill":
                    self._backfill(job, now_days)
                return
            self._start_waiting(job, now_days)

    def _first(self, now_days: float) -> Job | None:
        """The job to be served next, None if all that wait are larger than the cluster."""
        if len(self.classes) == 1:
            return self.classes[0].first(self.capacity_h100e, self._too_large)
        rank = self._rank(now_days)
        best, best_rank = None, None
        for account in self.classes:
            job = account.first(self.capacity_h100e, self._too_large)
            if job is not None:
                job_rank = rank(account, job)
                if best_rank is None or job_rank < best_rank:
                    best, best_rank = job, job_rank
        return best

    def _rank(self, now_days: float):
        if self.params.queue_rule == "fair_share":
            return fair_share_rank(self.classes, now_days)
        return first_come_rank

    def _start_waiting(self, job: Job, now_days: float) -> None:
        self.classes[job.job_class].leave(job)
        self._dequeue(job, now_days)
        self._start(job, now_days)

    def _backfill(self, first: Job, now_days: float) -> None:
        """Let those pass who, by the owners' estimates, do not delay the first in line."""
        factor = self.params.estimate_factor
        ends = [
            (max(job.since_days + factor * job.stint_days, now_days), job.n_h100e) for job in self._running()
        ]
        shadow_days, spare_h100e = easy_reservation(first.n_h100e, self.free_h100e, ends)
        for job in self._in_order(now_days):
            if job is first or job.n_h100e > self.free_h100e:
                continue
            in_time = now_days + factor * job.plan_stint(self.params.checkpoint_days) <= shadow_days
            if in_time or job.n_h100e <= spare_h100e:
                self._start_waiting(job, now_days)
                spare_h100e -= 0.0 if in_time else job.n_h100e

    def _in_order(self, now_days: float) -> list[Job]:
        rank = self._rank(now_days)
        ranked: list[tuple[Rank, Job]] = []
        for account in self.classes:
            ranked += [(rank(account, job), job) for _, _, job in account.line if job.state is _WAITING]
        return [job for _, job in sorted(ranked, key=lambda pair: pair[0])]

    def _readmit(self) -> None:
        """Let those that were too large back into their lines, if they are no longer."""
        aside, self._too_large = self._too_large, []
        for job in aside:
            if job.n_h100e <= self.capacity_h100e:
                self.classes[job.job_class].join(job)
            else:
                self._too_large.append(job)

    # Taking back ---------------------------------------------------------------------------------------------------

    def _make_room(self, job: Job, now_days: float) -> bool:
        """Stop others for the first in line, if it may, and if that is enough; returns whether it now fits."""
        missing_h100e = job.n_h100e - self.free_h100e
        stopped: list[Job] = []
        for victim in self._victims(job):
            if missing_h100e <= 0.0:
                break
            stopped.append(victim)
            missing_h100e -= victim.n_h100e
        if missing_h100e > 0.0:
            return False
        for victim in stopped:
            self._interrupt(victim, Interruption.PREEMPTED, now_days)
        return True

    def _victims(self, job: Job) -> list[Job]:
        """Whom the first in line may stop, in the order of stopping: borrowers, then laxer priorities."""
        if self.params.preemption == "never":
            return []
        borrowing = self.classes[job.job_class].borrows(job)
        by_priority = self.params.preemption == "priority"
        borrowers = [
            other for account in self.classes if account.held_h100e > account.guaranteed_h100e
            for other in borrowed_jobs(account) if not borrowing or (by_priority and other.priority > job.priority)
        ]  # fmt: skip
        victims = youngest_first(borrowers)
        if by_priority and not borrowing:
            lax = [other for other in self._running() if other.preemptible and other.priority > job.priority]
            victims += youngest_first(set(lax) - set(borrowers))
        return victims

    def _shed(self, now_days: float) -> None:
        """Stop as many jobs as hold more than there is: borrowers first."""
        if self.free_h100e >= 0.0:
            return
        borrowers = [job for account in self.classes for job in borrowed_jobs(account)]
        others = set(self._running()) - set(borrowers)
        for job in youngest_first(borrowers) + youngest_first(others):
            if self.free_h100e >= 0.0:
                return
            self._interrupt(job, Interruption.CAPACITY_LOST, now_days)

    def _interrupt(self, job: Job, why: Interruption, now_days: float) -> None:
        """Take a job's accelerators away; it waits again."""
        self._lose_unsaved(job, why, self._stop_stint(job, now_days), now_days)
        job.n_preemptions += 1
        self._release(job, now_days)
        self._queue(job, now_days)

    # A job's life on the machines ----------------------------------------------------------------------------------

    def _start(self, job: Job, now_days: float) -> None:
        account = self.classes[job.job_class]
        account.hold(job.n_h100e, now_days)
        account.running[job] = None
        self.free_h100e -= job.n_h100e
        self.n_running += 1
        if not job.n_preemptions:
            job.started_days = now_days
            self.n_started += 1
            memory_jobs = self.params.queue_delay_memory_jobs
            account.queue_delay_days += (job.queue_days - account.queue_delay_days) / memory_jobs
        job.state = _RUNNING
        job.alarm = self._alarms.pop() if self._alarms else Alarm(self._ring)
        job.alarm.owner = job
        self._begin_stint(job, now_days)

    def _begin_stint(self, job: Job, now_days: float) -> None:
        """Set the job's one alarm: on its end, or on its next failure if that comes first."""
        job.since_days = now_days
        stint_days = job.plan_stint(self.params.checkpoint_days)
        per_day = self.params.failures_per_h100e_day * job.n_h100e
        if per_day:
            if job.luck < 0.0:
                job.luck = self._draw(job)
            job.fails_next = job.luck < stint_days * per_day
            if job.fails_next:
                stint_days = job.luck / per_day
        self.stage.set(job.alarm, stint_days)

    def _draw(self, job: Job) -> float:
        """The exposure, in mean times between failures, until the job's next failure."""
        page, place = divmod(job.n_failures, _FAILURES_PER_PAGE)
        rows = self._luck.get((job.job_class, page))
        if rows is None:
            stream = f"cluster.{self.name}.failures.{job.job_class}.{page}"
            rows = self.stage.streams.rows(stream, exponentials, _FAILURES_PER_PAGE)
            self._luck[job.job_class, page] = rows
        return rows[job.number][place]

    def _ring(self, alarm: Alarm) -> None:
        job = alarm.owner
        if job.fails_next:
            self._fail(job)
        else:
            self._end(job, alarm)

    def _fail(self, job: Job) -> None:
        now_days = self._env.now
        elapsed_days = now_days - job.since_days
        job.running_days += elapsed_days
        self._lose_unsaved(job, Interruption.FAILED, elapsed_days, now_days)
        job.n_failures += 1
        job.luck = -1.0
        self._begin_stint(job, now_days)

    def _end(self, job: Job, alarm: Alarm) -> None:
        now_days = self._env.now
        n_h100e = job.n_h100e
        self._checkpoint_h100e_days += n_h100e * job.writes_days
        self._restart_h100e_days += n_h100e * job.restart_due_days
        job.running_days += now_days - job.since_days
        job.ended_days = now_days
        job.state = JobState.ENDED
        self.n_ended += 1
        self._alarms.append(alarm)
        self._release(job, now_days)
        if self.n_waiting:
            self._serve(now_days)
        job.on_end(job)

    def _stop_stint(self, job: Job, now_days: float) -> float:
        """End a stint before its time; returns its length in days."""
        job.alarm.cancel()
        job.alarm.owner = None
        elapsed_days = now_days - job.since_days
        job.running_days += elapsed_days
        if job.luck >= 0.0:
            exposure = elapsed_days * self.params.failures_per_h100e_day * job.n_h100e
            job.luck = max(job.luck - exposure, 0.0)
        return elapsed_days

    def _lose_unsaved(self, job: Job, why: Interruption, elapsed_days: float, now_days: float) -> None:
        """Go back to the last checkpoint; a restart is due if anything was ever begun."""
        part = job.spent(elapsed_days, self.params.checkpoint_days)
        self._restart_h100e_days += job.n_h100e * part.restart_days
        self._checkpoint_h100e_days += job.n_h100e * part.write_days
        self._lost_h100e_days += job.n_h100e * part.unsaved_days
        job.lost_days += part.unsaved_days
        job.saved_days += part.saved_days
        job.restart_due_days = self.params.restart_days
        if self.stage.trace.wants(JobInterrupted):
            self.stage.trace.record(
                JobInterrupted(now_days, self.lab, job.number, job.job_class, why, job.n_h100e,
                               job.n_h100e * part.unsaved_days)
            )  # fmt: skip

    def _release(self, job: Job, now_days: float) -> None:
        account = self.classes[job.job_class]
        account.hold(-job.n_h100e, now_days)
        del account.running[job]
        self.free_h100e += job.n_h100e
        self.n_running -= 1

    def _interval_days(self, job: Job) -> float:
        """Work between two checkpoints of this job."""
        p = self.params
        if not job.checkpoints:
            return float("inf")
        if p.checkpoint_rule == "fixed" or not p.failures_per_h100e_day:
            return p.checkpoint_interval_days
        mtbf_days = 1.0 / (p.failures_per_h100e_day * job.n_h100e)
        return min(daly_interval_days(p.checkpoint_days, mtbf_days), p.checkpoint_interval_days)

    def _integrals(self, now_days: float) -> tuple[float, ...]:
        """Everything the meter shows but idle, since the beginning; stints under way count up to now."""
        for account in self.classes:
            account.book(now_days)
        checkpoint, restart = self._checkpoint_h100e_days, self._restart_h100e_days
        for job in self._running():
            part = job.spent(now_days - job.since_days, self.params.checkpoint_days)
            checkpoint += job.n_h100e * part.write_days
            restart += job.n_h100e * part.restart_days
        held = [account.held_h100e_days for account in self.classes]
        return (
            self._capacity_h100e_days + self.capacity_h100e * (now_days - self._since_days),
            held[0], sum(held[1:]), self._lost_h100e_days, checkpoint, restart,
            self._queue_job_days + self.n_waiting * (now_days - self._queue_since_days),
            self.n_started, self.n_ended,
        )  # fmt: skip

    def check(self) -> None:
        """For tests: raise WorldError if accelerators or jobs went missing, or the first in line fits and waits."""
        now_days = self._env.now
        held = sum(account.held_h100e for account in self.classes)
        n_in_lines = sum(len(self.waiting(number)) for number in range(len(self.classes)))
        first = self._first(now_days)
        facts = {
            "free + held = capacity": self.free_h100e + held == self.capacity_h100e,
            "nothing is negative": min(self.free_h100e, held, self.n_waiting) >= 0,
            "classes hold what their jobs hold": all(
                account.held_h100e == sum(job.n_h100e for job in account.running) for account in self.classes
            ),
            "jobs are conserved": self.n_submitted
            == self.n_waiting + self.n_running + self.n_ended + self.n_withdrawn,
            "the lines hold the waiting": n_in_lines == self.n_waiting,
            "the first in line does not fit": first is None or first.n_h100e > self.free_h100e,
        }
        for fact, holds in facts.items():
            if not holds:
                raise WorldError(f"cluster {self.name}: not true that {fact}", now_days)

    def _running(self) -> Iterator[Job]:
        for account in self.classes:
            yield from account.running


_NEW, _WAITING, _RUNNING = JobState.NEW, JobState.WAITING, JobState.RUNNING


def _nearest_grain_h100e(amount_h100e: float) -> float:
    """To the nearest grain: jobs round down, so jobs that add up to the capacity fit in it."""
    return max(grains_h100e(amount_h100e + 2.0**-21), 0.0)
