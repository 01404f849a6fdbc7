"""Who learns what from whom in a lab: colleagues' ideas, and the hours that seniors give to juniors."""

from collections.abc import Sequence

from simlab.stage import Stage
from simlab.world.knowledge import Knowledge
from simlab.world.learning import LearningParams
from simlab.world.teams import Team


class Teaching:
    """One lab's talk and mentoring. Teams catch up when they need their taste, and at every monthly review."""

    def __init__(self, stage: Stage, params: LearningParams, knowledge: Knowledge) -> None:
        self.stage, self.params, self.knowledge = stage, params, knowledge
        self.hours_per_junior_day = self.mentor_ideas = 0.0

    def enrol(self, team: Team) -> None:
        """A new team hears and is taught from now on."""
        team.heard_before, team.taught_before_days = self.knowledge.heard_ideas, self.stage.env.now

    def catch_up(self, team: Team) -> None:
        """Let the team learn what was told and taught since it last looked up."""
        now, heard = self.stage.env.now, self.knowledge.heard_ideas
        team.experience.see(self.params.heard_fraction * (heard - team.heard_before))
        team.experience.be_mentored(self.hours_per_junior_day * (now - team.taught_before_days), self.mentor_ideas)
        team.heard_before, team.taught_before_days = heard, now

    def organise(self, teams: Sequence[Team]) -> None:
        """Share the seniors' hours among the juniors there are."""
        for team in teams:
            self.catch_up(team)
        p = self.params
        n_seniors = sum(t.experience.n_seniors for t in teams)
        n_juniors = sum(t.experience.n_juniors for t in teams)
        seen = sum(t.experience.n_seniors * t.experience.senior_ideas for t in teams)
        self.mentor_ideas = seen / n_seniors if n_seniors else 0.0
        offered = p.mentor_hours_per_senior_day * n_seniors / max(n_juniors, 1)
        self.hours_per_junior_day = min(offered, p.mentored_hours_per_junior_day)


def mean_taste_bits(teams: Sequence[Team]) -> float:
    """Taste per head, in bits."""
    n = sum(t.n_people for t in teams)
    return sum(t.taste_bits * t.n_people for t in teams) / n if n else 0.0
