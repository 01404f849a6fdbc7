"""Hiring and leaving, month by month, person by person.

Heads follow a dated pace of growth; leavers are replaced on top of it. New people fill teams that are short first and
found new teams when enough have come together.
"""

import math
from collections.abc import Callable
from typing import Annotated

from annotated_types import Ge, Gt

from simlab.parameters import Params, Unit
from simlab.randomness import uniforms
from simlab.stage import Alarm, Stage
from simlab.trace.events import StaffChanged
from simlab.world.growth import Paces, growth_nats
from simlab.world.learning import LearningParams
from simlab.world.researchers import Researchers
from simlab.world.teams import Team

_DRAWS_PER_BLOCK = 64


class StaffingParams(Params):
    """People who come and go."""

    growth: Paces
    """How the number of people grows, period by period, in order of date."""
    leaving_per_day: Annotated[float, Ge(0), Unit("1/day")]
    """Rate at which a person leaves."""
    review_days: Annotated[float, Gt(0), Unit("day")]
    """How often people come and go, and the organisation adapts."""


class Staffing:
    """One lab's comings and goings."""

    def __init__(
        self,
        stage: Stage,
        params: StaffingParams,
        learning: LearningParams,
        researchers: Researchers,
        name: str,
        lab: int,
        initial_people: float,
        relative_growth: float,
        affordable_people: Callable[[], float] = lambda: math.inf,
    ) -> None:
        self.stage, self.params, self.learning, self.researchers = stage, params, learning, researchers
        self.lab, self.initial_people, self.relative_growth = lab, initial_people, relative_growth
        self.affordable_people = affordable_people
        self._luck = stage.streams.rows(f"{name}.leaving", uniforms, 2, _DRAWS_PER_BLOCK)
        self._n_draws = 0
        self._senior_carry = self._leaving_carry = 0.0
        self.n_unassigned = 0
        self.n_hired = self.n_left = 0

    def begin(self) -> None:
        """Found the first teams and start the months."""
        self._take_on(max(round(self.plan_people), 1))
        self.researchers.organise()
        self.stage.after(self.params.review_days, self._review)

    @property
    def n_people(self) -> int:
        """Heads, those between teams included."""
        return self.researchers.n_people + self.n_unassigned

    @property
    def plan_people(self) -> float:
        """Heads that the lab would have: by the dated pace, as far as there is money; before day 0 those of day 0."""
        now = self.stage.env.now
        grown = self.relative_growth * growth_nats(self.params.growth, now)
        paced = self.initial_people * math.exp(grown)
        return min(paced, self.affordable_people()) if now > 0.0 else paced

    def _review(self, alarm: Alarm) -> None:
        days = self.params.review_days
        n_left = self._let_go(days)
        n_hired = max(round(self.plan_people) - self.n_people, 0)
        self._take_on(n_hired)
        self.n_hired += n_hired
        self.n_left += n_left
        self.researchers.organise()
        if n_hired or n_left:
            now = self.stage.env.now
            self.stage.trace.record(StaffChanged(now, self.lab, n_hired, n_left, self.n_people))
        self.stage.set(alarm, days)

    def _let_go(self, days: float) -> int:
        """People leave: the expected number with fractions carried over, each drawn from all heads alike."""
        self._leaving_carry += self.researchers.n_people * -math.expm1(-self.params.leaving_per_day * days)
        n = int(self._leaving_carry)
        self._leaving_carry -= n
        for _ in range(n):
            self._one_leaves()
        return n

    def _one_leaves(self) -> None:
        which, rank = self._luck[self._n_draws]
        self._n_draws += 1
        position = (1.0 - which) * self.researchers.n_people
        for team in self.researchers.teams:
            position -= team.n_people
            if position < 0.0:
                self.researchers.lose(team, senior=rank * team.n_people <= team.experience.n_seniors)
                return

    def _take_on(self, n_hired: int) -> None:
        """Seat new people: short teams first, then new teams; what is left over waits for the next review."""
        full = self.researchers.params.people_per_team
        self.n_unassigned += n_hired
        for team in sorted(self.researchers.teams, key=lambda t: (t.n_people, t.number)):
            if not self.n_unassigned or team.n_people >= full:
                break
            self._seat(min(full - team.n_people, self.n_unassigned), team)
        while self.n_unassigned >= full or (self.n_unassigned and not self.researchers.teams):
            self._seat(min(full, self.n_unassigned), None)

    def _seat(self, n: int, team: Team | None) -> None:
        self._senior_carry += n * self.learning.senior_fraction
        n_seniors = min(int(self._senior_carry + 1e-9), n)
        self._senior_carry -= n_seniors
        self.n_unassigned -= n
        if team is None:
            self.researchers.found(n_seniors, n - n_seniors)
        else:
            self.researchers.join(team, n_seniors, n - n_seniors)
