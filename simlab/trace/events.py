"""What can happen, past tense: one class an event, one table a class, one row an event.

Classes and words stand in the files beside this one, by what they are about; everything is to be had from here.
"""

from typing import NamedTuple

from simlab.trace.causes import Cause, Decision, Interruption, Outcome
from simlab.trace.compute import (
    ClusterMetered,
    ComputeDelivered,
    FleetMetered,
    JobInterrupted,
    PlanChanged,
    RequestsMetered,
)
from simlab.trace.economy import (
    ChipsMetered,
    MoneyMetered,
    NationMetered,
    PriceMetered,
    Scarce,
    Secret,
    SecretLeaked,
    SectorMetered,
    SpendingMetered,
)
from simlab.trace.event import (
    AreaNumber,
    Event,
    LabNumber,
    Names,
    NationNumber,
    NumberOrNone,
    OrNone,
    RequestNumber,
    SectorNumber,
)
from simlab.trace.models import (
    FrontierRunStarted,
    ModelDeployed,
    ModelReleased,
    OversightMetered,
    VerificationMetered,
    WorkersMetered,
)
from simlab.trace.research import (
    ExperimentEnded,
    IdeaDecided,
    IdeaEnded,
    IdeaProposed,
    IdeaPublished,
    LabMetered,
    StaffChanged,
)


class LeverPulled(NamedTuple):
    """A policy lever acted: on a lab, on a nation, or on everybody."""

    time_days: float
    lab: LabNumber
    lever: int
    """Position in the policy's list of levers."""
    amount: NumberOrNone
    """What holds from then on, in the lever's own unit; null where nothing is in force any more."""
    nation: NationNumber = -1
    """The nation it acts on, or on each of whose labs; else the lab, or nobody where it acts on all, is told above."""
    detail = False


EVENT_CLASSES: tuple[type[Event], ...] = (
    IdeaProposed,
    ExperimentEnded,
    IdeaDecided,
    IdeaEnded,
    IdeaPublished,
    JobInterrupted,
    ComputeDelivered,
    PlanChanged,
    ClusterMetered,
    FleetMetered,
    RequestsMetered,
    LabMetered,
    WorkersMetered,
    VerificationMetered,
    OversightMetered,
    StaffChanged,
    FrontierRunStarted,
    ModelReleased,
    ModelDeployed,
    ChipsMetered,
    NationMetered,
    MoneyMetered,
    SpendingMetered,
    PriceMetered,
    SectorMetered,
    SecretLeaked,
    LeverPulled,
)
"""Every event class, in the order in which rows of the same moment are told."""

__all__ = [
    "EVENT_CLASSES",
    "AreaNumber",
    "Cause",
    "ChipsMetered",
    "ClusterMetered",
    "ComputeDelivered",
    "Decision",
    "Event",
    "ExperimentEnded",
    "FleetMetered",
    "FrontierRunStarted",
    "IdeaDecided",
    "IdeaEnded",
    "IdeaProposed",
    "IdeaPublished",
    "Interruption",
    "JobInterrupted",
    "LabMetered",
    "LabNumber",
    "LeverPulled",
    "ModelDeployed",
    "ModelReleased",
    "MoneyMetered",
    "Names",
    "NationMetered",
    "NationNumber",
    "NumberOrNone",
    "OrNone",
    "Outcome",
    "OversightMetered",
    "PlanChanged",
    "PriceMetered",
    "RequestNumber",
    "RequestsMetered",
    "Scarce",
    "Secret",
    "SecretLeaked",
    "SectorMetered",
    "SectorNumber",
    "SpendingMetered",
    "StaffChanged",
    "VerificationMetered",
    "WorkersMetered",
]
