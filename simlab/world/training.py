"""Frontier runs: they take compute from experiments, carry the ideas adopted by their start, and tell the truth.

A run lasts for months on its share of the cluster. It cannot be mended half way: ideas adopted after its start wait
for the next one, so faster research cannot shorten the cadence below the run itself. Pre-training sometimes goes wrong
and is rolled back, which costs days. After the run every new idea's gain is measured at full scale, and the harmful
ones are reverted. A run is launched at a fixed cadence, or as late as waiting pays: with a release date D ahead and
effective compute at launch growing by g a day, ln(D - t) + g t is largest when 1 / g days of training are left.
"""

import math
from collections.abc import Callable
from typing import Annotated, Literal, NamedTuple

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
from simlab.world.experiments import Experiments
from simlab.world.ideas import IdeaPool, Raises
from simlab.world.jobs import Job
from simlab.world.knowledge import Knowledge
from simlab.world.ladder import LEAST_VARIANCE
from simlab.world.licences import Licences
from simlab.world.models import Model
from simlab.world.projects import Project
from simlab.world.recipe import Recipe, Recipes
from simlab.world.scaling import ScalingParams, compute_optimal
from simlab.world.standing import Standing
from simlab.world.throughput import ThroughputParams, flop_per_h100e_day

FRONTIER_CLASS = 0
_MAX_ROLLBACKS = 16
_MOMENT_DAYS = 1e-9
"""A wait no longer than this, which is rounding, is over."""


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


