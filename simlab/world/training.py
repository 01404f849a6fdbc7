"""Frontier runs: they take compute from experiments, carry the ideas adopted by their start, and tell the truth.

A run lasts for months on its share of the cluster. It cannot be mended half way: ideas adopted after its start wait
for the next one, so faster research cannot shorten the cadence below the run itself. Pre-training sometimes goes wrong
and is rolled back, which costs days. After the run every new idea's gain is measured at full scale, and the harmful
ones are reverted. A run is launched at a fixed cadence, or as late as waiting pays: with a release date D ahead and
effective compute at launch growing by g a day, ln(D - t) + g t is largest when 1 / g days of training are left.
"""

import math
from typing import Annotated, Literal

from annotated_types import Ge, Gt

from simlab.parameters import Params, Unit
from simlab.randomness import columns, exponentials, normals
from simlab.stage import Alarm, Stage
from simlab.trace.events import FrontierRunStarted, ModelReleased
from simlab.world.capability import (
    CapabilityParams,
    chain_success_fraction,
    horizon_50_minutes,
    horizon_minutes,
    hour_task_success_fraction,
)
from simlab.world.cluster import Cluster
from simlab.world.experiments import LEAST_VARIANCE, Experiments
from simlab.world.ideas import IdeaPool
from simlab.world.jobs import Job
from simlab.world.knowledge import Knowledge
from simlab.world.projects import Project
from simlab.world.scaling import ScalingParams, compute_optimal
from simlab.world.throughput import ThroughputParams, flop_per_h100e_day

FRONTIER_CLASS = 0
_MAX_ROLLBACKS = 16


class TrainingParams(Params):
    """Frontier runs."""

    launch: Literal["cadence", "wait_while_it_pays"]
    """Start runs at a fixed cadence, or wait before each release as long as waiting pays."""
    cadence_days: Annotated[float, Gt(0), Unit("day")]
    """From one launch to the next, or from one release to the next; never less than a run takes."""
    run_days: Annotated[float, Gt(0), Unit("day")]
    """Length of a run launched by cadence, and the shortest run of a lab that waits."""
    review_days: Annotated[float, Gt(0), Unit("day")]
    """How often a waiting lab asks again whether waiting still pays."""
    growth_memory_days: Annotated[float, Gt(0), Unit("day")]
    """Time over which a waiting lab measures how fast its effective compute at launch grows."""
    rollbacks_per_day: Annotated[float, Ge(0), Unit("1/day")]
    """Rate at which pre-training goes wrong and must be rolled back."""
    rollback_days: Annotated[float, Ge(0), Unit("day")]
    """Days lost each time, on average."""
    measurement_noise_nats: Annotated[float, Ge(0), Unit("nat")]
    """Standard deviation of an idea's gain as measured after the run."""


class Generation:
    """A frontier run under way, or just over."""

    __slots__ = ("believed_nats", "days_lost", "flop", "gain_nats", "number", "started_days")

    def __init__(self, number: int, flop: float, days_lost: float, now: float, knowledge: Knowledge) -> None:
        self.number, self.flop, self.days_lost, self.started_days = number, flop, days_lost, now
        self.gain_nats, self.believed_nats = knowledge.algorithmic_gain_nats, knowledge.believed_nats


