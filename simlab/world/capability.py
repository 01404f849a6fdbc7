"""What a model can do: task horizon, reliability over a task's length, and skills that look sudden.

The horizon at which a model succeeds half the time doubles with every so many decades of effective compute; success on
a task of length t is 1 / (1 + (t / horizon)^slope), a logistic in log t. Source: metr-2025 (form and slope).
"""

from typing import Annotated

from annotated_types import Ge, Gt

from simlab.parameters import Params, State, Unit
from simlab.units import MINUTES_PER_HOUR, NATS_PER_DECADE, NATS_PER_DOUBLING


class CapabilityParams(Params):
    """From effective compute to task horizon."""

    reference_horizon_minutes: Annotated[float, Gt(0), Unit("minute"), State()]
    """50% horizon of the reference model."""
    reference_effective_flop: Annotated[float, Gt(0), Unit("FLOP"), State()]
    """Effective compute of the reference model, at the algorithms of the scenario's start."""
    decades_per_doubling: Annotated[float, Gt(0), Unit("decade")]
    """Decades of effective compute per doubling of the horizon."""
    horizon_slope: Annotated[float, Gt(0), Unit("1")]
    """How sharply success falls with a task's length: the exponent of t / horizon."""
    chain_length: Annotated[float, Ge(1), Unit("1")]
    """Steps of the thresholded skill: that many hour-long tasks, all of which must succeed."""


def horizon_50_minutes(effective_flop: float, p: CapabilityParams) -> float:
    """Length of the tasks that a model trained with `effective_flop` does half the time, in minutes."""
    doublings_per_decade = 1.0 / p.decades_per_doubling
    exponent = doublings_per_decade * NATS_PER_DOUBLING / NATS_PER_DECADE
    return p.reference_horizon_minutes * (effective_flop / p.reference_effective_flop) ** exponent


def horizon_minutes(horizon_50_min: float, success_fraction: float, p: CapabilityParams) -> float:
    """Length of the tasks done with probability `success_fraction`, for a model of this 50% horizon."""
    return horizon_50_min * (1.0 / success_fraction - 1.0) ** (1.0 / p.horizon_slope)


def success_fraction(task_minutes: float, horizon_50_min: float, p: CapabilityParams) -> float:
    """Chance of doing a task of `task_minutes`: the smooth skill."""
    return 1.0 / (1.0 + (task_minutes / horizon_50_min) ** p.horizon_slope)


def hour_task_success_fraction(horizon_50_min: float, p: CapabilityParams) -> float:
    """Chance of doing a task that takes a person an hour."""
    return success_fraction(MINUTES_PER_HOUR, horizon_50_min, p)


def chain_success_fraction(horizon_50_min: float, p: CapabilityParams) -> float:
    """Chance that a chain of `chain_length` such tasks all succeed: the product of its steps, the thresholded skill."""
    return hour_task_success_fraction(horizon_50_min, p) ** p.chain_length
