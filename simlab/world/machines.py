"""The machines under a running job: its stints, its failures, its checkpoints, and what they cost.

Failures are a Poisson process in exposure, rate times H100e held times days: the k-th failure of a job comes
when the exposure of all its stints reaches the sum of its first k exponential draws. One timer a job stands
for all its accelerators; being preempted moves none of its draws, and nor does any other job. A failure
strikes a job and not its place: it keeps its accelerators, goes back to its last checkpoint and pays a
restart, in which it can fail again.
"""

import math
from collections.abc import Callable, Iterable
from typing import Annotated, Any, Literal

from annotated_types import Ge
from simpy.events import NORMAL

from simlab.parameters import Params, Unit
from simlab.randomness import Rows, exponentials
from simlab.stage import Alarm, Stage
from simlab.trace.events import Interruption, JobInterrupted
from simlab.world.jobs import Job, Spent, daly_interval_days, n_writes, spent

_FAILURES_PER_PAGE = 4
"""Draws a row of a job's luck holds; further failures are on further pages, so that luck never runs out."""


class MachineParams(Params):
    """How reliable the machines are, and what interruptions cost."""

    failures_per_h100e_day: Annotated[float, Ge(0), Unit("1/(H100e*day)")]
    """Rate at which a running job is struck by a failure, per H100e it holds."""
    checkpoint_rule: Literal["fixed", "daly"]
    """Work between checkpoints: the fixed interval, or the optimum for the job's failures if shorter."""
    checkpoint_interval_days: Annotated[float, Ge(0), Unit("day")]
    """Longest work between two checkpoints; 0 saves all work as it is done, at no cost."""
    checkpoint_days: Annotated[float, Ge(0), Unit("day")]
    """Time for which writing one checkpoint stops a job."""
    restart_days: Annotated[float, Ge(0), Unit("day")]
    """Time to get an interrupted job going again: finding the fault, reading the checkpoint back."""


