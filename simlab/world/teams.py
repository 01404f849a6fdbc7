"""A research team: a lead's skills, people's experience, and the ideas it has in flight. Some have AI workers only."""

from collections import deque

from simlab.randomness import Rows
from simlab.stage import Alarm
from simlab.world.learning import Experience, taste_bits
from simlab.world.projects import Project
from simlab.world.skills import Skills


class Team:
    """One team. Its hands do one thing at a time; its other ideas wait, run, or are blocked meanwhile."""

    __slots__ = (
        "at_hand",
        "candidates",
        "experience",
        "hands",
        "heard_before",
        "in_flight",
        "inbox",
        "is_automated",
        "meter",
        "n_proposed",
        "number",
        "pace_people",
        "skills",
        "taught_before_days",
        "tried",
        "work_left_people_days",
        "work_since_days",
    )

    def __init__(
        self,
        number: int,
        skills: Skills,
        experience: Experience,
        candidates: Rows,
        meter: list[float],
        pace_people: float = 0.0,
    ) -> None:
        self.number, self.skills, self.experience, self.candidates = number, skills, experience, candidates
        self.meter = meter
        self.pace_people = pace_people
        """People whom an automated team's workers are worth at work that they can do; 0 for a team of people."""
        self.is_automated = pace_people > 0.0
        self.inbox: deque[Project] = deque()
        self.in_flight: list[Project] = []
        self.hands: Alarm | None = None
        self.at_hand: Project | None = None
        self.work_left_people_days = self.work_since_days = 0.0
        self.tried: set[tuple[int, int]] = set()
        self.n_proposed = 0
        self.heard_before = 0.0
        self.taught_before_days = 0.0

    @property
    def n_people(self) -> int:
        """Heads."""
        return self.experience.n_people

    @property
    def taste_bits(self) -> float:
        """Bits of mutual information between the team's prior and the truth."""
        return taste_bits(self.experience.ideas_seen, self.experience.params) * self.skills.talent
