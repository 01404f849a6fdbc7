"""The loop of research: propose, think, build, wait for compute, read, decide, and do it again.

    propose -> pick -> think -> build -> (blocked) -> experiment -> read -> bury | repeat | next rung | adopt
                       ^ hands  ^ hands               ^ compute     ^ hands                             ^ verified

A team's hands do one thing at a time, results first. While an idea waits or runs, the hands are on another, up to a
limit of ideas in flight. Work is counted in people-days, so a team of twice the people does it in half the time and
keeps twice the ideas in flight: how finely people are grouped does not change what they do together.
"""

import math
from collections.abc import Callable

from simlab.randomness import columns, gammas, normals, uniforms
from simlab.stage import Alarm, Stage
from simlab.trace.events import Cause, Decision, Outcome
from simlab.world.beliefs import Belief
from simlab.world.candidates import Candidate, pick
from simlab.world.decisions import Choice, Rule, cause_of_burial
from simlab.world.experiments import (
    MAX_CAMPAIGNS,
    N_LIFE_DRAWS,
    N_STAGE_DRAWS,
    OFFSET_CHANCES,
    OFFSET_TALK,
    Experiments,
)
from simlab.world.hands import Hands, Helpers
from simlab.world.ideas import IdeaPool
from simlab.world.knowledge import Knowledge
from simlab.world.projects import Project, Stage7
from simlab.world.researchers.endings import Endings
from simlab.world.researchers.params import ResearchersParams, work_of
from simlab.world.teaching import Teaching
from simlab.world.teams import Team
from simlab.world.verification import Desk

_THINKING, _BUILDING, _WAITING_PEOPLE = Stage7.THINKING, Stage7.BUILDING, Stage7.WAITING_PEOPLE
_BURY, _REPEAT, _ADOPT = Decision.BURY, Decision.REPEAT, Decision.ADOPT
_OK, _WITHDRAWN = Outcome.OK, Outcome.WITHDRAWN


