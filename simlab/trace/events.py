"""What can happen, past tense: one class an event, one table a class, one row an event.

Every field is a number. Three kinds of field get their words back in the tables (`simlab.tables.tidy`): an enum
(its member's name), `LabNumber` (the lab's name in the scenario) and `AreaNumber` (the area's name). The first field is
always `time_days`, days since the scenario's start; the last word of a name is its unit. A class with `detail = True`
is kept only when the run is asked for its full event log.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Annotated, Any, NamedTuple, Protocol


class Event(Protocol):
    """What every event class has."""

    _fields: tuple[str, ...]
    detail: bool

    @classmethod
    def _make(cls, iterable: Iterable[Any]) -> Any: ...


class Names:
    """Which list of the scenario's names a numbered field counts in."""

    def __init__(self, of: str) -> None:
        self.of = of


LabNumber = Annotated[int, Names("lab")]
AreaNumber = Annotated[int, Names("area")]


class Cause(IntEnum):
    """How an idea's life ended."""

    ADOPTED = 0
    """In the frontier model, measured there, and kept."""
    NO_GAIN_SEEN = 1
    """The first evidence promised nothing worth the next test."""
    DID_NOT_TRANSFER = 2
    """It had looked good at a smaller scale and lost at a larger one."""
    NOT_CONVINCING = 3
    """Probably good, but not by as many standard errors as the team asks for, and more tests did not pay."""
    DIVERGED = 4
    """Its training runs blew up."""
    CRASHED = 5
    """Its implementation failed until the team gave up."""
    CANCELLED = 6
    """Its people left or were taken away."""
    STARVED = 7
    """It waited for compute longer than the team would."""
    SCOOPED = 8
    """Somebody else published or adopted it first."""
    REVERTED = 9
    """Adopted, then found harmful by the frontier run."""
    IN_FLIGHT = 10
    """Still alive when the simulation ended."""


class Decision(IntEnum):
    """What a team does after looking at evidence."""

    BURY = 0
    """Give it up for good."""
    REPEAT = 1
    """Test it again at the same rung."""
    NEXT_RUNG = 2
    """Test it at the next larger scale."""
    ADOPT = 3
    """Put it into the next frontier run."""
    RETRY = 4
    """Run again what crashed or diverged."""


class Outcome(IntEnum):
    """How an experiment ended."""

    OK = 0
    """It ran to its end and showed something."""
    CRASHED = 1
    """A bug of its own stopped it."""
    DIVERGED = 2
    """Its training blew up."""
    WITHDRAWN = 3
    """Taken out of the queue or off the machines before it finished."""


class Interruption(IntEnum):
    """Why a running job lost its accelerators."""

    PREEMPTED = 0
    """For a job with the better right to them."""
    FAILED = 1
    """Hardware or software of the cluster, not of the idea."""
    CAPACITY_LOST = 2
    """The cluster shrank."""


class IdeaProposed(NamedTuple):
    """A team picked an idea out of its candidates and started on it."""

    time_days: float
    lab: LabNumber
    team: int
    area: AreaNumber
    idea: int
    prior_mean_nats: float
    prior_sd_nats: float
    n_candidates: int
    detail = True


class ExperimentEnded(NamedTuple):
    """A campaign (all runs that test one idea at one rung, together) gave its accelerators back."""

    time_days: float
    lab: LabNumber
    team: int
    area: AreaNumber
    idea: int
    rung: int
    outcome: Outcome
    n_repeats: int
    flop: float
    n_h100e: float
    used_h100e_days: float
    queue_days: float
    run_days: float
    observed_gain_nats: float
    """Mean over the repeats, as seen at that scale; 0 where the outcome is not OK."""
    estimated_gain_nats: float
    """What that says of the gain at the target's scale, corrected for what gains lose on the way up."""
    detail = True


class IdeaDecided(NamedTuple):
    """A team looked at the evidence and decided."""

    time_days: float
    lab: LabNumber
    team: int
    area: AreaNumber
    idea: int
    rung: int
    decision: Decision
    believed_gain_nats: float
    believed_sd_nats: float
    value_of_going_on_nats_per_day: float
    """Expected gain of the best next test per day of the lab's scarce resources it takes."""
    value_of_a_new_idea_nats_per_day: float
    """The same for the best untested candidate: what going on has to beat."""
    detail = True


class IdeaEnded(NamedTuple):
    """The row in the graveyard, or in the frontier model: an idea's whole life in one lab."""

    time_days: float
    lab: LabNumber
    team: int
    area: AreaNumber
    idea: int
    cause: Cause
    rung: int
    """The highest rung it was tested at, 0 the smallest; -1 if never tested."""
    n_experiments: int
    flop: float
    used_h100e_days: float
    people_days: float
    thinking_days: float
    building_days: float
    waiting_compute_days: float
    running_days: float
    reading_days: float
    waiting_people_days: float
    waiting_run_days: float
    """Adopted, and waiting for the next frontier run to end."""
    believed_gain_nats: float
    true_gain_nats: float
    detail = False


