"""Test an idea on leased compute, a fixed number of decades below the frontier run.

The ladder's rungs lie at fixed decades of compute below the lab's next frontier run. An experiment is a campaign: all
runs (repeats, a sweep of learning rates) that test one idea at one rung. It shows of the gain G, d decades down,

    seen = (rho(d) G + sqrt(1 - rho(d)^2) spread |G| z(d)) / kept^d + noise / sqrt(repeats)

with z an Ornstein-Uhlenbeck path over the rungs, so that neighbouring rungs agree. Labs know rho and kept from past
ladders and correct for them; what they cannot know is z, and how large G is: they take the transfer error to be as
large as they believe the idea to be. Source: calibration-prototype-2026 (form), datadecide-2025.
"""

import math
from collections.abc import Callable
from itertools import pairwise
from typing import Annotated, Self

from annotated_types import Ge, Gt, Le, MinLen
from pydantic import model_validator

from simlab.parameters import Params, Unit
from simlab.stage import Alarm, Stage
from simlab.trace.events import ExperimentEnded, Outcome
from simlab.world.cluster import Cluster
from simlab.world.ideas import IdeasParams
from simlab.world.jobs import Job, JobState
from simlab.world.ladder import LEAST_VARIANCE, Rung, RungParams, Step, rung_at, step_from
from simlab.world.projects import Project, Stage7
from simlab.world.throughput import ThroughputParams

EXPERIMENTS_CLASS = 1
MAX_CAMPAIGNS = 6
"""Campaigns an idea can have in one lab; the decision rule stops there, so that its row of luck has an end."""


_WAITING, _OK = JobState.WAITING, Outcome.OK
_WAITING_COMPUTE, _WAITING_PEOPLE = Stage7.WAITING_COMPUTE, Stage7.WAITING_PEOPLE
_ROUND_OFF_DAYS = 1e-6
_LOOK_AGAIN_FRACTION = 1 / 32
"""How soon, in patiences, a running campaign that has waited long is looked at again: if it is stopped meanwhile, its
patience ends so much late at most."""


class ExperimentsParams(Params):
    """Experiments and what they show."""

    ladder: Annotated[tuple[RungParams, ...], MinLen(1)]
    """The rungs, smallest scale first."""
    runs_per_repeat: Annotated[float, Gt(0), Unit("1")]
    """Runs behind one repeat: the idea, its own learning-rate settings, its share of the baseline."""
    noise_nats: Annotated[float, Ge(0), Unit("nat")]
    """Standard deviation of one repeat's gain from luck alone (seeds, data order)."""
    size_cv: Annotated[float, Ge(0), Unit("1")]
    """Coefficient of variation of a campaign's compute around its plan."""
    crashing_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of campaigns that fail for a bug of their own."""
    max_failures: Annotated[int, Ge(0), Unit("1")]
    """Failed campaigns after which an idea is given up."""
    patience_days: Annotated[float, Gt(0), Unit("day")]
    """Longest wait for compute before a team gives an idea up."""
    largest_job_fraction: Annotated[float, Gt(0), Le(1), Unit("1")]
    """Largest share of the experiments' compute that one campaign may hold; a larger one runs longer instead."""

    @model_validator(mode="after")
    def _ladder_climbs(self) -> Self:
        for number, (lower, upper) in enumerate(pairwise(self.ladder), 1):
            if upper.below_target_decades >= lower.below_target_decades:
                above = f"a rung must lie above the one before it, which is {lower.below_target_decades:g} decades down"
                raise ValueError(f"ladder.{number}.below_target_decades: {above}")
        return self