class Loop:
    """The loop that every team of one lab runs."""

    def __init__(
        self,
        stage: Stage,
        params: ResearchersParams,
        pool: IdeaPool,
        experiments: Experiments,
        knowledge: Knowledge,
        name: str,
        adopted: Callable[[Project], None],
        helpers: Helpers | None,
        desk: Desk | None,
        present_fraction: float,
    ) -> None:
        self.stage, self.params, self.pool = stage, params, pool
        self.experiments, self.knowledge = experiments, knowledge
        self.teaching = Teaching(stage, params.learning, knowledge)
        self.hands = Hands(stage, knowledge, work_of(params), self._worked, helpers, present_fraction)
        who = params.people_per_idea, adopted, self.work
        self.endings = Endings(experiments, knowledge, self.hands, desk, *who)
        work = self.hands.work
        going_up = work.reading_people_days, work.rebuilding_people_days, self.hands.people_fraction
        beginning = work.thinking_people_days, work.building_people_days, params.hurdle_fraction
        self._rule = Rule(experiments, knowledge, *going_up, *beginning)
        life = columns(
            (gammas(params.stage_cv), N_STAGE_DRAWS),
            (gammas(experiments.params.size_cv), MAX_CAMPAIGNS),
            (normals, MAX_CAMPAIGNS),
            (uniforms, N_LIFE_DRAWS - OFFSET_CHANCES),
        )
        self._ideas_per_person = params.ideas_in_flight_per_person
        self._lives = [stage.streams.rows(f"{name}.{a.name}.life", life, N_LIFE_DRAWS, 256) for a in pool.areas]

    def limit(self, team: Team) -> int:
        """Ideas that a team has in flight at most."""
        return round(self._ideas_per_person * (team.pace_people or team.experience.n_people)) or 1

    def work(self, team: Team) -> None:
        """Give idle hands the next thing to do: results, then rebuilding, then a new idea."""
        if team.at_hand is not None:
            return
        if team.inbox:
            project = team.inbox.popleft()
            if project.is_unread:
                self.hands.read(team, project)
            else:
                self.hands.build(team, project)
        elif len(team.in_flight) < self.limit(team):
            self._propose(team)

    def _propose(self, team: Team) -> None:
        if not team.is_automated:
            self.teaching.catch_up(team)
        candidate = pick(team, self.pool, self.knowledge, self.params.candidates_per_pick)
        if candidate is not None and self._rule.is_worth_beginning(team, candidate.mean_nats, candidate.sd_nats):
            self.hands.think(team, self._begin(team, candidate))

    def _begin(self, team: Team, candidate: Candidate) -> Project:
        area, idea = candidate.area, candidate.idea
        true_gain = area.gain_nats(idea) * self.knowledge.difficulty[area.number]
        belief = Belief(candidate.mean_nats, max(candidate.sd_nats, 1e-6))
        project = Project(team, area, idea, true_gain, belief, self.stage.env.now)
        project.draws = self._lives[area.number].packed(idea)
        project.shows_down_to_decades = area.shows_down_to_decades(idea, self.pool.params)
        # A paper is read by all, and who takes it up says so; one's own idea is told by those who talk.
        talks = project.draws[OFFSET_TALK] < team.skills.communication_fraction
        project.communicated = talks or candidate.published
        project.landed_before = self.knowledge.landed[area.number]
        team.tried.add((area.number, idea))
        team.in_flight.append(project)
        self.knowledge.begin(project)
        if self.stage.trace.detail:
            self.stage.trace.record(project.proposed(self.knowledge.lab, self.params.candidates_per_pick))
        return project

    def _worked(self, team: Team, project: Project) -> None:
        """A piece of hands' work is done: what comes next?"""
        if project.stage is _THINKING:
            self.hands.build(team, project)
            return
        if project.stage is _BUILDING:
            self._built(team, project)
        else:
            self._decide(team, project)
        self.work(team)

    def _built(self, team: Team, project: Project) -> None:
        first = project.n_experiments == 0
        if first and project.draws[OFFSET_TALK + 1] < self.params.blocked_fraction:
            # An exponential block from the idea's own uniform: the inverse of its distribution function.
            days = -math.log(project.draws[OFFSET_TALK + 2]) * self.params.blocked_days / team.skills.agency
            project.patience = self.stage.after(days, self._unblocked, project)
        else:
            self._test(project)

    def _unblocked(self, alarm: Alarm) -> None:
        project: Project = alarm.owner
        project.patience = None
        self._test(project)

    def _test(self, project: Project) -> None:
        """Queue the next campaign: at the first rung with as many repeats as the lead's paranoia wants."""
        if project.rung < 0:
            self.experiments.enter(project, 0)
            project.wanted_repeats = max(round(project.team.skills.paranoia_se), 1)
        elif project.climbs:
            self.experiments.enter(project, project.rung + 1)
        project.climbs = False
        self.experiments.submit(project, project.wanted_repeats, self._tested)

    def _tested(self, project: Project, outcome: Outcome) -> None:
        team: Team = project.team
        if outcome is _WITHDRAWN:
            self.endings.end(project, Cause.STARVED)
        else:
            project.outcome, project.is_unread = outcome, True
            team.inbox.append(project)
        self.work(team)

    def _decide(self, team: Team, project: Project) -> None:
        """Act on what was read."""
        project.is_unread = False
        if project.outcome is not _OK:
            self._after_failure(team, project)
            return
        choice = self._rule.decide(project, team.skills.paranoia_se)
        self._note(project, choice)
        project.wanted_repeats = choice.n_repeats
        if choice.decision is _BURY:
            self.endings.end(project, cause_of_burial(project, choice))
        elif choice.decision is _ADOPT:
            self.endings.adopt_or_verify(team, project)
        elif choice.decision is _REPEAT:
            project.move(_WAITING_PEOPLE, self.stage.env.now, team.meter)
            self._test(project)
        else:
            project.climbs = True
            self._put_back(team, project)

    def _after_failure(self, team: Team, project: Project) -> None:
        project.n_failures += 1
        give_up = project.n_failures > self.experiments.params.max_failures or project.n_experiments >= MAX_CAMPAIGNS
        decision = _BURY if give_up else Decision.RETRY
        self._note(project, Choice(decision, project.wanted_repeats, *project.belief.moments(), 0.0, 0.0))
        if give_up:
            self.endings.end(project, Cause.CRASHED if project.outcome is Outcome.CRASHED else Cause.DIVERGED)
        else:
            self._put_back(team, project)

    def _note(self, project: Project, choice: Choice) -> None:
        if self.stage.trace.detail:
            now = self.stage.env.now
            self.stage.trace.record(project.decided(now, self.knowledge.lab, choice.decision, choice[2:]))

    def _put_back(self, team: Team, project: Project) -> None:
        """Back to the inbox, for rebuilding."""
        project.move(_WAITING_PEOPLE, self.stage.env.now, team.meter)
        team.inbox.append(project)
