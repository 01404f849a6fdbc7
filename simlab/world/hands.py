"""A team's hands: people-days of work on one thing at a time, booked as they are spent.

Work is laid down and taken up again when people come or go in the middle of it, so that no person-day is counted that
nobody worked.
"""

from collections.abc import Callable
from typing import NamedTuple

from simlab.stage import Alarm, Stage
from simlab.world.experiments import N_STAGE_DRAWS
from simlab.world.knowledge import Knowledge
from simlab.world.projects import Project, Stage7
from simlab.world.teams import Team


class Work(NamedTuple):
    """Kinds of work and what they take at median speed, in people-days."""

    thinking_people_days: float
    building_people_days: float
    rebuilding_people_days: float
    reading_people_days: float
    merging_people_days: float
    """For each change that landed in the same area meanwhile."""


class Hands:
    """All hands of one lab. `finished` is told the team and the project when a piece of work is done."""

    def __init__(
        self, stage: Stage, knowledge: Knowledge, work: Work, finished: Callable[[Team, Project], None]
    ) -> None:
        self.stage, self.knowledge, self.work = stage, knowledge, work
        self._finished = finished
        self.drag = 1.0
        self.busy_people_days = 0.0

    def think(self, team: Team, project: Project) -> None:
        """Put the team's hands on thinking the idea through."""
        self._put_on(team, project, Stage7.THINKING, self.work.thinking_people_days)

    def build(self, team: Team, project: Project) -> None:
        """Put them on implementing it, or on rebuilding it after a first campaign."""
        work, area = self.work, project.area.number
        people_days = work.rebuilding_people_days if project.n_experiments else work.building_people_days
        landed = self.knowledge.landed[area] - project.landed_before
        project.landed_before += landed
        self._put_on(team, project, Stage7.BUILDING, people_days + landed * work.merging_people_days)

    def read(self, team: Team, project: Project) -> None:
        """Put them on interpreting a campaign."""
        self._put_on(team, project, Stage7.READING, self.work.reading_people_days)

    def _put_on(self, team: Team, project: Project, stage: Stage7, people_days: float) -> None:
        k = project.n_stage_draws
        project.n_stage_draws = k + 1
        luck = project.draws[k if k < N_STAGE_DRAWS else N_STAGE_DRAWS - 1]
        project.move(stage, self.stage.env.now, team.meter)
        team.at_hand = project
        team.work_left_people_days = people_days * luck * self.drag / team.skills.engineering
        self._start(team)

    def _start(self, team: Team) -> None:
        team.work_since_days = self.stage.env.now
        team.hands = self.stage.after(team.work_left_people_days / team.experience.n_people, self._ring, team)

    def stop(self, team: Team) -> None:
        """Lay the work down and book what was done, with the heads there are now."""
        if team.hands is not None and team.at_hand is not None:
            team.hands.cancel()
            team.hands = None
            done = team.experience.n_people * (self.stage.env.now - team.work_since_days)
            self._book(team.at_hand, done)
            team.work_left_people_days = max(team.work_left_people_days - done, 0.0)

    def resume(self, team: Team) -> None:
        """Go on with what was laid down, with the heads there are now."""
        if team.at_hand is not None and team.hands is None:
            self._start(team)

    def _book(self, project: Project, people_days: float) -> None:
        project.people_days += people_days
        self.busy_people_days += people_days

    def _ring(self, alarm: Alarm) -> None:
        team: Team = alarm.owner
        project = team.at_hand
        if project is not None:
            self._book(project, team.work_left_people_days)
            team.hands = team.at_hand = None
            self._finished(team, project)
