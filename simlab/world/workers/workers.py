"""A lab's AI workers: tokens become work, as far as the work is short enough to be trusted to them.

Every month the lab sets how often a task is tried and how long workers think, so that they take most human work over
with the tokens there are. What it wants is the work of the last month; what the fleet gives decides how much of it is
done: the rest stays with people, and teams of workers alone stand still for want of tokens.
"""

import math

from simlab.randomness import uniforms
from simlab.stage import Alarm, Stage
from simlab.trace.events import WorkersMetered
from simlab.units import SECONDS_PER_DAY
from simlab.world.capability import CapabilityParams
from simlab.world.experiments import N_STAGE_DRAWS
from simlab.world.inference.fleet import Fleet
from simlab.world.models import Model
from simlab.world.projects import N_STAGES, Project, Stage7
from simlab.world.thinking import ThinkingParams
from simlab.world.workers.demand import STEPS, Demand
from simlab.world.workers.help import Help
from simlab.world.workers.params import WorkersParams
from simlab.world.workers.tasks import MINUTES_PER_DAY, MINUTES_PER_WORKING_DAY, BundleParams
from simlab.world.workers.trust import Reach, Trust

_ALL_BY_HAND = Help(1.0, 0.0, 0.0)
_LAST_PIECE = N_STAGE_DRAWS - 1
_LEAST_SERVED_FRACTION = 1e-3
"""A fleet without tokens leaves a thousandth, so that what is wanted can still be seen and work goes on some day."""


