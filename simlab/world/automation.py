"""Automated teams: AI workers that run the whole loop of research by themselves, and how they go on learning.

Teams are founded once the workers come through the whole loop without people and the fleet has tokens for them, a few
more at each review as long as the ideas of those there are move: what stands in a queue, for compute or for a
verifier, is work in progress, and more of it helps nobody. A fleet that cannot feed its teams loses the last ones.

People learn as they work. AI workers do so only by notes in text, which one team keeps and a new model reads less
well, or in their weights, which all teams of the fleet share, or not at all.
"""

from typing import Annotated, Literal

from annotated_types import Ge, Gt, Le

from simlab.parameters import Params, Unit
from simlab.stage import Alarm, Stage
from simlab.world.jobs import JobState
from simlab.world.learning import Experience
from simlab.world.models import Model
from simlab.world.projects import Project, Stage7
from simlab.world.researchers import Researchers
from simlab.world.skills import Skills
from simlab.world.teams import Team
from simlab.world.workers.workers import Workers


class AutomationParams(Params):
    """When and how many automated teams there are, and how they learn."""

    review_days: Annotated[float, Gt(0), Unit("day")]
    """How often teams are founded and dissolved."""
    members_per_team: Annotated[float, Gt(0), Unit("1")]
    """The grain: AI workers simulated together as one team."""
    max_teams: Annotated[int, Ge(0), Unit("1")]
    """Automated teams at most."""
    least_success_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Chance that the whole loop comes through without people, from which teams are founded and below which none is."""
    fed_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of the tokens wanted by AI workers that the fleet must give before more teams are founded."""
    starved_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share below which the last teams are dissolved."""
    waiting_limit_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of the automated teams' ideas standing in a queue above which no more teams are founded."""
    growth_fraction: Annotated[float, Gt(0), Unit("1")]
    """Teams founded or dissolved at a review, relative to those there are; at least one."""
    talent: Annotated[float, Gt(0), Unit("1")]
    """What they make of the evidence seen: a factor on taste in bits, 1 for the median lead of people."""
    agency: Annotated[float, Gt(0), Unit("1")]
    """Speed with which they get a blocked idea unblocked, 1 for the median lead of people."""
    paranoia_se: Annotated[float, Ge(0), Unit("1")]
    """Standard errors that they want before believing a gain."""
    initial_ideas: Annotated[float, Ge(0), Unit("1")]
    """Ideas whose fate they know from training, in the number that teaches people as much."""
    continual_learning: Literal["off", "text_memory", "weights"]
    """What becomes of the fates of their own ideas: nothing, notes of each team, or knowledge of the whole fleet."""
    evidence_kept_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of the evidence in an idea's fate that notes or weights keep."""
    forgotten_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of a team's notes that is of no use to the next model deployed; weights forget nothing."""


class Automation:
    """One lab's automated teams."""

    def __init__(self, stage: Stage, params: AutomationParams, researchers: Researchers, workers: Workers) -> None:
        self.stage, self.params, self.researchers, self.workers = stage, params, researchers, workers
        self._skills = Skills(params.talent, 1.0, params.agency, params.paranoia_se, 1.0)
        self._fleet_memory = self._new_memory()
        researchers.tell_fleet(self._see)

    def begin(self) -> None:
        """Start the reviews."""
        self.stage.after(self.params.review_days, self._review)

    def deploy(self, model: Model) -> None:
        """This model does the work from now on. It works at its own pace, and reads old notes less well."""
        del model
        if self.params.continual_learning == "text_memory":
            for team in self.researchers.automated:
                notes = team.experience.ideas_seen - self.params.initial_ideas
                team.experience.learn_to(self.params.initial_ideas + notes * (1.0 - self.params.forgotten_fraction))
        self._set_paces()

    # -- how many there are -----------------------------------------------------------------------------------------

    def _review(self, alarm: Alarm) -> None:
        teams, p, served = self.researchers.automated, self.params, self.workers.fleet.worker_served_fraction
        step = max(int(p.growth_fraction * len(teams)), 1)
        if self.workers.loop_success_fraction < p.least_success_fraction:
            self._dissolve(len(teams))
        elif served < p.starved_fraction:
            self._dissolve(step)
        elif served >= p.fed_fraction and self._waiting_fraction() <= p.waiting_limit_fraction:
            self._found(min(step, p.max_teams - len(teams)))
        self._set_paces()
        self._tell_workers()
        self.stage.set(alarm, p.review_days)

    def _found(self, n_teams: int) -> None:
        for _ in range(n_teams):
            shares = self.params.continual_learning == "weights"
            memory = self._fleet_memory if shares else self._new_memory()
            self.researchers.found_automated(self._skills, self._pace_people(), memory)

    def _dissolve(self, n_teams: int) -> None:
        """The last ones founded go first."""
        for team in self.researchers.automated[: -n_teams - 1 : -1]:
            self.researchers.dissolve_automated(team)

    def _waiting_fraction(self) -> float:
        """Share of the automated teams' ideas that stand in a queue now."""
        ideas = [project for team in self.researchers.automated for project in team.in_flight]
        return sum(map(_stands_in_queue, ideas)) / len(ideas) if ideas else 0.0

    def _pace_people(self) -> float:
        return self.params.members_per_team * self.workers.pace_people_per_worker

    def _set_paces(self) -> None:
        pace = self._pace_people()
        for team in self.researchers.automated:
            if team.pace_people != pace:
                self.researchers.set_pace(team, pace)

    def _tell_workers(self) -> None:
        teams = self.researchers.automated
        self.workers.n_automated_teams = len(teams)
        seen = sum(team.experience.ideas_seen for team in teams)
        self.workers.automated_ideas_seen = seen / len(teams) if teams else 0.0

    # -- what they learn --------------------------------------------------------------------------------------------

    def _new_memory(self) -> Experience:
        memory = Experience(self.researchers.params.learning, 0, 0)
        memory.learn_to(self.params.initial_ideas)
        return memory

    def _see(self, team: Team) -> None:
        """A team has seen an idea's fate. In the weights, its memory is the whole fleet's."""
        if self.params.continual_learning != "off":
            team.experience.learn_to(team.experience.ideas_seen + self.params.evidence_kept_fraction)


def _stands_in_queue(project: Project) -> bool:
    """Whether it waits for compute or for a verifier, not for its own team."""
    if project.job is not None:
        return project.job.state is JobState.WAITING
    return project.stage is Stage7.WAITING_PEOPLE and project not in project.team.inbox
