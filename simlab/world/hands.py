"""A team's hands: people-days of work on one thing at a time, booked as they are spent.

Work is laid down and taken up again when people come or go in the middle of it, so that no person-day is counted that
nobody worked. AI workers take part of each step off a team's hands; an automated team's hands are AI workers.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from simpy.events import NORMAL

from simlab.stage import Alarm, Stage
from simlab.world.experiments import N_STAGE_DRAWS
from simlab.world.knowledge import Knowledge
from simlab.world.projects import Project, Stage7
from simlab.world.teams import Team
from simlab.world.workers.help import Help

_THINKING, _BUILDING, _READING = Stage7.THINKING, Stage7.BUILDING, Stage7.READING


class Work(NamedTuple):
    """Kinds of work and what they take at median speed, in people-days."""

    thinking_people_days: float
    building_people_days: float
    rebuilding_people_days: float
    reading_people_days: float
    merging_people_days: float
    """For each change that landed in the same area meanwhile."""


class Helpers(Protocol):
    """The lab's AI workers, as its teams see them."""

    def help(self, step: Stage7, *, alone: bool) -> Help:
        """What they make of a step: beside people, or alone in an automated team."""
        ...

    def work(self, project: Project, step: Stage7, people_days: float, flaw_fraction: float) -> None:
        """Do so much of the idea's step, and perhaps leave a flaw in it."""
        ...


class Hands:
    """All hands of one lab. `finished` is told the team and the project when a piece of work is done.

    `present_fraction` of the people are there to work on ideas; the others verify, oversee or build environments.
    """

    def __init__(
        self,
        stage: Stage,
        knowledge: Knowledge,
        work: Work,
        finished: Callable[[Team, Project], None],
        helpers: Helpers | None = None,
        present_fraction: float = 1.0,
    ) -> None:
        self.stage, self.knowledge, self.work = stage, knowledge, work
        self._finished, self._helpers, self.present_fraction = finished, helpers, present_fraction
        self._idle_alarms: list[Alarm] = []
        self._schedule: Any = stage.env.schedule
        self.drag = 1.0
        self.busy_people_days = 0.0

    def think(self, team: Team, project: Project) -> None:
        """Put the team's hands on thinking the idea through."""
        self._put_on(team, project, _THINKING, self.work.thinking_people_days)

    def build(self, team: Team, project: Project) -> None:
        """Put them on implementing it, or on rebuilding it after a first campaign."""
        work, area = self.work, project.area.number
        people_days = work.rebuilding_people_days if project.n_experiments else work.building_people_days
        landed = self.knowledge.landed[area] - project.landed_before
        project.landed_before += landed
        self._put_on(team, project, _BUILDING, people_days + landed * work.merging_people_days)

    def read(self, team: Team, project: Project) -> None:
        """Put them on interpreting a campaign."""
        self._put_on(team, project, _READING, self.work.reading_people_days)

    def _put_on(self, team: Team, project: Project, stage: Stage7, people_days: float) -> None:
        k = project.n_stage_draws
        project.n_stage_draws = k + 1
        luck = project.draws[k if k < N_STAGE_DRAWS else N_STAGE_DRAWS - 1]
        now = self.stage.env.now
        project.move(stage, now, team.meter)
        team.at_hand = project
        drag = 1.0 if team.is_automated else self.drag
        needed = people_days * luck * drag / team.skills.engineering
        if self._helpers is not None:
            needed *= self._helped(self._helpers, project, stage, needed)
        team.work_left_people_days = needed
        self._start(team, now)

    def _helped(self, helpers: Helpers, project: Project, stage: Stage7, people_days: float) -> float:
        """Let AI workers do their part of a step; returns the part that stays with the team."""
        own_fraction, worker_fraction, flaw_fraction = helpers.help(stage, alone=project.team.is_automated)
        helpers.work(project, stage, people_days * worker_fraction, flaw_fraction)
        return own_fraction

    def people_fraction(self, team: Team, step: Stage7) -> float:
        """Part of a step's work that takes people's time: all of it without AI workers, none in an automated team."""
        if self._helpers is None:
            return 1.0
        return 0.0 if team.is_automated else self._helpers.help(step, alone=False).own_fraction

    def _start(self, team: Team, now: float) -> None:
        idle = self._idle_alarms
        team.work_since_days = now
        team.hands = alarm = idle.pop() if idle else Alarm(self._ring)
        alarm.owner, alarm.callbacks = team, alarm.fire  # as Stage.set does, without its check: no work is negative
        self._schedule(alarm, NORMAL, team.work_left_people_days / self._heads(team))

    def _heads(self, team: Team) -> float:
        return team.pace_people or team.experience.n_people * self.present_fraction

    def stop(self, team: Team) -> None:
        """Lay the work down and book what was done, with the heads there are now."""
        if team.hands is not None and team.at_hand is not None:
            team.hands.cancel()
            team.hands = None
            done = self._heads(team) * (self.stage.env.now - team.work_since_days)
            self._book(team.at_hand, done)
            team.work_left_people_days = max(team.work_left_people_days - done, 0.0)

    def resume(self, team: Team) -> None:
        """Go on with what was laid down, with the heads there are now."""
        if team.at_hand is not None and team.hands is None:
            self._start(team, self.stage.env.now)

    def _book(self, project: Project, people_days: float) -> None:
        if project.team.is_automated:
            return  # the workers count their own work
        project.people_days += people_days
        self.busy_people_days += people_days

    def _ring(self, alarm: Alarm) -> None:
        team: Team = alarm.owner
        project = team.at_hand
        if project is not None:
            self._book(project, team.work_left_people_days)
            team.hands = team.at_hand = None
            self._idle_alarms.append(alarm)
            self._finished(team, project)