class Workers:
    """One lab's AI workers."""

    def __init__(
        self,
        stage: Stage,
        params: WorkersParams,
        thinking: ThinkingParams | None,
        capability: CapabilityParams,
        fleet: Fleet,
        name: str,
        lab: int,
        area_names: list[str],
    ) -> None:
        self.stage, self.params, self.fleet, self.lab = stage, params, fleet, lab
        self.trust = Trust(params, thinking, capability)
        self.demand = Demand(self.trust)
        self.n_automated_teams = 0
        self.automated_ideas_seen = 0.0
        self.reach: Reach | None = None
        """Of the model at work, at the effort chosen; None before there is one."""
        self._reaches: list[Reach] = []
        self._seen_served_fraction = self._served_fraction = 1.0
        self._beside, self._alone = [_ALL_BY_HAND] * N_STAGES, [_ALL_BY_HAND] * N_STAGES
        self._tokens_per_people_day, self._alone_tokens_per_people_day = [0.0] * N_STAGES, 0.0
        self._start_meter()
        rows = stage.streams.rows
        self._flaws = [rows(f"{name}.{area}.flaws", uniforms, N_STAGE_DRAWS, 256) for area in area_names]

    def begin(self) -> None:
        """Start the reviews."""
        self.stage.after(self.params.review_days, self._review)

    def deploy(self, model: Model) -> None:
        """This model does the work from now on, tried and thought over as before until the next review."""
        self._reaches = [self.trust.reach(model.horizon_50_minutes, effort) for effort in self.trust.efforts]
        effort = self.reach.effort if self.reach is not None else self.trust.efforts[0]
        self.reach = self.demand.ask(self._reaches[self.trust.efforts.index(effort)], self.fleet)
        self._refresh()

    def _review(self, alarm: Alarm) -> None:
        """Set tries and thinking, and say how many tokens are wanted."""
        self.demand.review()
        if self._reaches:
            self.reach = self.demand.choose(self._reaches, self.fleet)
            self._refresh()
        self.stage.set(alarm, self.params.review_days)

    def _refresh(self) -> None:
        """Set what help is worth from the effort chosen and the tokens there are."""
        self._seen_served_fraction = self.fleet.worker_served_fraction
        self._served_fraction = max(self._seen_served_fraction, _LEAST_SERVED_FRACTION)
        if self.reach is None:
            return
        trust, served, effort = self.trust, self._served_fraction, self.reach.effort
        for step, handed, done in zip(STEPS, self.reach.handed, self.reach.answers, strict=True):
            self._beside[step], self._alone[step] = trust.beside(handed, served), trust.alone(done, served)
            kept = trust.kept_fraction(handed)
            self._tokens_per_people_day[step] = self.demand.tokens(handed.work_fraction / kept, effort) if kept else 0.0
        self._alone_tokens_per_people_day = self.demand.tokens(1.0, effort)

    # -- help -------------------------------------------------------------------------------------------------------

    def help(self, step: Stage7, *, alone: bool) -> Help:
        """What they make of a step now: beside people, or alone in an automated team."""
        if self.fleet.worker_served_fraction != self._seen_served_fraction:
            self._refresh()
        return self._alone[step] if alone else self._beside[step]

    def work(self, project: Project, step: Stage7, people_days: float, flaw_fraction: float) -> None:
        """Do so much of the idea's step, and perhaps leave a flaw in it.

        Work on an idea that is in another stage (its verification) counts as work without people.
        """
        project.automated_people_days += people_days
        self._done_people_days += people_days
        if project.team.is_automated or project.stage is not step:
            self.demand.alone_people_days[step] += people_days
            tokens = people_days * self._alone_tokens_per_people_day
        else:
            _, kept_fraction, _ = self._beside[step]
            if kept_fraction:
                self.demand.beside_people_days[step] += people_days / kept_fraction
            tokens = people_days * self._tokens_per_people_day[step]
        self._done_tokens += tokens
        self._wanted_tokens += tokens / self._served_fraction
        if flaw_fraction:
            self._err(project, flaw_fraction)

    def _err(self, project: Project, flaw_fraction: float) -> None:
        """Leave a flaw by the idea's own luck, a uniform for each piece of work.

        Where it lies below the chance, its place below it is uniform again, and makes the exponential size.
        """
        piece = project.n_stage_draws - 1
        draw = self._flaws[project.area.number].one(project.idea, piece if piece < _LAST_PIECE else _LAST_PIECE)
        if draw < flaw_fraction:
            project.flaw_nats -= self.params.flaw_nats * math.log(draw / flaw_fraction)

    # -- what others ask --------------------------------------------------------------------------------------------

    @property
    def loop_success_fraction(self) -> float:
        """Chance that an idea comes from thinking through reading without people: a chain of each step."""
        if self.reach is None:
            return 0.0
        thinking, building, reading = map(self.trust.chain_fraction, self.reach.answers)
        return thinking * building * reading

    @property
    def pace_people_per_worker(self) -> float:
        """People whom one session that works day and night is worth, at work that it can do.

        Tries run in parallel and cost no time; thinking does.
        """
        thinking = 10.0**self.reach.effort.thinking_decades if self.reach is not None else 1.0
        tokens_per_people_day = MINUTES_PER_WORKING_DAY * self.params.tokens_per_work_minute * thinking
        return self.params.session_tokens_per_s * SECONDS_PER_DAY / tokens_per_people_day

    def alone_fraction(self, median_minutes: float, log_sd: float) -> float:
        """Share of other work, of tasks of these lengths, that workers take over now."""
        return self._other(median_minutes, log_sd).worker_fraction

    def people_fraction(self, median_minutes: float, log_sd: float) -> float:
        """Share of such work that stays with people, handing over and reviewing included; it may exceed 1."""
        return self._other(median_minutes, log_sd).own_fraction

    def _other(self, median_minutes: float, log_sd: float) -> Help:
        if self.reach is None:
            return _ALL_BY_HAND
        self._refresh()
        bundle = BundleParams(median_minutes=median_minutes, log_sd=log_sd)
        return self.trust.beside(self.trust.handed(self.reach, bundle), self._served_fraction)

    # -- meters -----------------------------------------------------------------------------------------------------

    def read_meter(self) -> WorkersMetered:
        """What was done since the last reading."""
        self._refresh()
        now, reach = self.stage.env.now, self.reach
        reading = WorkersMetered(
            now,
            self.lab,
            self._n_workers(now - self._metered_days),
            self._wanted_tokens,
            self._done_tokens / self._wanted_tokens if self._wanted_tokens else self._served_fraction,
            reach.effort.thinking_decades if reach is not None else 0.0,
            reach.reliable_minutes if reach is not None else 0.0,
            self._beside[Stage7.THINKING].worker_fraction,
            self._beside[Stage7.BUILDING].worker_fraction,
            self._beside[Stage7.READING].worker_fraction,
            self._done_people_days,
            self.n_automated_teams,
            self.automated_ideas_seen,
        )
        self._start_meter()
        return reading

    def _start_meter(self) -> None:
        self._metered_days = self.stage.env.now
        self._done_tokens = self._wanted_tokens = self._done_people_days = 0.0

    def _n_workers(self, days: float) -> float:
        """Workers at a person's speed, day and night, that the tokens were in the last `days`."""
        return self._done_tokens / (days * MINUTES_PER_DAY * self.params.tokens_per_work_minute) if days else 0.0
