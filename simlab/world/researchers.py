"""Researchers: propose, think, build, wait for compute, read, decide, and do it again.

    propose K candidates -> pick -> think -> build -> (blocked) -> experiment -> read -> bury | repeat | next rung | adopt
                                     ^ hands                        ^ compute    ^ hands

A team's hands do one thing at a time, results first. While an idea waits or runs, the hands are on another, up to a
limit of ideas in flight. Work is counted in people-days, so a team of twice the people does it in half the time and
keeps twice the ideas in flight: how finely people are grouped does not change what they do together.
"""

import math
from collections.abc import Callable, Iterator
from typing import Annotated

from annotated_types import Ge, Gt, Le

from simlab.parameters import Params, Unit
from simlab.randomness import columns, gammas, normals, uniforms
from simlab.stage import Alarm, Stage
from simlab.trace.events import Cause, Decision, IdeaDecided, IdeaProposed, Outcome
from simlab.world.beliefs import Belief
from simlab.world.candidates import Candidate, pick
from simlab.world.decisions import Choice, Rule, cause_of_burial
from simlab.world.experiments import (
    MAX_CAMPAIGNS,
    N_STAGE_DRAWS,
    OFFSET_TALK,
    Experiments,
)
from simlab.world.ideas import IdeaPool
from simlab.world.knowledge import Knowledge
from simlab.world.learning import Experience, LearningParams
from simlab.world.organisation import OrganisationParams, coordination_drag
from simlab.world.projects import Project, Stage7
from simlab.world.skills import N_SKILLS, SkillsParams, skills_of
from simlab.world.teams import Team


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
    """All teams of one lab."""

    def __init__(
        self,
        stage: Stage,
        params: ResearchersParams,
        pool: IdeaPool,
        experiments: Experiments,
        knowledge: Knowledge,
        name: str,
        adopted: Callable[[Project], None],
    ) -> None:
        self.stage, self.params, self.pool = stage, params, pool
        self.experiments, self.knowledge, self.name = experiments, knowledge, name
        self._adopted = adopted
        self._rule = Rule(experiments, knowledge, params.building_people_days * params.rebuilding_fraction)
        self.teams: list[Team] = []
        self.n_founded = 0
        self.mentored_hours_per_junior_day = self.mentor_ideas = 0.0
        self.drag = 1.0
        self.busy_people_days = 0.0
        self._skills = stage.streams.rows(f"{name}.skills", normals, N_SKILLS, 64)
        life = columns(
            (gammas(params.stage_cv), N_STAGE_DRAWS),
            (gammas(experiments.params.size_cv), MAX_CAMPAIGNS),
            (normals, MAX_CAMPAIGNS),
            (uniforms, 3 * MAX_CAMPAIGNS + 3),
        )
        self._lives = [stage.streams.rows(f"{name}.{a.name}.life", life, OFFSET_TALK + 3, 256) for a in pool.areas]

    # -- people -----------------------------------------------------------------------------------------------------

    @property
    def n_people(self) -> int:
        """Heads in all teams."""
        return sum(team.n_people for team in self.teams)

    def found(self, n_seniors: int, n_juniors: int) -> Team:
        """Found a team and set it to work."""
        p, number = self.params, self.n_founded
        self.n_founded += 1
        n = p.candidates_per_pick
        draws = columns((uniforms, n), (normals, n))
        candidates = self.stage.streams.rows(f"{self.name}.team-{number}.candidates", draws, 2 * n, 32)
        experience = Experience(p.learning, n_seniors, n_juniors)
        team = Team(number, skills_of(self._skills[number], p.skills), experience, candidates, self.knowledge.meter)
        team.heard_before, team.taught_before_days = self.knowledge.heard_ideas, self.stage.env.now
        self.teams.append(team)
        self._work(team)
        return team

    def lose(self, team: Team, *, senior: bool) -> None:
        """One person leaves `team`; ideas that nobody can carry on are cancelled, an empty team is dissolved."""
        self.catch_up(team)
        self._stop_hands(team)
        team.experience.leave(senior=senior)
        while len(team.in_flight) > (self._limit(team) if team.n_people else 0):
            self._cancel(team, team.in_flight[-1])
        if not team.n_people:
            self.teams.remove(team)
            return
        self._resume(team)

    def join(self, team: Team, n_seniors: int, n_juniors: int) -> None:
        """People join `team`."""
        self.catch_up(team)
        self._stop_hands(team)
        team.experience.join(n_seniors, n_juniors)
        self._resume(team)

    def _resume(self, team: Team) -> None:
        """Go on with what was at hand, with the heads there are now."""
        if team.at_hand is not None:
            self._start_hands(team)
        self._work(team)

    def organise(self) -> None:
        """Set this month's drag and mentoring from who is there; wake teams that had run out of ideas."""
        p = self.params
        self.drag = coordination_drag(self.n_people, p.organisation)
        for team in self.teams:
            self.catch_up(team)
        n_seniors = sum(t.experience.n_seniors for t in self.teams)
        n_juniors = self.n_people - n_seniors
        seen = sum(t.experience.n_seniors * t.experience.senior_ideas for t in self.teams)
        self.mentor_ideas = seen / n_seniors if n_seniors else 0.0
        offered = p.learning.mentor_hours_per_senior_day * n_seniors / max(n_juniors, 1)
        self.mentored_hours_per_junior_day = min(offered, p.learning.mentored_hours_per_junior_day)
        for team in self.teams:
            self._work(team)

    def catch_up(self, team: Team) -> None:
        """Let the team learn what was told and taught since it last looked up."""
        now, heard = self.stage.env.now, self.knowledge.heard_ideas
        learning, experience = self.params.learning, team.experience
        experience.see(learning.heard_fraction * (heard - team.heard_before))
        hours = self.mentored_hours_per_junior_day * (now - team.taught_before_days)
        experience.be_mentored(hours, self.mentor_ideas)
        team.heard_before, team.taught_before_days = heard, now

    def mean_taste_bits(self) -> float:
        """Taste per head."""
        n = self.n_people
        return sum(t.taste_bits * t.n_people for t in self.teams) / n if n else 0.0

    def _limit(self, team: Team) -> int:
        return max(round(self.params.ideas_in_flight_per_person * team.n_people), 1)

    # -- the loop ---------------------------------------------------------------------------------------------------

    def _work(self, team: Team) -> None:
        """Give idle hands the next thing to do: results, then rebuilding, then a new idea."""
        if team.hands is not None:
            return
        if team.inbox:
            project = team.inbox.popleft()
            self._take_up(team, project)
        elif len(team.in_flight) < self._limit(team):
            self._propose(team)

    def _take_up(self, team: Team, project: Project) -> None:
        if project.n_repeats:  # a campaign has ended: read it
            self._hands_on(team, project, Stage7.READING, self.params.reading_people_days)
        else:
            again = self.params.rebuilding_fraction if project.n_experiments else 1.0
            self._hands_on(team, project, Stage7.BUILDING, again * self.params.building_people_days)

    def _propose(self, team: Team) -> None:
        self.catch_up(team)
        candidate = pick(team, self.pool, self.knowledge, self.params.candidates_per_pick)
        if candidate is None:
            return
        project = self._begin(team, candidate)
        self._hands_on(team, project, Stage7.THINKING, self.params.thinking_people_days)

    def _begin(self, team: Team, candidate: Candidate) -> Project:
        area, idea, now = candidate.area, candidate.idea, self.stage.env.now
        true_gain = area.gain_nats(idea) * self.pool.difficulty(self.knowledge.stock_nats[area.number])
        belief = Belief(candidate.mean_nats, max(candidate.sd_nats, 1e-6))
        project = Project(team, area, idea, true_gain, belief, now)
        project.draws = self._lives[area.number][idea]
        project.shows_down_to_decades = area.shows_down_to_decades(idea, self.pool.params)
        # A paper is read by all, and who takes it up says so; one's own idea is told by those who talk.
        talks = project.draws[OFFSET_TALK] < team.skills.communication_fraction
        project.communicated = talks or candidate.published
        project.landed_before = self.knowledge.landed[area.number]
        team.tried.add((area.number, idea))
        team.in_flight.append(project)
        self.knowledge.begin(project)
        trace = self.stage.trace
        if trace.detail:
            n, prior = self.params.candidates_per_pick, candidate
            who = (now, self.knowledge.lab, team.number, area.number, idea)
            trace.record(IdeaProposed(*who, prior.mean_nats, prior.sd_nats, n))
        return project

    def _hands_on(self, team: Team, project: Project, stage: Stage7, people_days: float) -> None:
        """Put the team's hands on `project` for work of `people_days` at median speed, times the idea's own luck."""
        luck = project.draws[min(project.n_stage_draws, N_STAGE_DRAWS - 1)]
        project.n_stage_draws += 1
        people_days *= luck * self.drag / team.skills.engineering
        if stage is Stage7.BUILDING:
            landed = self.knowledge.landed[project.area.number] - project.landed_before
            people_days += landed * self.params.organisation.merge_people_days
            project.landed_before += landed
        project.move(stage, self.stage.env.now, team.meter)
        team.at_hand, team.work_left_people_days = project, people_days
        self._start_hands(team)

    def _start_hands(self, team: Team) -> None:
        team.work_since_days = self.stage.env.now
        team.hands = self.stage.after(team.work_left_people_days / team.n_people, self._hands_off, team)

    def _stop_hands(self, team: Team) -> None:
        """Lay the work down and book what was done, with the heads there are now."""
        if team.hands is not None and team.at_hand is not None:
            team.hands.cancel()
            done = team.n_people * (self.stage.env.now - team.work_since_days)
            self._book(team.at_hand, done)
            team.work_left_people_days = max(team.work_left_people_days - done, 0.0)
            team.hands = None

    def _book(self, project: Project, people_days: float) -> None:
        project.people_days += people_days
        self.busy_people_days += people_days

    def _hands_off(self, alarm: Alarm) -> None:
        team: Team = alarm.owner
        project = team.at_hand
        if project is None:
            return
        self._book(project, team.work_left_people_days)
        team.hands = team.at_hand = None
        if project.stage is Stage7.THINKING:
            self._hands_on(team, project, Stage7.BUILDING, self.params.building_people_days)
            return
        if project.stage is Stage7.BUILDING:
            self._built(team, project)
        else:
            self._decide(team, project)
        self._work(team)

    def _built(self, team: Team, project: Project) -> None:
        first = project.n_experiments == 0
        if first and project.draws[OFFSET_TALK + 1] < self.params.blocked_fraction:
            # An exponential block from the idea's own uniform: the inverse of its distribution function.
            u = project.draws[OFFSET_TALK + 2]
            days = -math.log(u) * self.params.blocked_days / team.skills.agency
            project.patience = self.stage.after(days, self._unblocked, project)
            return
        self._test(project)

    def _unblocked(self, alarm: Alarm) -> None:
        project: Project = alarm.owner
        project.patience = None
        self._test(project)

    def _test(self, project: Project) -> None:
        """Queue the next campaign: at the first rung with as many repeats as the lead's paranoia wants."""
        n_repeats = project.wanted_repeats
        if project.rung < 0:
            self.experiments.enter(project, 0)
            n_repeats = max(round(project.team.skills.paranoia_se), 1)
        elif project.climbs:
            self.experiments.enter(project, project.rung + 1)
        project.climbs = False
        self.experiments.submit(project, n_repeats, self._tested)

    def _tested(self, project: Project, outcome: Outcome) -> None:
        team: Team = project.team
        if outcome is Outcome.WITHDRAWN:
            self._end(project, Cause.STARVED)
        else:
            project.outcome = outcome
            team.inbox.append(project)
        self._work(team)

    def _decide(self, team: Team, project: Project) -> None:
        """Act on what was read."""
        wanted, project.n_repeats = project.n_repeats, 0
        if project.outcome is not Outcome.OK:
            self._after_failure(team, project, wanted)
            return
        choice = self._rule.decide(project, team.skills.paranoia_se, self.params.reading_people_days)
        self._note(team, project, choice)
        project.wanted_repeats = choice.n_repeats
        if choice.decision is Decision.BURY:
            self._end(project, cause_of_burial(project, choice))
        elif choice.decision is Decision.ADOPT:
            self._adopt(team, project)
        elif choice.decision is Decision.REPEAT:
            project.move(Stage7.WAITING_PEOPLE, self.stage.env.now, team.meter)
            self._test(project)
        else:
            project.climbs = True
            self._put_back(team, project)

    def _after_failure(self, team: Team, project: Project, wanted: int) -> None:
        project.n_failures += 1
        give_up = project.n_failures > self.experiments.params.max_failures or project.n_experiments >= MAX_CAMPAIGNS
        decision = Decision.BURY if give_up else Decision.RETRY
        self._note(team, project, Choice(decision, wanted, *project.belief.moments(), 0.0, 0.0))
        if give_up:
            self._end(project, Cause.CRASHED if project.outcome is Outcome.CRASHED else Cause.DIVERGED)
        else:
            project.wanted_repeats = wanted
            self._put_back(team, project)

    def _put_back(self, team: Team, project: Project) -> None:
        """Back to the inbox, for rebuilding."""
        project.move(Stage7.WAITING_PEOPLE, self.stage.env.now, team.meter)
        team.inbox.append(project)

    def _note(self, team: Team, project: Project, choice: Choice) -> None:
        trace = self.stage.trace
        if trace.detail:
            who = (self.stage.env.now, self.knowledge.lab, team.number, project.area.number, project.idea)
            trace.record(IdeaDecided(*who, project.rung, choice.decision, *choice[2:]))

    def _adopt(self, team: Team, project: Project) -> None:
        team.in_flight.remove(project)
        self._learn(team, project)
        for rival in self.knowledge.adopt(project):
            self.scoop(rival)
        self._adopted(project)

    # -- endings ----------------------------------------------------------------------------------------------------

    def scoop(self, project: Project) -> None:
        """Somebody else was first: stop working on it."""
        self._stop(project)
        self._end(project, Cause.SCOOPED)
        self._work(project.team)

    def _cancel(self, team: Team, project: Project) -> None:
        self._stop(project)
        self._end(project, Cause.CANCELLED)

    def _stop(self, project: Project) -> None:
        """Take the idea out of everybody's hands, queues and machines."""
        team: Team = project.team
        self.experiments.withdraw(project)
        if project.patience is not None:
            project.patience.cancel()
            project.patience = None
        if project in team.inbox:
            team.inbox.remove(project)
        if team.at_hand is project:
            self._stop_hands(team)
            team.at_hand = None

    def _end(self, project: Project, cause: Cause) -> None:
        team: Team = project.team
        team.in_flight.remove(project)
        self.knowledge.bury(project, cause)
        self._learn(team, project)

    def _learn(self, team: Team, project: Project) -> None:
        """The people on it saw an idea's fate; the lab hears of it if the lead tells."""
        if team.n_people:
            team.experience.see(self.params.people_per_idea / team.n_people)
        self.knowledge.heard_ideas += team.skills.communication_fraction

    def teams_by_size(self) -> Iterator[Team]:
        """Teams, the smallest first; teams of the same size in order of founding."""
        return iter(sorted(self.teams, key=lambda t: (t.n_people, t.number)))
