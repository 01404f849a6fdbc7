"""How much work there is for workers, and the effort that takes most of it over with the tokens there are.

People's work is counted before workers took their part of it; automated teams' work as their workers did it. The lab
does not know what its fleet could give: it asks, and takes what is served of what it wanted for the supply.
"""

import math
from collections.abc import Sequence

from simlab.world.inference.fleet import Fleet
from simlab.world.projects import N_STAGES, Stage7
from simlab.world.workers.tasks import MINUTES_PER_WORKING_DAY
from simlab.world.workers.trust import Effort, Reach, Trust

STEPS = Stage7.THINKING, Stage7.BUILDING, Stage7.READING
_ENOUGH_FRACTION = 0.99
"""Share of the tokens wanted with which a lab is content."""


class Demand:
    """One lab's demand for its workers' tokens."""

    def __init__(self, trust: Trust) -> None:
        self.trust = trust
        self.beside_people_days, self.alone_people_days = [0.0] * N_STAGES, [0.0] * N_STAGES
        """Counted since the last review, step by step."""
        self._beside, self._alone = list(self.beside_people_days), list(self.alone_people_days)
        self.tokens_per_day = 0.0
        """Wanted now."""

    def tokens(self, people_days: float, effort: Effort) -> float:
        """Tokens that so much work takes, counted in days of a person."""
        return people_days * MINUTES_PER_WORKING_DAY * self.trust.params.tokens_per_work_minute * effort.token_ratio

    def review(self) -> None:
        """A period is over: what was done in it is the demand of the next."""
        days = self.trust.params.review_days
        self._beside = [counted / days for counted in self.beside_people_days]
        self._alone = [counted / days for counted in self.alone_people_days]
        self.beside_people_days, self.alone_people_days = [0.0] * N_STAGES, [0.0] * N_STAGES

    def choose(self, reaches: Sequence[Reach], fleet: Fleet) -> Reach:
        """The reach by which workers take most work over; the cheapest of equals, if they stand in that order.

        The lab asks for the best, and thinks again where it does not get it: what it gets is then what there is.
        """
        chosen = self.ask(self._best(reaches, math.inf), fleet)
        served = fleet.worker_served_fraction
        if served < _ENOUGH_FRACTION:
            chosen = self.ask(self._best(reaches, served * self.tokens_per_day), fleet)
        return chosen

    def ask(self, reach: Reach, fleet: Fleet) -> Reach:
        """Want the tokens for the work there is at this reach."""
        self.tokens_per_day = self._wanted(reach)
        fleet.want(self.tokens_per_day)
        return reach

    def _best(self, reaches: Sequence[Reach], supply_tokens_per_day: float) -> Reach:
        return max(reaches, key=lambda reach: self._saved(reach, supply_tokens_per_day))

    def _wanted(self, reach: Reach) -> float:
        beside = sum(self._beside[s] * h.work_fraction for s, h in zip(STEPS, reach.handed, strict=True))
        return self.tokens(beside + sum(self._alone), reach.effort)

    def _saved(self, reach: Reach, supply_tokens_per_day: float) -> float:
        """Work taken over a day: what people need not do, and what comes through without them."""
        trust, saved = self.trust, 0.0
        for step, handed, done in zip(STEPS, reach.handed, reach.answers, strict=True):
            saved += self._beside[step] * (trust.kept_fraction(handed) - trust.overhead_fraction(handed))
            saved += self._alone[step] * trust.chain_fraction(done)
        wanted = self._wanted(reach)
        return saved * min(supply_tokens_per_day / wanted, 1.0) if wanted else saved
