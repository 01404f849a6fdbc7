"""What a model can do of a sector's work: the tasks short enough for the success that the sector must ask for.

Wrong results of which a share v is noticed do harm in (1 - v) of the cases, so that harm stays within the tolerated
share e of all results where tasks succeed with

    q >= 1 - e / (1 - v)        and with no less than `least_success_fraction`, below which trying does not pay.

Tasks are given to a model up to its q-horizon (`simlab.world.capability`), shortened by what it has not seen of such
work. What is noticed is thrown away and done again, so that a minute of work takes 1 / (1 - v (1 - p)) tries.
"""

from functools import partial
from typing import NamedTuple

from simlab.world.capability import CapabilityParams, horizon_minutes, success_fraction
from simlab.world.deployment.params import DeploymentParams, SectorParams
from simlab.world.workers.agreement import Answer
from simlab.world.workers.tasks import hand_over


class Reach(NamedTuple):
    """How far the best model comes in a sector."""

    capable_fraction: float
    """Share of the sector's work."""
    tokens_per_work_minute: float
    """Output tokens that a minute of that work takes, tries thrown away included."""


def required_success_fraction(sector: SectorParams, p: DeploymentParams) -> float:
    """Chance of success that a task of the sector must have for a model to get it."""
    unnoticed = 1.0 - sector.verifiable_fraction
    if unnoticed <= p.tolerated_error_fraction:
        return p.least_success_fraction
    return max(1.0 - p.tolerated_error_fraction / unnoticed, p.least_success_fraction)


def reach(horizon_50_min: float, sector: SectorParams, p: DeploymentParams, capability: CapabilityParams) -> Reach:
    """How far a model comes whose 50% horizon at this sector's tasks is `horizon_50_min`."""
    if horizon_50_min == 0.0:
        return Reach(0.0, sector.tokens_per_work_minute)
    reliable = horizon_minutes(horizon_50_min, required_success_fraction(sector, p), capability)
    answer = partial(_answer, horizon_50_min, 1.0 - sector.verifiable_fraction, capability)
    handed = hand_over(reliable, sector.tasks, answer)
    accepted = handed.right_fraction + handed.wrong_fraction
    return Reach(handed.work_fraction, sector.tokens_per_work_minute / (accepted or 1.0))


def _answer(horizon_50_min: float, unnoticed: float, capability: CapabilityParams, minutes: float) -> Answer:
    """What becomes of a task: right, or wrong and not noticed; the rest is done again."""
    right = success_fraction(minutes, horizon_50_min, capability)
    return Answer(right, (1.0 - right) * unnoticed)