class IdeaPublished(NamedTuple):
    """An adopted idea became known outside: by paper or by leak."""

    time_days: float
    lab: LabNumber
    area: AreaNumber
    idea: int
    believed_gain_nats: float
    n_labs_that_had_it: int
    """Labs that had adopted it on their own by then, the publisher included: above 1 is a co-discovery."""
    detail = False


class JobInterrupted(NamedTuple):
    """A running job lost its accelerators and, back to its last checkpoint, some work."""

    time_days: float
    lab: LabNumber
    job: int
    job_class: int
    why: Interruption
    n_h100e: float
    lost_h100e_days: float
    detail = True


class ComputeDelivered(NamedTuple):
    """Accelerators arrived, were retired, or became usable or unusable by a lever."""

    time_days: float
    lab: LabNumber
    delivered_h100e: float
    capacity_h100e: float
    detail = False


class ClusterMetered(NamedTuple):
    """What a lab's research cluster did since the last reading (monthly).

    productive + lost + checkpoint + restart + idle = capacity, all in H100e-days.
    """

    time_days: float
    lab: LabNumber
    capacity_h100e_days: float
    frontier_h100e_days: float
    """Held by frontier runs, productive or not."""
    experiments_h100e_days: float
    """Held by experiments, productive or not."""
    lost_h100e_days: float
    checkpoint_h100e_days: float
    restart_h100e_days: float
    idle_h100e_days: float
    queue_job_days: float
    """Integral of the number of waiting jobs over time: divided by the days, the mean queue length."""
    n_started: int
    n_ended: int
    detail = False


class LabMetered(NamedTuple):
    """What a lab's people and ideas did since the last reading (monthly). Stage days count idea-days."""

    time_days: float
    lab: LabNumber
    n_people: int
    n_teams: int
    n_in_flight: int
    mean_taste_bits: float
    hands_busy_fraction: float
    n_proposed: int
    n_buried: int
    n_adopted: int
    thinking_days: float
    building_days: float
    waiting_compute_days: float
    running_days: float
    reading_days: float
    waiting_people_days: float
    waiting_run_days: float
    adopted_true_nats: float
    """True gain of all ideas standing adopted, released or not."""
    adopted_believed_nats: float
    detail = False


class StaffChanged(NamedTuple):
    """People came or went."""

    time_days: float
    lab: LabNumber
    n_hired: int
    n_left: int
    n_people: int
    detail = False


class FrontierRunStarted(NamedTuple):
    """A frontier training run took its share of the cluster."""

    time_days: float
    lab: LabNumber
    generation: int
    n_h100e: float
    planned_flop: float
    n_ideas: int
    """Adopted ideas it carries, new ones and old ones."""
    waited_days: float
    """Since the last run ended."""
    detail = False


class ModelReleased(NamedTuple):
    """A frontier run ended; its adopted ideas were measured for real, harmful ones reverted, the model released."""

    time_days: float
    lab: LabNumber
    generation: int
    run_flop: float
    run_days: float
    days_lost: float
    """To pre-training that went wrong and was rolled back."""
    algorithmic_gain_nats: float
    """True gain of the ideas in it, since the scenario's start."""
    believed_gain_nats: float
    """The same as the lab believed when it started the run."""
    effective_flop: float
    """run_flop * exp(algorithmic_gain_nats): compute at the algorithms of the scenario's start."""
    loss_nats: float
    n_parameters: float
    n_tokens: float
    horizon_50_minutes: float
    horizon_80_minutes: float
    hour_task_success_fraction: float
    """The smooth skill: success on tasks that take a person an hour."""
    chain_success_fraction: float
    """The thresholded skill: a chain of such tasks, all of which must succeed."""
    n_kept: int
    n_reverted: int
    detail = False


class LeverPulled(NamedTuple):
    """A policy lever acted."""

    time_days: float
    lab: LabNumber
    lever: int
    """Position in the policy's list of levers."""
    amount: float
    """What it set, in the lever's own unit."""
    detail = False


EVENT_CLASSES: tuple[type[Event], ...] = (
    IdeaProposed,
    ExperimentEnded,
    IdeaDecided,
    IdeaEnded,
    IdeaPublished,
    JobInterrupted,
    ComputeDelivered,
    ClusterMetered,
    LabMetered,
    StaffChanged,
    FrontierRunStarted,
    ModelReleased,
    LeverPulled,
)
"""Every event class, in the order in which rows of the same moment are told."""
