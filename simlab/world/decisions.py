"""Bury, repeat, next rung, or adopt: the value of information per day of what is scarce.

After each look a team compares the tests it could run next by what each is expected to add to the idea's certainty
equivalent, per day of the lab's scarce resources that it takes. The best one is run if it beats what a new idea would
yield. If not, the idea is adopted when its certainty equivalent is positive, and buried otherwise. Paranoia, the
standard errors a team wants, therefore buys evidence instead of merely refusing.
"""

import math
from typing import NamedTuple

from simlab.trace.events import Cause, Decision
from simlab.world.beliefs import certainty_equivalent_nats, value_of_test_nats
from simlab.world.experiments import LEAST_VARIANCE, MAX_CAMPAIGNS, Experiments
from simlab.world.knowledge import Knowledge
from simlab.world.projects import Project

REPEATS = (1, 2, 4)
"""Sizes of a campaign that a team considers."""


class Choice(NamedTuple):
    """What to do next, and why."""

    decision: Decision
    n_repeats: int
    believed_nats: float
    sd_nats: float
    value_nats_per_day: float
    new_idea_nats_per_day: float


class Rule:
    """The decision rule of one lab."""

    def __init__(
        self, experiments: Experiments, knowledge: Knowledge, reading_people_days: float, step_people_days: float
    ) -> None:
        self._experiments, self._knowledge = experiments, knowledge
        self._reading_people_days = reading_people_days
        self._step_people_days = step_people_days
        """People's work that going up a rung takes (rebuilding); repeats take none but the reading."""

    def decide(self, project: Project, paranoia_se: float) -> Choice:
        """The choice for `project`, by a team that wants `paranoia_se` standard errors."""
        mean, sd = project.belief.moments()
        project.best_believed_nats = max(project.best_believed_nats, mean)
        price = self._knowledge.value_of_a_new_idea_nats_per_day()
        decision, n_repeats, value = Decision.BURY, 0, 0.0
        if project.n_experiments < MAX_CAMPAIGNS:
            decision, n_repeats, value = self._best_test(project, mean, sd, paranoia_se)
        if value <= price:
            worth = certainty_equivalent_nats(mean, sd, paranoia_se)
            decision, n_repeats = (Decision.ADOPT if worth > 0.0 else Decision.BURY), 0
        return Choice(decision, n_repeats, mean, sd, value, price)

    def _best_test(self, project: Project, mean: float, sd: float, paranoia_se: float) -> tuple[Decision, int, float]:
        """The test with the highest value per lab-day: more repeats here, or the next rung."""
        belief, rungs, k = project.belief, self._experiments.rungs, project.rung
        knowledge = self._knowledge
        people_price, compute_price = knowledge.people_price_per_day, knowledge.compute_price_per_h100e_day
        read = self._reading_people_days * people_price
        run = rungs[k].repeat_h100e_days * compute_price
        best = Decision.BURY, 0, 0.0
        for n in REPEATS:
            gained = value_of_test_nats(mean, sd, belief.sd_after_repeats(n), paranoia_se)
            if gained > best[2] * (read + n * run):
                best = Decision.REPEAT, n, _per_day(gained, read + n * run)
        if k + 1 == len(rungs):
            return best
        up = rungs[k + 1]
        rebuild = read + self._step_people_days * people_price
        run = up.repeat_h100e_days * compute_price
        kept = max(1.0 - up.path_correlation * up.path_correlation, LEAST_VARIANCE)
        transfer_var = up.transfer_ratio * (mean * mean + sd * sd)
        for n in REPEATS:
            after = belief.sd_after_next_rung(transfer_var, up.noise_var, kept, n)
            gained = value_of_test_nats(mean, sd, after, paranoia_se)
            if gained > best[2] * (rebuild + n * run):
                best = Decision.NEXT_RUNG, n, _per_day(gained, rebuild + n * run)
        return best


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