class Machines:
    """Runs jobs that hold accelerators; calls `on_end` with a job and the time when it has done its work."""

    def __init__(
        self, stage: Stage, params: MachineParams, lab: int, name: str, on_end: Callable[[Job, float], None]
    ) -> None:
        self.params = params
        self.lost_h100e_days = self.checkpoint_h100e_days = self.restart_h100e_days = 0.0
        self._stage, self._env, self._lab, self._name, self._on_end = stage, stage.env, lab, name, on_end
        self._schedule: Any = stage.env.schedule
        self._alarms: list[Alarm] = []
        self._luck: dict[tuple[int, int], Rows] = {}
        self._write_days = params.checkpoint_days
        self._per_h100e_day = params.failures_per_h100e_day
        self._is_fixed = params.checkpoint_rule == "fixed" or not params.failures_per_h100e_day

    def set_failure_rate(self, per_h100e_day: float) -> None:
        """Jobs are struck so often from now on; a stint under way ends when it would have ended."""
        self._per_h100e_day = per_h100e_day

    def run(self, job: Job, now_days: float) -> None:
        """Begin a stint: to the job's end, or to its next failure if that comes first."""
        work_days = job.run_days - job.saved_days
        writes_days = n_writes(work_days, self.interval_days(job)) * self._write_days if self._write_days else 0.0
        job.since_days, job.writes_days = now_days, writes_days
        job.stint_days = days = job.restart_due_days + work_days + writes_days
        if self._per_h100e_day:
            days = self._until_failure_days(job, days)
        job.alarm = alarm = self._alarms.pop() if self._alarms else Alarm(self._ring)
        alarm.owner = job
        alarm.callbacks = alarm.fire  # as Stage.set does, without its check: a stint is never negative
        self._schedule(alarm, NORMAL, days)

    def interrupt(self, job: Job, why: Interruption, now_days: float) -> None:
        """End the stint before its time. What was not saved is lost; to run again takes a restart."""
        elapsed_days = now_days - job.since_days
        part = self._book(job, elapsed_days)
        lost_h100e_days = job.n_h100e * part.unsaved_days
        self.lost_h100e_days += lost_h100e_days
        job.lost_days += part.unsaved_days
        job.restart_due_days = self.params.restart_days
        self._silence(job, elapsed_days)
        trace = self._stage.trace
        if trace.detail:
            trace.record(
                JobInterrupted(now_days, self._lab, job.number, job.job_class, why, job.n_h100e, lost_h100e_days)
            )

    def withdraw(self, job: Job, now_days: float) -> None:
        """End the stint before its time, for good. What it did counts as work: its owner had enough of it."""
        elapsed_days = now_days - job.since_days
        self._book(job, elapsed_days)
        self._silence(job, elapsed_days)

    def plan_days(self, job: Job) -> float:
        """Length of the job's next stint if nothing interrupts it."""
        work_days = job.run_days - job.saved_days
        return job.restart_due_days + work_days + n_writes(work_days, self.interval_days(job)) * self._write_days

    def interval_days(self, job: Job) -> float:
        """Work between two checkpoints of this job."""
        p = self.params
        if not job.checkpoints:
            return math.inf
        if self._is_fixed:
            return p.checkpoint_interval_days
        mtbf_days = 1.0 / (self._per_h100e_day * job.n_h100e)
        return min(daly_interval_days(p.checkpoint_days, mtbf_days), p.checkpoint_interval_days)

    def overheads_h100e_days(self, running: Iterable[Job], now_days: float) -> tuple[float, float, float]:
        """Lost, checkpoint and restart since the beginning; the stints under way count up to now."""
        checkpoint, restart = self.checkpoint_h100e_days, self.restart_h100e_days
        for job in running:
            part = self._spent(job, now_days - job.since_days)
            checkpoint += job.n_h100e * part.write_days
            restart += job.n_h100e * part.restart_days
        return self.lost_h100e_days, checkpoint, restart

    def _until_failure_days(self, job: Job, stint_days: float) -> float:
        """The time of the job's next failure in a stint, or the whole stint if that is over earlier."""
        per_day = self._per_h100e_day * job.n_h100e
        if job.luck < 0.0:
            job.luck = self._draw(job)
        job.fails_next = job.luck < stint_days * per_day
        return job.luck / per_day if job.fails_next else stint_days

    def _ring(self, alarm: Alarm) -> None:
        job: Job = alarm.owner
        if self._per_h100e_day and job.fails_next:
            return self._fail(job)
        now_days = self._env.now
        job.running_days += now_days - job.since_days
        if job.stint_days != job.run_days:
            self.checkpoint_h100e_days += job.n_h100e * job.writes_days
            self.restart_h100e_days += job.n_h100e * job.restart_due_days
        self._alarms.append(alarm)
        return self._on_end(job, now_days)

    def _fail(self, job: Job) -> None:
        now_days = self._env.now
        self.interrupt(job, Interruption.FAILED, now_days)
        job.n_failures += 1
        job.luck = -1.0
        self.run(job, now_days)

    def _draw(self, job: Job) -> float:
        """The exposure, in mean times between failures, until the job's next failure."""
        page, place = divmod(job.n_failures, _FAILURES_PER_PAGE)
        rows = self._luck.get((job.job_class, page))
        if rows is None:
            stream = f"cluster.{self._name}.failures.{job.job_class}.{page}"
            rows = self._stage.streams.rows(stream, exponentials, _FAILURES_PER_PAGE, 16 if page else 1024)
            self._luck[job.job_class, page] = rows
        return rows.one(job.number, place)

    def _spent(self, job: Job, elapsed_days: float) -> Spent:
        return spent(elapsed_days, job.restart_due_days, self.interval_days(job), self._write_days)

    def _book(self, job: Job, elapsed_days: float) -> Spent:
        """Book the stint so far; its unsaved work is still for the caller to judge."""
        part = self._spent(job, elapsed_days)
        self.restart_h100e_days += job.n_h100e * part.restart_days
        self.checkpoint_h100e_days += job.n_h100e * part.write_days
        job.running_days += elapsed_days
        job.saved_days += part.saved_days
        return part

    def _silence(self, job: Job, elapsed_days: float) -> None:
        """The stint's alarm is off (one in the heap cannot be used again), its exposure is used up."""
        job.alarm.cancel()
        job.alarm.owner = None
        if self._per_h100e_day:
            job.luck = max(job.luck - elapsed_days * self._per_h100e_day * job.n_h100e, 0.0)