class Experiments:
    """One lab's ladder, and the campaigns on it."""

    def __init__(
        self,
        stage: Stage,
        params: ExperimentsParams,
        ideas: IdeasParams,
        throughput: ThroughputParams,
        cluster: Cluster,
        lab: int,
    ) -> None:
        self.stage, self.params, self.cluster, self.lab = stage, params, cluster, lab
        self._ideas, self._throughput = ideas, throughput
        self.rungs: list[Rung] = []
        self.steps: list[Step] = []
        """From each rung but the top one; as the ladder was last aimed."""
        self.entry: Step
        """From nowhere to the lowest rung; as the ladder was last aimed."""
        self.share_fraction = 1.0
        self.target_decades = self.target_flop = 0.0

    @property
    def experiment_h100e(self) -> float:
        """Accelerators that belong to experiments."""
        return max(self.share_fraction * self.cluster.capacity_h100e, 1e-6)

    def aim(self, target_flop: float, lost_nats: float = 0.0) -> None:
        """Set the ladder below a frontier run of `target_flop`; weak chips lose `lost_nats` of speed."""
        self.target_flop, self.target_decades = target_flop, math.log10(target_flop)
        self.rungs = []
        for i, rung in enumerate(self.params.ladder):
            below = self.params.ladder[i - 1].below_target_decades if i else math.inf
            self.rungs.append(self._rung(rung, below, lost_nats))
        self.steps = [step_from(number, self.rungs, self._ideas) for number in range(len(self.rungs) - 1)]
        self.entry = step_from(-1, self.rungs, self._ideas)

    def _rung(self, rung: RungParams, below_decades: float, lost_nats: float) -> Rung:
        flop = self.target_flop * 10.0**-rung.below_target_decades * self.params.runs_per_repeat
        return rung_at(rung, below_decades, flop, self.params.noise_nats, self._ideas, self._throughput, lost_nats)

    def enter(self, project: Project, number: int) -> None:
        """Take the idea to rung `number`: its evidence starts afresh there, as far as the rungs differ."""
        rung, belief = self.rungs[number], project.belief
        c = rung.path_correlation if project.rung >= 0 else 0.0
        own_part = 1.0 - c * c
        draw = project.area.transfer_draw(project.idea, number)
        project.transfer_path = c * project.transfer_path + math.sqrt(own_part) * draw
        mean, sd = belief.moments()
        transfer_var = rung.transfer_ratio * (mean * mean + sd * sd)
        belief.enter_rung(transfer_var, rung.noise_var, max(own_part, LEAST_VARIANCE))
        project.rung = number

    def submit(self, project: Project, n_repeats: int, then: Callable[[Project, Outcome], None]) -> None:
        """Queue a campaign of `n_repeats` at the idea's rung; `then` gets the outcome, after the evidence was added.

        A crash or a blow-up is drawn now, with the part of the run that it lets happen, so that one event is enough.
        """
        rung, k, now = self.rungs[project.rung], project.n_experiments, self.stage.env.now
        outcome, part, size = self._luck(project, rung, k)
        planned_h100e_days = rung.repeat_h100e_days * n_repeats
        n_h100e = min(planned_h100e_days / rung.run_days, self.params.largest_job_fraction * self.experiment_h100e)
        project.n_repeats, project.n_experiments = n_repeats, k + 1
        job = Job(
            (project, outcome, rung.repeat_flop * n_repeats * size * part, then),
            EXPERIMENTS_CLASS,
            n_h100e,
            planned_h100e_days * size / n_h100e * part,
            self._end,
            number=(project.idea * len(self._ideas.areas) + project.area.number) * MAX_CAMPAIGNS + k,
        )
        project.job = job
        project.move(_WAITING_COMPUTE, now, project.team.meter)
        project.counted_wait_days = project.counted_run_days = 0.0
        self.cluster.submit(job)
        if job.state is _WAITING:
            project.patience = self.stage.after(self.params.patience_days, self._lose_patience, job)

    def _luck(self, project: Project, rung: Rung, k: int) -> tuple[Outcome, float, float]:
        draws, chances = project.draws, OFFSET_CHANCES + 3 * k
        size = draws[OFFSET_SIZES + k]
        if draws[chances] < self.params.crashing_fraction:
            return Outcome.CRASHED, math.sqrt(draws[chances + 2]), size
        if draws[chances + 1] < rung.diverging_fraction:
            return Outcome.DIVERGED, math.sqrt(draws[chances + 2]), size
        return _OK, 1.0, size

    def _end(self, job: Job) -> None:
        project, outcome, flop, then = job.owner
        self._charge(project, job, flop, outcome)
        if outcome is _OK:
            project.belief.see(self._estimate_nats(project), project.n_repeats)
        then(project, outcome)

    def _charge(self, project: Project, job: Job, flop: float, outcome: Outcome) -> None:
        """Book the job's compute and its days of waiting and running on the idea."""
        now, patience = self.stage.env.now, project.patience
        if patience is not None:
            patience.cancel()
            project.patience = None
        project.count_job(now, project.team.meter)
        project.stage, project.job = _WAITING_PEOPLE, None
        project.flop += flop
        project.used_h100e_days += job.used_h100e_days
        trace = self.stage.trace
        if trace.detail:
            trace.record(self._row(project, job, flop, outcome))

    def _row(self, project: Project, job: Job, flop: float, outcome: Outcome) -> ExperimentEnded:
        rung = self.rungs[project.rung]
        estimate = self._estimate_nats(project) if outcome is Outcome.OK else 0.0
        seen = estimate * rung.rho / rung.kept
        head = (self.stage.env.now, self.lab, project.team.number, project.area.number, project.idea, project.rung)
        used, queued, ran = job.used_h100e_days, job.queue_days, job.running_days
        return ExperimentEnded(*head, outcome, project.n_repeats, flop, job.n_h100e, used, queued, ran, seen, estimate)

    def _estimate_nats(self, project: Project) -> float:
        """The campaign's estimate of the gain at target scale: what was seen, corrected for rho and kept.

        A flaw in the work behind it adds a gain that is not there.
        """
        rung, gain, shown = self.rungs[project.rung], project.true_gain_nats, 0.0
        rho = rung.rho
        if rung.decades <= project.shows_down_to_decades:
            slip = math.sqrt(1.0 - rho * rho) * self._ideas.transfer_spread_ratio * project.transfer_path
            shown = rho * gain + slip * abs(gain)
        noise = self.params.noise_nats * rung.kept * project.draws[OFFSET_NOISE + project.n_experiments - 1]
        return (shown + noise / math.sqrt(project.n_repeats)) / rho + project.flaw_nats

    def withdraw(self, project: Project) -> None:
        """Take the idea's campaign out of the queue, or off the machines."""
        job = project.job
        if job is not None:
            self.cluster.withdraw(job)  # first, so that the stint under way is counted
            part = min(job.running_days / job.run_days, 1.0) if job.run_days else 0.0
            self._charge(project, job, job.owner[2] * part, Outcome.WITHDRAWN)

    def _lose_patience(self, alarm: Alarm) -> None:
        job: Job = alarm.owner
        project, _, _, then = job.owner
        is_waiting = job.state is _WAITING
        waited = self.stage.env.now - job.submitted_days - job.running_days if is_waiting else job.queue_days
        left = self.params.patience_days - waited
        if left > _ROUND_OFF_DAYS:  # it has run meanwhile, and may have been stopped again
            if not is_waiting:  # while it runs nothing is lost; looking often would only find that
                left = max(left, _LOOK_AGAIN_FRACTION * self.params.patience_days)
            self.stage.set(alarm, left)
        elif is_waiting:
            project.patience = None
            self.withdraw(project)
            then(project, Outcome.WITHDRAWN)


OFFSET_STAGES = 0
"""An idea's row of luck in a lab: stage times, sizes, noises, chances (crash, divergence, part), block and talk."""
N_STAGE_DRAWS = 2 + 2 * MAX_CAMPAIGNS
OFFSET_SIZES = OFFSET_STAGES + N_STAGE_DRAWS
OFFSET_NOISE = OFFSET_SIZES + MAX_CAMPAIGNS
OFFSET_CHANCES = OFFSET_NOISE + MAX_CAMPAIGNS
OFFSET_TALK = OFFSET_CHANCES + 3 * MAX_CAMPAIGNS
N_LIFE_DRAWS = OFFSET_TALK + 3
