"""Taste grows with evidence seen: one's own ideas, what others tell, and a mentor's hour.

Evidence is counted in ideas whose fate one has seen. Taste in bits saturates with it. A team keeps two cohorts, seniors
and juniors; juniors catch up with their mentors as fast as the mentors' few hours allow, which is many times faster
than by their own ideas alone. Source: research-skill (mentoring replaces weeks of experiments).
"""

import math
from typing import Annotated

from annotated_types import Ge, Gt, Le

from simlab.parameters import Params, State, Unit


class LearningParams(Params):
    """How researchers come to know what will work."""

    taste_ceiling_bits: Annotated[float, Gt(0), Unit("bit")]
    """Mutual information between a perfectly experienced median researcher's prior and an idea's true gain."""
    half_ceiling_ideas: Annotated[float, Gt(0), Unit("1")]
    """Ideas seen to their end that give half of it."""
    senior_ideas: Annotated[float, Gt(0), Unit("1")]
    """Ideas that a senior researcher has seen on day 0; a junior who has seen half as many counts as senior."""
    new_hire_ideas: Annotated[float, Ge(0), Unit("1")]
    """Ideas that a new junior has seen."""
    senior_fraction: Annotated[float, Ge(0), Le(1), Unit("1"), State()]
    """Share of seniors among the staff on day 0 and among those hired."""
    heard_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of the evidence in a well communicated idea of the same lab that reaches everybody."""
    mentor_hours_per_senior_day: Annotated[float, Ge(0), Unit("hour/(person*day)")]
    """Hours a day that a senior gives to juniors."""
    mentored_hours_per_junior_day: Annotated[float, Ge(0), Unit("hour/(person*day)")]
    """Hours a day of mentoring that a junior can use."""
    ideas_per_mentor_hour: Annotated[float, Ge(0), Unit("1/hour")]
    """Evidence in an hour of mentoring, in ideas, for one who knows nothing of what the mentor knows."""


def taste_bits(ideas_seen: float, p: LearningParams) -> float:
    """Taste of a researcher of median talent who has seen `ideas_seen`: ceiling * seen / (seen + half)."""
    return p.taste_ceiling_bits * ideas_seen / (ideas_seen + p.half_ceiling_ideas)


def mentored_ideas(junior: float, mentor: float, hours: float, p: LearningParams) -> float:
    """Ideas a junior has seen after `hours` of mentoring; approaches, never passes, what the mentor has seen.

    d junior = ideas_per_hour * (1 - junior / mentor) d hours.
    """
    if mentor <= junior:
        return junior
    return mentor - (mentor - junior) * math.exp(-p.ideas_per_mentor_hour * hours / mentor)


class Experience:
    """What a team's people have seen: heads and ideas seen per head, seniors and juniors apart."""

    __slots__ = ("fleet_ideas", "junior_ideas", "n_juniors", "n_people", "n_seniors", "params", "senior_ideas")

    def __init__(self, params: LearningParams, n_seniors: int, n_juniors: int) -> None:
        self.params = params
        self.n_seniors, self.n_juniors = n_seniors, n_juniors
        self.n_people = n_seniors + n_juniors
        self.fleet_ideas = 0.0
        self.senior_ideas, self.junior_ideas = params.senior_ideas, params.new_hire_ideas

    @property
    def ideas_seen(self) -> float:
        """Ideas seen per head; what the fleet knows, in a team without people."""
        n = self.n_people
        return (self.n_seniors * self.senior_ideas + self.n_juniors * self.junior_ideas) / n if n else self.fleet_ideas

    def learn_to(self, ideas: float) -> None:
        """Let AI workers know what so many ideas taught."""
        self.fleet_ideas = ideas

    def see(self, ideas_per_head: float) -> None:
        """Everybody sees the fate of so many more ideas."""
        self.senior_ideas += ideas_per_head
        self.junior_ideas += ideas_per_head

    def be_mentored(self, hours_per_junior: float, mentor_ideas: float) -> None:
        """The juniors get so many hours each with seniors who have seen `mentor_ideas`."""
        if self.n_juniors:
            self.junior_ideas = mentored_ideas(self.junior_ideas, mentor_ideas, hours_per_junior, self.params)
            if self.junior_ideas >= 0.5 * self.params.senior_ideas:
                self.graduate()

    def graduate(self) -> None:
        """The juniors become seniors."""
        n = self.n_people
        self.senior_ideas = (self.n_seniors * self.senior_ideas + self.n_juniors * self.junior_ideas) / n
        self.n_seniors, self.n_juniors, self.junior_ideas = n, 0, self.params.new_hire_ideas

    def join(self, n_seniors: int, n_juniors: int) -> None:
        """New people come, with what the market's seniors and juniors have seen."""
        p = self.params
        self.n_people += n_seniors + n_juniors
        if n_seniors:
            total = self.n_seniors * self.senior_ideas + n_seniors * p.senior_ideas
            self.n_seniors += n_seniors
            self.senior_ideas = total / self.n_seniors
        if n_juniors:
            total = self.n_juniors * self.junior_ideas + n_juniors * p.new_hire_ideas
            self.n_juniors += n_juniors
            self.junior_ideas = total / self.n_juniors

    def leave(self, *, senior: bool) -> None:
        """One person goes; a junior where no senior is left, and the other way round."""
        self.n_people -= 1
        if (senior and self.n_seniors) or not self.n_juniors:
            self.n_seniors -= 1
        else:
            self.n_juniors -= 1