class Training:
    """One lab's frontier runs."""

    def __init__(
        self,
        stage: Stage,
        params: TrainingParams,
        throughput: ThroughputParams,
        scaling: ScalingParams,
        capability: CapabilityParams,
        pool: IdeaPool,
        cluster: Cluster,
        experiments: Experiments,
        knowledge: Knowledge,
        name: str,
        frontier_fraction: float,
        initial_run_flop: float,
        initial_gain_nats: float,
    ) -> None:
        self.stage, self.params, self.pool, self.cluster = stage, params, pool, cluster
        self.throughput, self.scaling, self.capability = throughput, scaling, capability
        self.experiments, self.knowledge = experiments, knowledge
        self.frontier_fraction, self.initial_gain_nats = frontier_fraction, initial_gain_nats
        self.initial_run_flop = initial_run_flop
        self.running: Generation | None = None
        self.n_launched = 0
        self.held = self._is_due = False
        self._ended_days = 0.0
        self._past: list[tuple[float, float]] = []
        luck = columns((exponentials, 2 * _MAX_ROLLBACKS))
        self._luck = stage.streams.rows(f"{name}.rollbacks", luck, 2 * _MAX_ROLLBACKS, 16)
        self._measured = [stage.streams.rows(f"{name}.{a.name}.measured", normals, 1, 256) for a in pool.areas]

    def begin(self, first_launch_day: float) -> None:
        """Aim the ladder, put the model of day 0 on record, launch (or start waiting) on `first_launch_day`."""
        self._aim()
        self.stage.after(max(-self.stage.env.now, 0.0), self._show_initial_model)
        self.stage.after(max(first_launch_day - self.stage.env.now, 0.0), self._consider)

    def _show_initial_model(self, alarm: Alarm) -> None:
        del alarm
        self._release(0, self.initial_run_flop, 0.0, 0.0, 0.0, 0.0, 0, 0)

    def hold(self) -> None:
        """Launch no run from now on; one under way goes on to its end."""
        self.held = True

    def release_hold(self) -> None:
        """Runs may be launched again, one at once if it fell due meanwhile."""
        self.held = False
        if self._is_due:
            self._is_due = False
            self._consider()

    @property
    def frontier_h100e(self) -> float:
        """Accelerators that a run gets."""
        return self.frontier_fraction * self.cluster.capacity_h100e

    def planned_flop(self, days: float) -> float:
        """Compute of a run of `days` on today's share of the cluster, in FLOP."""
        n = max(self.frontier_h100e, 1e-6)
        return n * days * flop_per_h100e_day(n, self.throughput)

    def _aim(self) -> None:
        self.experiments.aim(self.planned_flop(self.params.run_days))

    def _consider(self, alarm: Alarm | None = None) -> None:
        """Launch, or come back at the next review."""
        del alarm
        if self.held:
            self._is_due = True
            return
        if self.params.launch == "cadence":
            self._launch(self.params.run_days)
            return
        left = self._ended_days + self.params.cadence_days - self.stage.env.now
        if left <= max(self._longest_run_that_pays_days(), self.params.run_days):
            self._launch(max(left, self.params.run_days))
        else:
            self.stage.after(self.params.review_days, self._consider)

    def _longest_run_that_pays_days(self) -> float:
        """1 / (growth of ln effective compute at launch, per day), measured over the lab's memory or a little more.

        A lab that asks for the first time has seen no growth, and does not wait.
        """
        now = self.stage.env.now
        level = self.knowledge.algorithmic_gain_nats + math.log(max(self.planned_flop(1.0), 1e-300))
        self._past.append((now, level))
        while len(self._past) > 2 and self._past[1][0] <= now - self.params.growth_memory_days:
            del self._past[0]
        then, before = self._past[0]
        growth = (level - before) / (now - then) if now > then else 0.0
        return 1.0 / growth if growth > 0.0 else math.inf

    def _launch(self, days: float) -> None:
        now, number = self.stage.env.now, self.n_launched + 1
        self.n_launched = number
        flop, lost = self.planned_flop(days), self._days_lost(number, days)
        self.pool.reach(flop)
        self._aim()
        self.running = Generation(number, flop, lost, now, self.knowledge)
        self.knowledge.launch()
        n = max(self.frontier_h100e, 1e-6)
        n_ideas = len(self.knowledge.adopted)
        waited = now - self._ended_days
        self.stage.trace.record(FrontierRunStarted(now, self.knowledge.lab, number, n, flop, n_ideas, waited))
        job = Job(self, FRONTIER_CLASS, n, days + lost, self._end, number=number, priority=0, preemptible=False)
        self.cluster.submit(job)

    def _days_lost(self, number: int, days: float) -> float:
        """Days of rollbacks in a run of `days`: a Poisson number of exponential losses."""
        draws, at, lost = self._luck[number], 0.0, 0.0
        if self.params.rollbacks_per_day == 0.0:
            return 0.0
        for k in range(_MAX_ROLLBACKS):
            at += draws[2 * k] / self.params.rollbacks_per_day
            if at > days:
                break
            lost += draws[2 * k + 1] * self.params.rollback_days
        return lost

    def _end(self, job: Job) -> None:
        generation, self.running = self.running, None
        if generation is None:
            return
        self._ended_days = self.stage.env.now
        carried = self.knowledge.land()
        n_reverted = sum(self._measure(project) for project in carried)
        n_kept = len(carried) - n_reverted
        g, days = generation, job.ended_days - job.started_days
        self._release(g.number, g.flop, days, g.days_lost, g.gain_nats, g.believed_nats, n_kept, n_reverted)
        self._await_next_launch(g.started_days)

    def _await_next_launch(self, last_started_days: float) -> None:
        """By cadence, the next launch is due a cadence after the last; a waiting lab reviews from now on."""
        due = last_started_days + self.params.cadence_days if self.params.launch == "cadence" else 0.0
        self.stage.after(max(due - self.stage.env.now, 0.0), self._consider)

    def _measure(self, project: Project) -> bool:
        """Measure one idea for real; True if, with all evidence, it now looks harmful and is reverted."""
        noise = self.params.measurement_noise_nats
        measured = project.true_gain_nats + noise * self._measured[project.area.number][project.idea][0]
        project.belief.enter_rung(0.0, max(noise * noise, LEAST_VARIANCE), 1.0)
        believed = project.belief.moments()[0]
        project.belief.see(measured, 1)
        harmful = project.belief.moments()[0] < 0.0
        self.knowledge.believed_nats += project.belief.moments()[0] - believed
        if harmful:
            self.knowledge.revert(project)
        else:
            self.knowledge.keep(project)
        return harmful

    def _release(
        self,
        number: int,
        flop: float,
        days: float,
        days_lost: float,
        gain_nats: float,
        believed_nats: float,
        n_kept: int,
        n_reverted: int,
    ) -> None:
        gain, believed = gain_nats + self.initial_gain_nats, believed_nats + self.initial_gain_nats
        effective = flop * math.exp(gain)
        h50 = horizon_50_minutes(effective, self.capability)
        event = ModelReleased(
            self.stage.env.now,
            self.knowledge.lab,
            number,
            flop,
            days,
            days_lost,
            gain,
            believed,
            effective,
            *_loss_first(compute_optimal(effective, self.scaling)),
            h50,
            horizon_minutes(h50, 0.8, self.capability),
            hour_task_success_fraction(h50, self.capability),
            chain_success_fraction(h50, self.capability),
            n_kept,
            n_reverted,
        )
        self.stage.trace.record(event)


def _loss_first(model: tuple[float, float, float]) -> tuple[float, float, float]:
    n_parameters, n_tokens, loss_nats = model
    return loss_nats, n_parameters, n_tokens
