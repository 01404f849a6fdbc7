"""What is asked of a fleet at a time, and what it has for it, from tokens and plans to accelerators."""

from collections.abc import Sequence

from simlab.units import MINUTES_PER_HOUR
from simlab.world.customers import RequestParams
from simlab.world.inference.day import Day, Supply, Traffic
from simlab.world.inference.params import InferenceParams

MINUTES_PER_DAY = 24.0 * MINUTES_PER_HOUR
_ALL = 1.0 - 1e-12
"""All but rounding."""


def traffic_of(
    classes: Sequence[RequestParams], offered_h100e: list[float], rhythm: list[float], wanted_h100e: float
) -> Traffic:
    """Customers who ask for so much work, with the patience of their class, and workers who want so much."""
    impatience = [MINUTES_PER_DAY / c.patience_minutes for c in classes]
    limits = [work * c.backlog_minutes / MINUTES_PER_DAY for work, c in zip(offered_h100e, classes, strict=True)]
    return Traffic(offered_h100e, impatience, limits, rhythm, wanted_h100e)


def supply_of(p: InferenceParams, workers_h100e: float, customers_h100e: float, away_h100e: list[float]) -> Supply:
    """The fleet, and what of it AI workers are guaranteed under the priority."""
    capacity = workers_h100e + customers_h100e
    guaranteed = {"customers_first": 0.0, "workers_first": capacity, "by_plan": workers_h100e}[p.priority]
    return Supply(capacity, guaranteed, away_h100e)


def peak_load_fraction(traffic: Traffic, supply: Supply) -> float:
    """What is asked for over what is there, in the busiest part of the day; workers wait for the valleys."""
    available, asked = supply.available(), traffic.total()
    if min(available) <= 0.0:
        return 0.0
    mean = (sum(traffic.offered_h100e) + traffic.wanted_h100e) * len(available) / sum(available)
    return max(mean, *(load / have for load, have in zip(asked, available, strict=True)))


def worker_served_fraction(day: Day, traffic: Traffic) -> float:
    """Share of what AI workers want that they get on this day."""
    got = sum(day.workers_h100e) / len(day.workers_h100e)
    return 1.0 if got >= traffic.wanted_h100e * _ALL else got / traffic.wanted_h100e
