"""The teams of one lab: people who come and go, and AI workers that do the whole of it by themselves."""

from collections.abc import Callable

from simlab.randomness import Rows, columns, normals, uniforms
from simlab.stage import Stage
from simlab.world.experiments import Experiments
from simlab.world.hands import Helpers
from simlab.world.ideas import IdeaPool
from simlab.world.knowledge import Knowledge
from simlab.world.learning import Experience
from simlab.world.organisation import coordination_drag
from simlab.world.projects import Project
from simlab.world.researchers.loop import Loop
from simlab.world.researchers.params import ResearchersParams
from simlab.world.skills import N_SKILLS, Skills, skills_of
from simlab.world.teams import Team
from simlab.world.verification import Desk


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
        self.stage, self.params, self.knowledge, self.name = stage, params, knowledge, name
        self.teams: list[Team] = []
        """Teams of people."""
        self.automated: list[Team] = []
        """Teams of AI workers alone."""
        self.n_founded = self.n_founded_automated = self.n_people = 0
        self.loop = Loop(stage, params, pool, experiments, knowledge, name, adopted, helpers, desk, present_fraction)
        self.hands, self.teaching, self.scoop = self.loop.hands, self.loop.teaching, self.loop.endings.scoop
        self._skills = stage.streams.rows(f"{name}.skills", normals, N_SKILLS, 64)

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
        self.loop.work(team)
        return team

    def _candidates(self, team_name: str) -> Rows:
        n = self.params.candidates_per_pick
        draws = columns((uniforms, n), (normals, n))
        return self.stage.streams.rows(f"{self.name}.{team_name}.candidates", draws, 2 * n, 32)

    def join(self, team: Team, n_seniors: int, n_juniors: int) -> None:
        """People join `team`."""
        self.teaching.catch_up(team)
        self.hands.stop(team)
        self.n_people += n_seniors + n_juniors
        team.experience.join(n_seniors, n_juniors)
        self.hands.resume(team)
        self.loop.work(team)

    def lose(self, team: Team, *, senior: bool) -> None:
        """One person leaves; ideas that nobody can carry on are cancelled, an empty team is dissolved."""
        self.teaching.catch_up(team)
        self.hands.stop(team)
        self.n_people -= 1
        team.experience.leave(senior=senior)
        while len(team.in_flight) > (self.loop.limit(team) if team.n_people else 0):
            self.loop.endings.cancel(team.in_flight[-1])
        if team.n_people:
            self.hands.resume(team)
            self.loop.work(team)
        else:
            self.teams.remove(team)

    def organise(self) -> None:
        """Set this month's drag and mentoring from who is there; wake teams that had run out of ideas."""
        self.hands.drag = coordination_drag(self.n_people, self.params.organisation)
        self.teaching.organise(self.teams)
        for team in (*self.teams, *self.automated):
            self.loop.work(team)

    def call_away(self, present_fraction: float) -> None:
        """So large a part of the people are there to work on ideas from now on; work in hand goes on with them."""
        for team in self.teams:
            self.hands.stop(team)
        self.hands.present_fraction = present_fraction
        for team in self.teams:
            self.hands.resume(team)

    # -- AI workers -------------------------------------------------------------------------------------------------

    def tell_fleet(self, sees: Callable[[Team], None]) -> None:
        """From now on `sees` is told when an automated team has seen an idea's fate."""
        self.loop.endings.fleet_sees = sees

    def found_automated(self, skills: Skills, pace_people: float, memory: Experience) -> Team:
        """Found a team of AI workers that are worth `pace_people`, and set it to work. Its number is negative.

        `memory` is what they have seen; teams may share one.
        """
        n = self.n_founded_automated
        self.n_founded_automated += 1
        candidates = self._candidates(f"automated-{n}")
        team = Team(-1 - n, skills, memory, candidates, self.knowledge.meter, pace_people)
        self.automated.append(team)
        self.loop.work(team)
        return team

    def set_pace(self, team: Team, pace_people: float) -> None:
        """An automated team's workers are worth `pace_people` from now on; the work in hand goes on at that pace."""
        self.hands.stop(team)
        team.pace_people = pace_people
        self.hands.resume(team)
        self.loop.work(team)

    def dissolve_automated(self, team: Team) -> None:
        """An automated team is stopped; its ideas in flight are cancelled, and nobody learns from that."""
        self.automated.remove(team)
        team.pace_people = 0.0
        while team.in_flight:
            self.loop.endings.cancel(team.in_flight[-1])
