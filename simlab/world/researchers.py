"""Researchers: propose, think, build, wait for compute, read, decide, and do it again.

    propose -> pick -> think -> build -> (blocked) -> experiment -> read -> bury | repeat | next rung | adopt
                       ^ hands  ^ hands               ^ compute     ^ hands                             ^ verified

A team's hands do one thing at a time, results first. While an idea waits or runs, the hands are on another, up to a
limit of ideas in flight. Work is counted in people-days, so a team of twice the people does it in half the time and
keeps twice the ideas in flight: how finely people are grouped does not change what they do together.
"""

import math
from collections.abc import Callable
from typing import Annotated

from annotated_types import Ge, Gt, Le

from simlab.parameters import Params, Unit
from simlab.randomness import Rows, columns, gammas, normals, uniforms
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
from simlab.world.hands import Hands, Helpers, Work
from simlab.world.ideas import IdeaPool
from simlab.world.knowledge import Knowledge
from simlab.world.learning import Experience, LearningParams
from simlab.world.organisation import OrganisationParams, coordination_drag
from simlab.world.projects import Project, Stage7
from simlab.world.skills import N_SKILLS, Skills, SkillsParams, skills_of
from simlab.world.teaching import Teaching
from simlab.world.teams import Team
from simlab.world.verification import Desk, Verdict


