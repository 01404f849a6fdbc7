"""Bury, repeat, next rung, or adopt: the value of information per day of what is scarce.

An idea climbs the whole ladder before a lab trusts a frontier run to it; only on the top rung can it be adopted. After
each look a team compares the tests it could run next by what each is expected to add, per day of the lab's scarce
resources that it takes. Below the top that is the next rung, with few repeats or many; on the top it is more repeats,
for what they add to the idea's certainty equivalent. The best test is run if it beats what a new idea would yield. If
not, the idea is adopted if it may be and its certainty equivalent is positive, and buried otherwise. Paranoia, the
standard errors a team wants, therefore buys evidence instead of merely refusing.

An idea is begun only if what the ladder could show of it is worth a stated part, the hurdle, of what the lab's ideas
yield for the same scarce time. A hurdle of 1 is the marginal value theorem again; with one of 0 everything is begun.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

from simlab.trace.events import Cause, Decision
from simlab.world.beliefs import Belief, certainty_equivalent_nats, chance_of_worth, value_of_test_nats
from simlab.world.experiments import MAX_CAMPAIGNS, Experiments
from simlab.world.knowledge import Knowledge
from simlab.world.ladder import Step
from simlab.world.projects import Project, Stage7
from simlab.world.teams import Team

REPEATS = (1, 2, 4)
"""Sizes of a campaign that a team considers."""

_BURY, _REPEAT, _NEXT_RUNG = Decision.BURY, Decision.REPEAT, Decision.NEXT_RUNG
_THINKING, _BUILDING, _READING = Stage7.THINKING, Stage7.BUILDING, Stage7.READING


class Choice(NamedTuple):
    """What to do next, and why."""

    decision: Decision
    n_repeats: int
    believed_nats: float
    sd_nats: float
    value_nats_per_day: float
    new_idea_nats_per_day: float


class Rule:
    """The decision rule of one lab.

    `people_fraction` is the part of a step's work that takes a person's time: AI workers take the rest off their hands.
    """

    def __init__(
        self,
        experiments: Experiments,
        knowledge: Knowledge,
        reading_people_days: float,
        step_people_days: float,
        people_fraction: Callable[[Team, Stage7], float] = lambda team, step: 1.0,
        thinking_people_days: float = 0.0,
        building_people_days: float = 0.0,
        hurdle_fraction: float = 0.0,
    ) -> None:
        self._experiments, self._knowledge = experiments, knowledge
        self._reading_people_days, self._people_fraction = reading_people_days, people_fraction
        self._step_people_days = step_people_days
        """People's work that going up a rung takes (rebuilding); repeats take none but the reading."""
        self._thinking_people_days, self._building_people_days = thinking_people_days, building_people_days
        self._hurdle_fraction = hurdle_fraction

    def is_worth_beginning(self, team: Team, mean_nats: float, sd_nats: float) -> bool:
        """Whether an idea with this prior clears the hurdle."""
        if self._hurdle_fraction == 0.0:
            return True
        people = self._thinking_people_days * self._people_fraction(team, _THINKING) + self._reading(team)
        people += self._building_people_days * self._people_fraction(team, _BUILDING)
        needed = self._hurdle_fraction * self._knowledge.value_of_a_new_idea_nats_per_day()
        prior, paranoia_se = Belief(mean_nats, max(sd_nats, 1e-6)), team.skills.paranoia_se
        if not self._could_pay(prior, mean_nats, sd_nats, paranoia_se, people, team, needed):
            return False
        _, value = self._best_campaign(prior, self._experiments.entry, mean_nats, sd_nats, paranoia_se, people, team)
        return value >= needed

    def _could_pay(
        self, prior: Belief, mean: float, sd: float, paranoia_se: float, people_days: float, team: Team, needed: float
    ) -> bool:
        """Whether the largest campaign's evidence would pay for the smallest campaign: if not, none pays.

        Most ideas end here. An idea that fewer repeats would rather end goes on the more likely the more it had; one
        that they would rather keep goes on in half of all cases at least. So no campaign takes less of the rungs above.
        """
        step, size2, prices = self._experiments.entry, mean * mean + sd * sd, self._knowledge
        most = prior.sds_after_rung(step.top_ratio * size2, step.top_noise_var, step.top_own_part, REPEATS[-1:])
        shown = value_of_test_nats(mean, sd, most[0], paranoia_se)
        least = prior.sds_after_rung(step.next_ratio * size2, step.next_noise_var, step.next_own_part, REPEATS[:1])
        above = step.rungs_above * self._going_up(team) * prices.people_price_per_day
        above += step.above_h100e_days * prices.compute_price_per_h100e_day
        cost = people_days * prices.people_price_per_day
        cost += REPEATS[0] * step.repeat_h100e_days * prices.compute_price_per_h100e_day
        go_on = min(chance_of_worth(mean, sd, least[0], paranoia_se), 0.5)
        return shown >= needed * (cost + go_on * above)

    def decide(self, project: Project, paranoia_se: float) -> Choice:
        """The choice for `project`, by a team that wants `paranoia_se` standard errors."""
        mean, sd = project.belief.moments()
        project.best_believed_nats = max(project.best_believed_nats, mean)
        on_top = project.rung + 1 == len(self._experiments.rungs)
        worth = certainty_equivalent_nats(mean, sd, paranoia_se) if on_top else 0.0
        price = self._knowledge.value_of_a_new_idea_nats_per_day()
        decision, n_repeats, value = _BURY, 0, 0.0
        if project.n_experiments < MAX_CAMPAIGNS:
            decision, n_repeats, value = self._best_test(project, mean, sd, paranoia_se, worth)
        if value <= price:
            decision, n_repeats = (Decision.ADOPT if worth > 0.0 else _BURY), 0
        return Choice(decision, n_repeats, mean, sd, value, price)

    def _best_test(
        self, project: Project, mean: float, sd: float, paranoia_se: float, worth: float
    ) -> tuple[Decision, int, float]:
        """The test with the highest value per lab-day: the next rung, or on the top rung more repeats."""
        if project.rung + 1 < len(self._experiments.rungs):
            return self._climb(project, mean, sd, paranoia_se)
        read = self._reading(project.team) * self._knowledge.people_price_per_day
        rung = self._experiments.rungs[project.rung]
        run = rung.repeat_h100e_days * self._knowledge.compute_price_per_h100e_day
        best = _BURY, 0, 0.0
        for n in REPEATS:
            gained = value_of_test_nats(mean, sd, project.belief.sd_after_repeats(n), paranoia_se) - worth
            if gained > best[2] * (read + n * run):
                best = _REPEAT, n, _per_day(gained, read + n * run)
        return best

    def _climb(self, project: Project, mean: float, sd: float, paranoia_se: float) -> tuple[Decision, int, float]:
        """The best campaign at the next rung.

        Climbing is worth what the top rung could show; it costs the next rung, and the rungs above as far as they are
        likely to be reached: with the chance that the next one leaves the idea worth something.
        """
        step, team = self._experiments.steps[project.rung], project.team
        people = self._going_up(team)
        n, value = self._best_campaign(project.belief, step, mean, sd, paranoia_se, people, team)
        return (_NEXT_RUNG, n, value) if n else (_BURY, 0, 0.0)

    def _best_campaign(
        self, belief: Belief, step: Step, mean: float, sd: float, paranoia_se: float, people_days: float, team: Team
    ) -> tuple[int, float]:
        """Repeats of the best campaign at the next rung, and its value a day; `people_days` is what it takes of people.

        0 repeats if no campaign is worth anything.
        """
        knowledge, size2 = self._knowledge, mean * mean + sd * sd
        people_price, compute_price = knowledge.people_price_per_day, knowledge.compute_price_per_h100e_day
        people = people_days * people_price
        above = step.rungs_above * self._going_up(team) * people_price + step.above_h100e_days * compute_price
        at_top = belief.sds_after_rung(step.top_ratio * size2, step.top_noise_var, step.top_own_part, REPEATS)
        at_next = belief.sds_after_rung(step.next_ratio * size2, step.next_noise_var, step.next_own_part, REPEATS)
        best = 0, 0.0
        for n, top_sd, next_sd in zip(REPEATS, at_top, at_next, strict=True):
            shown = value_of_test_nats(mean, sd, top_sd, paranoia_se)
            go_on = chance_of_worth(mean, sd, next_sd, paranoia_se) if above else 0.0
            cost = people + n * step.repeat_h100e_days * compute_price + go_on * above
            if shown > best[1] * cost:
                best = n, _per_day(shown, cost)
        return best

    def _going_up(self, team: Team) -> float:
        """People-days that going up a rung takes."""
        return self._reading(team) + self._step_people_days * self._people_fraction(team, _BUILDING)

    def _reading(self, team: Team) -> float:
        return self._reading_people_days * self._people_fraction(team, _READING)


def _per_day(gained_nats: float, lab_days: float) -> float:
    """Value per day of the lab; a test that takes nothing scarce is worth any number of days."""
    return gained_nats / lab_days if lab_days > 0.0 else math.inf


def cause_of_burial(project: Project, choice: Choice) -> Cause:
    """The cause that the evidence gives for burying."""
    if choice.believed_nats > 0.0:
        return Cause.NOT_CONVINCING
    if project.rung > 0 and project.best_believed_nats > 0.0:
        return Cause.DID_NOT_TRANSFER
    return Cause.NO_GAIN_SEEN