class Generation(NamedTuple):
    """A frontier run under way, or just over."""

    number: int
    flop: float
    days_lost: float
    started_days: float
    recipe: Recipe | None
    """None where the scenario knows nothing of recipes."""
    gains_nats: tuple[float, ...]
    """What the ideas in it truly bring, by what they raise (`Raises`)."""
    believed_nats: float


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
        recipes: Recipes | None = None,
        serving_h100e: Callable[[], float] = lambda: 0.0,
    ) -> None:
        self.stage, self.params, self.pool, self.cluster = stage, params, pool, cluster
        self.throughput, self.scaling, self.capability = throughput, scaling, capability
        self.experiments, self.knowledge = experiments, knowledge
        self.frontier_fraction, self.initial_gain_nats = frontier_fraction, initial_gain_nats
        self.initial_run_flop, self.recipes, self._serving_h100e = initial_run_flop, recipes, serving_h100e
        self._released: Callable[[Model], None] = lambda model: None
        self.running: Generation | None = None
        self.n_launched = 0
        self.holds = Standing(self._reconsider)
        """By lever: that no run may be launched; one under way goes on to its end."""
        self.licences = Licences(self._reconsider)
        self._is_due = False
        self._licence: Alarm | None = None
        self._applied_days: float | None = None
        self._ended_days = 0.0
        self._past: list[tuple[float, float]] = []
        luck = columns((exponentials, 2 * _MAX_ROLLBACKS))
        self._luck = stage.streams.rows(f"{name}.rollbacks", luck, 2 * _MAX_ROLLBACKS, 16)
        self._measured = [stage.streams.rows(f"{name}.{a.name}.measured", normals, 1, 256) for a in pool.areas]

    def begin(self, first_launch_day: float, released: Callable[[Model], None] = lambda model: None) -> None:
        """Aim the ladder, put the model of day 0 on record, launch (or start waiting) on `first_launch_day`.

        `released` is told of every model but that of day 0.
        """
        self._released = released
        self._aim()
        self.stage.after(max(-self.stage.env.now, 0.0), self._show_initial_model)
        self.stage.after(max(first_launch_day - self.stage.env.now, 0.0), self._consider)

    def initial_model(self) -> Model:
        """The model of day 0."""
        return self._model(self._initial_generation())

    def _initial_generation(self) -> Generation:
        recipe = None if self.recipes is None else self.recipes.initial()
        return Generation(0, self.initial_run_flop, 0.0, 0.0, recipe, (0.0,) * len(Raises), 0.0)

    def _show_initial_model(self, alarm: Alarm) -> None:
        del alarm
        self._record(self._initial_generation(), 0.0, 0, 0)

    @property
    def frontier_h100e(self) -> float:
        """Accelerators that a run gets."""
        return self.frontier_fraction * self.cluster.capacity_h100e

    def planned_flop(self, days: float) -> float:
        """Compute of a run of `days` on today's share of the cluster, in FLOP, or as much as is allowed."""
        return min(self._flop_per_day() * days, self.licences.most_flop())

    def _flop_per_day(self) -> float:
        n = max(self.frontier_h100e, 1e-6)
        return n * flop_per_h100e_day(n, self.throughput, self.knowledge.lost_nats)

    def _aim(self) -> None:
        self.experiments.aim(self.planned_flop(self.params.run_days), self.knowledge.lost_nats)

    def _consider(self, alarm: Alarm | None = None) -> None:
        """Launch, or come back: at the next review, with a licence, or when the rules have changed."""
        del alarm
        self._is_due = bool(self.holds)
        if self._is_due:
            return
        days = self._days_to_train()
        if days is None:
            self.stage.after(self.params.review_days, self._consider)
        elif (left := self._days_to_licence(days)) > 0.0:
            self._is_due, self._licence = True, self.stage.after(left, self._consider)
        else:
            self._launch(days)

    def _reconsider(self) -> None:
        """The rules have changed: a launch that waits for them is asked about again."""
        if self._is_due:
            if self._licence is not None:
                self._licence.cancel()
                self._licence = None
            self._consider()

    def _days_to_train(self) -> float | None:
        """Length of the run to launch now; None while waiting pays."""
        if self.params.launch == "cadence":
            return self.params.run_days
        left = self._ended_days + self.params.cadence_days - self.stage.env.now
        if left <= max(self._longest_run_that_pays_days(), self.params.run_days):
            return max(left, self.params.run_days)
        return None

    def _days_to_licence(self, days: float) -> float:
        """Days until a run of `days` has the licences it needs, applied for when it is first wanted."""
        now, wait_days = self.stage.env.now, self.licences.wait_days(self.planned_flop(days))
        if not wait_days:
            return 0.0
        if self._applied_days is None:
            self._applied_days = now
        left = self._applied_days + wait_days - now
        return left if left > _MOMENT_DAYS else 0.0

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
        self.n_launched, self._applied_days, self._licence = number, None, None
        days = min(days, self.licences.most_flop() / self._flop_per_day())
        flop, lost = self.planned_flop(days), self._days_lost(number, days)
        self.pool.reach(flop)
        self._aim()
        gains = tuple(self.knowledge.gain_nats(what) for what in Raises)
        recipe = self._recipe(flop, days, gains[Raises.TRAINING])
        self.running = Generation(number, flop, lost, now, recipe, gains, self.knowledge.believed_nats)
        self.knowledge.launch()
        n = max(self.frontier_h100e, 1e-6)
        n_ideas = len(self.knowledge.adopted)
        waited = now - self._ended_days
        self.stage.trace.record(FrontierRunStarted(now, self.knowledge.lab, number, n, flop, n_ideas, waited))
        job = Job(self, FRONTIER_CLASS, n, days + lost, self._end, number=number, priority=0, preemptible=False)
        self.cluster.submit(job)

    def _recipe(self, flop: float, days: float, adopted_nats: float) -> Recipe | None:
        if self.recipes is None:
            return None
        gain_nats = adopted_nats + self.initial_gain_nats
        return self.recipes.choose(flop, gain_nats, self.frontier_h100e * days, self._serving_h100e())

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
        self._record(generation, job.ended_days - job.started_days, n_kept, n_reverted)
        self._released(self._model(generation))
        self._await_next_launch(generation.started_days)

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
        self.knowledge.believe(project, project.belief.moments()[0] - believed)
        if harmful:
            self.knowledge.revert(project)
        else:
            self.knowledge.keep(project)
        return harmful

    def _effective_flop(self, g: Generation) -> float:
        extra_nats = 0.0 if g.recipe is None else g.recipe.gain_nats
        return g.flop * math.exp(g.gains_nats[Raises.TRAINING] + self.initial_gain_nats + extra_nats)

    def _model(self, g: Generation) -> Model:
        effective = self._effective_flop(g)
        h50 = horizon_50_minutes(effective, self.capability)
        n = compute_optimal(g.flop, self.scaling).n_parameters if g.recipe is None else g.recipe.n_active_parameters
        return Model(
            g.number, g.flop, effective, n, h50, g.gains_nats[Raises.INFERENCE], g.gains_nats[Raises.OVERSIGHT]
        )

    def _record(self, g: Generation, days: float, n_kept: int, n_reverted: int) -> None:
        """Put a model on record."""
        effective, gain = self._effective_flop(g), g.gains_nats[Raises.TRAINING] + self.initial_gain_nats
        h50 = horizon_50_minutes(effective, self.capability)
        optimal = compute_optimal(effective, self.scaling)
        recipe = g.recipe or Recipe(optimal.n_parameters, optimal.n_tokens, 0.0, 0.0, 0.0)
        event = ModelReleased(
            self.stage.env.now,
            self.knowledge.lab,
            g.number,
            g.flop,
            days,
            g.days_lost,
            gain,
            g.believed_nats + self.initial_gain_nats,
            effective,
            optimal.loss_nats,
            recipe.n_active_parameters,
            recipe.n_tokens,
            h50,
            horizon_minutes(h50, 0.8, self.capability),
            hour_task_success_fraction(h50, self.capability),
            chain_success_fraction(h50, self.capability),
            n_kept,
            n_reverted,
            recipe.text_penalty_nats,
            recipe.size_penalty_nats,
            recipe.reinforcement_gain_nats,
        )
        self.stage.trace.record(event)
