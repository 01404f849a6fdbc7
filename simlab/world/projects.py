"""A project: one idea's life in one lab, from proposal to graveyard or frontier model, and the days it spends where."""

from collections.abc import Sequence
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from simlab.trace.events import Cause, Decision, IdeaDecided, IdeaEnded, IdeaProposed, Outcome
from simlab.world.beliefs import Belief
from simlab.world.jobs import JobState

if TYPE_CHECKING:
    from simlab.world.ideas import Area


class Stage7(IntEnum):
    """Where an idea is. The order is that of the `*_days` columns of `IdeaEnded`."""

    THINKING = 0
    BUILDING = 1
    WAITING_COMPUTE = 2
    RUNNING = 3
    READING = 4
    WAITING_PEOPLE = 5
    WAITING_RUN = 6


N_STAGES = len(Stage7)
_WAITING, _RUNNING = Stage7.WAITING_COMPUTE.value, Stage7.RUNNING.value
_IN_LINE = JobState.WAITING


class Project:
    """One idea being worked on by one team. Mutable; owned by the team until adopted, then by the lab's knowledge."""

    __slots__ = (
        "area",
        "automated_people_days",
        "belief",
        "best_believed_nats",
        "climbs",
        "communicated",
        "counted_run_days",
        "counted_wait_days",
        "days",
        "draws",
        "flaw_nats",
        "flop",
        "idea",
        "is_unread",
        "job",
        "landed_before",
        "n_experiments",
        "n_failures",
        "n_repeats",
        "n_stage_draws",
        "outcome",
        "patience",
        "people_days",
        "rung",
        "shows_down_to_decades",
        "since_days",
        "stage",
        "team",
        "transfer_path",
        "true_gain_nats",
        "used_h100e_days",
        "wanted_repeats",
    )

    def __init__(self, team: Any, area: "Area", idea: int, true_gain_nats: float, belief: Belief, now: float) -> None:
        self.team, self.area, self.idea = team, area, idea
        self.true_gain_nats, self.belief = true_gain_nats, belief
        self.best_believed_nats = 0.0
        self.draws: Sequence[float] = ()
        self.shows_down_to_decades = self.transfer_path = 0.0
        self.rung, self.n_repeats, self.n_experiments, self.n_failures, self.n_stage_draws = -1, 0, 0, 0, 0
        self.flop = self.used_h100e_days = self.people_days = 0.0
        self.automated_people_days = self.flaw_nats = 0.0
        self.days = [0.0] * N_STAGES
        self.stage, self.since_days = Stage7.THINKING, now
        self.communicated = self.climbs = self.is_unread = False
        self.wanted_repeats = 1
        self.outcome = Outcome.OK
        self.landed_before = 0
        self.job: Any = None
        self.patience: Any = None
        self.counted_wait_days = self.counted_run_days = 0.0

    def move(self, stage: Stage7, now: float, meter: list[float]) -> None:
        """Go to `stage`; the days since the last move count for the old one, here and in the lab's `meter`."""
        before, spent = self.stage, now - self.since_days
        self.days[before] += spent
        meter[before] += spent
        self.stage, self.since_days = stage, now

    def count(self, now: float, meter: list[float]) -> None:
        """Count the days of its stage up to now, as `move` does."""
        stage, spent = self.stage, now - self.since_days
        self.days[stage] += spent
        meter[stage] += spent
        self.since_days = now

    def count_job(self, now: float, meter: list[float]) -> None:
        """Count the present campaign's days of waiting and running up to `now`, here and in the lab's `meter`."""
        job, days = self.job, self.days
        elapsed = now - job.submitted_days
        waited = elapsed - job.running_days if job.state is _IN_LINE else job.queue_days
        more_wait, more_run = waited - self.counted_wait_days, elapsed - waited - self.counted_run_days
        self.counted_wait_days, self.counted_run_days = waited, elapsed - waited
        days[_WAITING] += more_wait
        meter[_WAITING] += more_wait
        days[_RUNNING] += more_run
        meter[_RUNNING] += more_run
        self.since_days = now

    def proposed(self, lab: int, n_candidates: int) -> IdeaProposed:
        """The event of its beginning, told while the belief is still the prior."""
        who = (self.since_days, lab, self.team.number, self.area.number, self.idea)
        return IdeaProposed(*who, *self.belief.moments(), n_candidates)

    def decided(self, now: float, lab: int, decision: Decision, grounds: tuple[float, ...]) -> IdeaDecided:
        """The event of a decision; `grounds` are the beliefs and values it was taken on."""
        who = (now, lab, self.team.number, self.area.number, self.idea)
        return IdeaDecided(*who, self.rung, decision, *grounds)

    def ended(self, now: float, lab: int, cause: Cause) -> IdeaEnded:
        """The row that remains of it. Call `move` first, so that the last days are counted."""
        return IdeaEnded._make(
            (
                now,
                lab,
                self.team.number,
                self.area.number,
                self.idea,
                cause,
                self.rung,
                self.n_experiments,
                self.flop,
                self.used_h100e_days,
                self.people_days,
                *self.days,
                self.belief.moments()[0],
                self.true_gain_nats,
                self.automated_people_days,
                self.flaw_nats,
            )
        )