class ResearchersParams(Params):
    """How teams work."""

    people_per_team: Annotated[int, Ge(1), Unit("person")]
    """The grain: people simulated together as one team."""
    people_per_idea: Annotated[float, Gt(0), Unit("person")]
    """People who see an idea's fate at first hand."""
    ideas_in_flight_per_person: Annotated[float, Gt(0), Unit("1/person")]
    """Limit of work in progress."""
    candidates_per_pick: Annotated[int, Ge(1), Unit("1")]
    """Ideas that come to mind at a time."""
    thinking_people_days: Annotated[float, Ge(0), Unit("person*day")]
    """Work to think an idea through and design its test."""
    building_people_days: Annotated[float, Ge(0), Unit("person*day")]
    """Work to implement it."""
    rebuilding_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Part of the building that the next rung, or a failed campaign, takes again."""
    reading_people_days: Annotated[float, Ge(0), Unit("person*day")]
    """Work to interpret one campaign."""
    stage_cv: Annotated[float, Ge(0), Unit("1")]
    """Coefficient of variation of each of these."""
    blocked_fraction: Annotated[float, Ge(0), Le(1), Unit("1")]
    """Share of buildings that end blocked: by a missing answer, access or fix from elsewhere."""
    blocked_days: Annotated[float, Ge(0), Unit("day")]
    """How long a block lasts for a lead of median agency, on average."""
    skills: SkillsParams
    learning: LearningParams
    organisation: OrganisationParams


class Researchers:
    """All teams of one lab. `adopted` is told of every idea that goes into the next frontier run.

    `helpers` are the lab's AI workers; what they had a hand in is adopted only when the `desk` has settled it.
    """

    def __init__(
        self,
        stage: Stage,
        params: ResearchersParams,
        pool: IdeaPool,
        experiments: Experiments,
        knowledge: Knowledge,
        name: str,
        adopted: Callable[[Project], None],
        helpers: Helpers | None = None,
        desk: Desk | None = None,
        present_fraction: float = 1.0,
    ) -> None:
        self.stage, self.params, self.pool = stage, params, pool
        self.experiments, self.knowledge, self.name = experiments, knowledge, name
        self._adopted, self._desk = adopted, desk
        self.teams: list[Team] = []
        """Teams of people."""
        self.automated: list[Team] = []
        """Teams of AI workers alone."""
        self.fleet_sees: Callable[[Team], None] = lambda team: None
        """Told when an automated team has seen an idea's fate."""
        self.n_founded = self.n_founded_automated = self.n_people = 0
        self.teaching = Teaching(stage, params.learning, knowledge)
        self.hands = Hands(stage, knowledge, _work(params), self._worked, helpers, present_fraction)
        self._rule = Rule(experiments, knowledge, params.reading_people_days, self.hands.work.rebuilding_people_days)
        self._skills = stage.streams.rows(f"{name}.skills", normals, N_SKILLS, 64)
        life = columns(
            (gammas(params.stage_cv), N_STAGE_DRAWS),
            (gammas(experiments.params.size_cv), MAX_CAMPAIGNS),
            (normals, MAX_CAMPAIGNS),
            (uniforms, N_LIFE_DRAWS - OFFSET_CHANCES),
        )
        self._lives = [stage.streams.rows(f"{name}.{a.name}.life", life, N_LIFE_DRAWS, 256) for a in pool.areas]

    # -- people -----------------------------------------------------------------------------------------------------

    def found(self, n_seniors: int, n_juniors: int) -> Team:
        """Found a team and set it to work."""
        p, number = self.params, self.n_founded
        self.n_founded += 1
        self.n_people += n_seniors + n_juniors
        experience = Experience(p.learning, n_seniors, n_juniors)
        skills, candidates = skills_of(self._skills[number], p.skills), self._candidates(f"team-{number}")
        team = Team(number, skills, experience, candidates, self.knowledge.meter)
        self.teaching.enrol(team)
        self.teams.append(team)
        self.work(team)
        return team

    def _candidates(self, team_name: str) -> Rows:
        n = self.params.candidates_per_pick
        draws = columns((uniforms, n), (normals, n))
        return self.stage.streams.rows(f"{self.name}.{team_name}.candidates", draws, 2 * n, 32)

    def found_automated(self, skills: Skills, pace_people: float, ideas_seen: float) -> Team:
        """Found a team of AI workers that are worth `pace_people`, and set it to work. Its number is negative."""
        number = -1 - self.n_founded_automated
        self.n_founded_automated += 1
        experience = Experience(self.params.learning, 0, 0)
        experience.learn_to(ideas_seen)
        candidates = self._candidates(f"automated-{-1 - number}")
        team = Team(number, skills, experience, candidates, self.knowledge.meter, pace_people)
        self.automated.append(team)
        self.work(team)
        return team

    def dissolve_automated(self, team: Team) -> None:
        """An automated team is stopped; its ideas in flight are cancelled."""
        self.automated.remove(team)
        while team.in_flight:
            project = team.in_flight[-1]
            self._stop(project)
            self._end(project, Cause.CANCELLED)

    def join(self, team: Team, n_seniors: int, n_juniors: int) -> None:
        """People join `team`."""
        self.teaching.catch_up(team)
        self.hands.stop(team)
        self.n_people += n_seniors + n_juniors
        team.experience.join(n_seniors, n_juniors)
        self.hands.resume(team)
        self.work(team)

    def lose(self, team: Team, *, senior: bool) -> None:
        """One person leaves; ideas that nobody can carry on are cancelled, an empty team is dissolved."""
        self.teaching.catch_up(team)
        self.hands.stop(team)
        self.n_people -= 1
        team.experience.leave(senior=senior)
        while len(team.in_flight) > (self._limit(team) if team.n_people else 0):
            self._stop(team.in_flight[-1])
            self._end(team.in_flight[-1], Cause.CANCELLED)
        if team.n_people:
            self.hands.resume(team)
            self.work(team)
        else:
            self.teams.remove(team)

    def organise(self) -> None:
        """Set this month's drag and mentoring from who is there; wake teams that had run out of ideas."""
        self.hands.drag = coordination_drag(self.n_people, self.params.organisation)
        self.teaching.organise(self.teams)
        for team in (*self.teams, *self.automated):
            self.work(team)

    def _limit(self, team: Team) -> int:
        return max(round(self.params.ideas_in_flight_per_person * (team.pace_people or team.n_people)), 1)

    # -- the loop ---------------------------------------------------------------------------------------------------

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
        elif len(team.in_flight) < self._limit(team):
            self._propose(team)

    def _propose(self, team: Team) -> None:
        if not team.is_automated:
            self.teaching.catch_up(team)
        candidate = pick(team, self.pool, self.knowledge, self.params.candidates_per_pick)
        if candidate is not None:
            self.hands.think(team, self._begin(team, candidate))

    def _begin(self, team: Team, candidate: Candidate) -> Project:
        area, idea = candidate.area, candidate.idea
        true_gain = area.gain_nats(idea) * self.knowledge.difficulty[area.number]
        belief = Belief(candidate.mean_nats, max(candidate.sd_nats, 1e-6))
        project = Project(team, area, idea, true_gain, belief, self.stage.env.now)
        project.draws = self._lives[area.number][idea]
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
        if project.stage is Stage7.THINKING:
            self.hands.build(team, project)
            return
        if project.stage is Stage7.BUILDING:
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
        if outcome is Outcome.WITHDRAWN:
            self._end(project, Cause.STARVED)
        else:
            project.outcome, project.is_unread = outcome, True
            team.inbox.append(project)
        self.work(team)

    def _decide(self, team: Team, project: Project) -> None:
        """Act on what was read."""
        project.is_unread = False
        if project.outcome is not Outcome.OK:
            self._after_failure(team, project)
            return
        choice = self._rule.decide(project, team.skills.paranoia_se)
        self._note(project, choice)
        project.wanted_repeats = choice.n_repeats
        if choice.decision is Decision.BURY:
            self._end(project, cause_of_burial(project, choice))
        elif choice.decision is Decision.ADOPT:
            self._adopt_or_verify(team, project)
        elif choice.decision is Decision.REPEAT:
            project.move(Stage7.WAITING_PEOPLE, self.stage.env.now, team.meter)
            self._test(project)
        else:
            project.climbs = True
            self._put_back(team, project)

    def _after_failure(self, team: Team, project: Project) -> None:
        project.n_failures += 1
        give_up = project.n_failures > self.experiments.params.max_failures or project.n_experiments >= MAX_CAMPAIGNS
        decision = Decision.BURY if give_up else Decision.RETRY
        self._note(project, Choice(decision, project.wanted_repeats, *project.belief.moments(), 0.0, 0.0))
        if give_up:
            self._end(project, Cause.CRASHED if project.outcome is Outcome.CRASHED else Cause.DIVERGED)
        else:
            self._put_back(team, project)

    def _note(self, project: Project, choice: Choice) -> None:
        if self.stage.trace.detail:
            now = self.stage.env.now
            self.stage.trace.record(project.decided(now, self.knowledge.lab, choice.decision, choice[2:]))

    def _put_back(self, team: Team, project: Project) -> None:
        """Back to the inbox, for rebuilding."""
        project.move(Stage7.WAITING_PEOPLE, self.stage.env.now, team.meter)
        team.inbox.append(project)

    # -- endings ----------------------------------------------------------------------------------------------------

    def _adopt(self, team: Team, project: Project) -> None:
        team.in_flight.remove(project)
        self._learn(team)
        for rival in self.knowledge.adopt(project):
            self.scoop(rival)
        self._adopted(project)

    def _adopt_or_verify(self, team: Team, project: Project) -> None:
        """Adopt what people did; have verified first what AI workers had a hand in."""
        if self._desk is None or project.automated_people_days == 0.0:
            self._adopt(team, project)
        else:
            self._desk.hand_in(project, self._settled)

    def _settled(self, project: Project, verdict: Verdict) -> None:
        """The desk has come to a verdict, or the lab's rule has."""
        team: Team = project.team
        if verdict in (Verdict.PASSED, Verdict.ADOPTED_UNVERIFIED):
            self._adopt(team, project)
        else:
            self._end(project, Cause.REFUTED if verdict is Verdict.REFUTED else Cause.UNVERIFIED)
        self.work(team)

    def scoop(self, project: Project) -> None:
        """Somebody else was first: stop working on it."""
        self._stop(project)
        self._end(project, Cause.SCOOPED)
        self.work(project.team)

    def _stop(self, project: Project) -> None:
        """Take the idea out of everybody's hands, queues and machines."""
        team: Team = project.team
        self.experiments.withdraw(project)
        if project.patience is not None:
            project.patience.cancel()
            project.patience = None
        if project in team.inbox:
            team.inbox.remove(project)
        if self._desk is not None:
            self._desk.withdraw(project)
        if team.at_hand is project:
            self.hands.stop(team)
            team.at_hand = None

    def _end(self, project: Project, cause: Cause) -> None:
        project.team.in_flight.remove(project)
        self.knowledge.bury(project, cause)
        self._learn(project.team)

    def _learn(self, team: Team) -> None:
        """The people on it saw an idea's fate; the lab hears of it if the lead tells."""
        if team.is_automated:
            self.fleet_sees(team)
        elif team.n_people:
            team.experience.see(self.params.people_per_idea / team.n_people)
        self.knowledge.heard_ideas += team.skills.communication_fraction


def _work(p: ResearchersParams) -> Work:
    again = p.rebuilding_fraction * p.building_people_days
    merging = p.organisation.merge_people_days
    return Work(p.thinking_people_days, p.building_people_days, again, p.reading_people_days, merging)
