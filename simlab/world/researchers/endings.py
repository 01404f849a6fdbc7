"""How an idea's life ends: adopted, verified or refuted, buried, cancelled, or scooped by somebody else."""

from collections.abc import Callable

from simlab.trace.events import Cause
from simlab.world.experiments import Experiments
from simlab.world.hands import Hands
from simlab.world.knowledge import Knowledge
from simlab.world.projects import Project
from simlab.world.teams import Team
from simlab.world.verification import Desk, Verdict


class Endings:
    """One lab's endings. `adopted` is told of every adopted idea, `go_on` of teams with a place free for the next."""

    def __init__(
        self,
        experiments: Experiments,
        knowledge: Knowledge,
        hands: Hands,
        desk: Desk | None,
        people_per_idea: float,
        adopted: Callable[[Project], None],
        go_on: Callable[[Team], None],
    ) -> None:
        self.experiments, self.knowledge, self.hands = experiments, knowledge, hands
        self._desk, self._people_per_idea = desk, people_per_idea
        self._adopted, self._go_on = adopted, go_on
        self.fleet_sees: Callable[[Team], None] = lambda team: None
        """Told when an automated team has seen an idea's fate."""

    def adopt_or_verify(self, team: Team, project: Project) -> None:
        """Adopt what people did; have verified first what AI workers had a hand in."""
        if self._desk is None or project.automated_people_days == 0.0:
            self._adopt(team, project)
        else:
            self._desk.hand_in(project, self._settled)

    def _adopt(self, team: Team, project: Project) -> None:
        team.in_flight.remove(project)
        self._learn(team)
        for rival in self.knowledge.adopt(project):
            self.scoop(rival)
        self._adopted(project)

    def _settled(self, project: Project, verdict: Verdict) -> None:
        """The desk has come to a verdict, or the lab's rule has."""
        team: Team = project.team
        if verdict in (Verdict.PASSED, Verdict.ADOPTED_UNVERIFIED):
            self._adopt(team, project)
        else:
            self.end(project, Cause.REFUTED if verdict is Verdict.REFUTED else Cause.UNVERIFIED)
        self._go_on(team)

    def scoop(self, project: Project) -> None:
        """Somebody else was first: stop working on it."""
        self._stop(project)
        self.end(project, Cause.SCOOPED)
        self._go_on(project.team)

    def cancel(self, project: Project) -> None:
        """Nobody is left to carry it on. Its team is given nothing else to do here."""
        self._stop(project)
        self.end(project, Cause.CANCELLED)

    def end(self, project: Project, cause: Cause) -> None:
        """Bury it."""
        project.team.in_flight.remove(project)
        self.knowledge.bury(project, cause)
        self._learn(project.team)

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

    def _learn(self, team: Team) -> None:
        """The people on it saw an idea's fate; the lab hears of it if the lead tells."""
        if team.pace_people:
            self.fleet_sees(team)
        elif team.n_people:
            team.experience.see(self._people_per_idea / team.n_people)
        self.knowledge.heard_ideas += team.skills.communication_fraction
