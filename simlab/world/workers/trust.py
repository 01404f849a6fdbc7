"""What a model can be trusted with at a given effort, and what that makes of a step of research.

Beside people, every task up to the reliable horizon is handed over. Of a unit of human work that is H of it, of which
the parts r and w come back accepted and right, and accepted and wrong; people find the share d of the wrong. They keep

    K = H (r + (1 - d) w)    and pay    v H + (briefing / chain) x tasks handed over    for it, whether kept or not,

so that weak workers, who can be given short tasks only, may cost more than they save (as in the trial metr-rct-2025,
where people who expected to be faster were 19% slower): people hand over what they trust, not what pays.

Alone, workers take the step's tasks as they come, short and long. Nobody looks before the experiment does, so that the
chain is longer; it comes through by its own checks with (right + wrong)^chain, and is done again where it does not.
"""

import math
from functools import partial
from typing import NamedTuple

from simlab.world.capability import CapabilityParams, horizon_50_minutes, horizon_minutes, success_fraction
from simlab.world.thinking import ThinkingParams, worth
from simlab.world.workers.agreement import Answer, answer, needed_success_fraction
from simlab.world.workers.help import Help
from simlab.world.workers.params import WorkersParams
from simlab.world.workers.scaffolding import scaffolded_minutes
from simlab.world.workers.tasks import BundleParams, Handed, hand_over, mean_answer, task_reliability

_THINKING_STEP_DECADES = 0.5


class Effort(NamedTuple):
    """What is spent on a task: tries in parallel, and thinking beyond the reference's."""

    n_tries: int
    thinking_decades: float

    @property
    def token_ratio(self) -> float:
        """Tokens relative to one try at the reference's thinking."""
        return self.n_tries * 10.0**self.thinking_decades


class Reach(NamedTuple):
    """How far a model comes at some effort, step by step (thinking, building, reading)."""

    effort: Effort
    horizon_50_minutes: float
    """Of one try."""
    reliable_minutes: float
    """Longest task it is trusted with."""
    handed: tuple[Handed, ...]
    """Beside people."""
    answers: tuple[Answer, ...]
    """Alone, at a task of the step."""


class Trust:
    """How far models come, by the numbers of one lab's workers."""

    def __init__(self, params: WorkersParams, thinking: ThinkingParams | None, capability: CapabilityParams) -> None:
        self.params, self.thinking, self.capability = params, thinking, capability
        self.bundles = params.steps.thinking, params.steps.building, params.steps.reading
        required = task_reliability(params.required_fraction, params.chain_tasks)
        n_tries = range(1, params.tries.most_tries + 1, 2)
        self._needed = {n: needed_success_fraction(required, n, params.tries) for n in n_tries}
        self.efforts = sorted(
            (Effort(n, decades) for n in n_tries for decades in _grid(thinking)), key=lambda effort: effort.token_ratio
        )
        """All there are, the cheapest first."""

    def reach(self, model_horizon_minutes: float, effort: Effort) -> Reach:
        """How far a model of this 50% horizon comes."""
        horizon = self.horizon_50_minutes(model_horizon_minutes, effort)
        reliable = self.reliable_minutes(horizon, effort)
        does = partial(self._answer, horizon, effort.n_tries)
        handed = tuple(hand_over(reliable, bundle, does) for bundle in self.bundles)
        return Reach(effort, horizon, reliable, handed, tuple(mean_answer(bundle, does) for bundle in self.bundles))

    def horizon_50_minutes(self, model_horizon_minutes: float, effort: Effort) -> float:
        """50% horizon of one try of a model in its scaffold that thinks so long."""
        p, horizon = self.capability, model_horizon_minutes
        if self.thinking is not None:
            flop = p.reference_effective_flop * worth(effort.thinking_decades, self.thinking)
            horizon *= horizon_50_minutes(flop, p) / p.reference_horizon_minutes
        return scaffolded_minutes(horizon, self.params.scaffolding)

    def reliable_minutes(self, horizon_50_min: float, effort: Effort) -> float:
        """Length of the tasks whose tries agree on the right answer as often as a chain of them needs."""
        return horizon_minutes(horizon_50_min, self._needed[effort.n_tries], self.capability)

    def handed(self, reach: Reach, bundle: BundleParams) -> Handed:
        """What is handed over of any other bundle."""
        return hand_over(
            reach.reliable_minutes, bundle, partial(self._answer, reach.horizon_50_minutes, reach.effort[0])
        )

    def _answer(self, horizon: float, n_tries: int, minutes: float) -> Answer:
        return answer(success_fraction(minutes, horizon, self.capability), n_tries, self.params.tries)

    def kept_fraction(self, handed: Handed) -> float:
        """Human work that workers take over: what is accepted, less the errors that the review finds."""
        missed = 1.0 - self.params.review_detection_fraction
        return handed.work_fraction * (handed.right_fraction + missed * handed.wrong_fraction)

    def overhead_fraction(self, handed: Handed) -> float:
        """Human work that handing over and reviewing costs."""
        p = self.params
        return p.review_fraction * handed.work_fraction + p.briefing_minutes / p.chain_tasks * handed.tasks_per_minute

    def beside(self, handed: Handed, served_fraction: float) -> Help:
        """A step with people and workers, who have tokens for a share of what is handed over."""
        p, kept = self.params, served_fraction * self.kept_fraction(handed)
        missed = (1.0 - p.review_detection_fraction) * handed.work_fraction * handed.wrong_fraction
        flaw = 1.0 - (1.0 - served_fraction * missed) ** p.decisive_tasks
        return Help(1.0 - kept + served_fraction * self.overhead_fraction(handed), kept, flaw)

    def alone(self, done: Answer, served_fraction: float) -> Help:
        """A step without people. What lacks tokens takes longer, not more work."""
        chance = self.chain_fraction(done)
        if chance == 0.0:
            return Help(math.inf, math.inf, 1.0)
        sound = (done.right / (done.right + done.wrong)) ** self.params.decisive_tasks
        return Help(1.0 / (chance * served_fraction), 1.0 / chance, 1.0 - sound)

    def chain_fraction(self, done: Answer) -> float:
        """Chance that a step's chain comes through by its own checks, without people: the product of its tasks."""
        return (done.right + done.wrong) ** self.params.unreviewed_chain_tasks


def _grid(thinking: ThinkingParams | None) -> list[float]:
    most = thinking.most_thinking_decades if thinking is not None else 0.0
    n_steps = math.ceil(most / _THINKING_STEP_DECADES)
    return [most * i / n_steps for i in range(n_steps + 1)] if n_steps else [0.0]
