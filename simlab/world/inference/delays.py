"""How long requests took on a day: on a replica at each segment's load, and in line before."""

import math
from collections.abc import Sequence

from simlab.units import SECONDS_PER_DAY
from simlab.world.inference.day import Day, Traffic
from simlab.world.inference.latency import BatchQueue
from simlab.world.inference.offers import Offer

_FULL = 1.0 - 1e-9


def replica_s(queue: BatchQueue, load_fraction: float, patience_s: float) -> float:
    """Mean time on a replica at this share of its full load. Nobody waits for a place longer than patience lets him."""
    if load_fraction >= _FULL:
        return queue.full_s
    return min(queue.mean_s(load_fraction * queue.max_per_s), queue.full_s + patience_s)


def customers_latency_s(day: Day, traffic: Traffic, offers: Sequence[Offer]) -> list[float]:
    """By class, mean over what was served; NaN where nothing was.

    Customers meet the load that they make on the accelerators at their disposal. Time in line follows from Little's
    law: they abandon at the rate of impatience times those who wait.
    """
    loads = [used / have if have > 0.0 else 1.0 for used, have in zip(day.customers_h100e, day.room_h100e, strict=True)]
    return [
        _mean_s(day, i, loads, offer.queue, SECONDS_PER_DAY / traffic.impatience_per_day[i])
        for i, offer in enumerate(offers)
    ]


def _mean_s(day: Day, i: int, loads: list[float], queue: BatchQueue, patience_s: float) -> float:
    line = day.lines[i]
    if line.served <= 0.0:
        return math.nan
    known: dict[float, float] = {}
    total = 0.0
    for served, load in zip(day.served, loads, strict=True):
        at = round(load, 9)
        if at not in known:
            known[at] = replica_s(queue, at, patience_s)
        total += served[i] * known[at]
    in_line_s = line.abandoned * patience_s / (line.served + line.abandoned)
    return total / line.served + in_line_s


def workers_latency_s(day: Day, queue: BatchQueue) -> float:
    """Of AI workers' requests, which share the whole load; NaN where nothing was served."""
    total = work = 0.0
    for mine, customers, have in zip(day.workers_h100e, day.customers_h100e, day.available_h100e, strict=True):
        if mine > 0.0:
            total += mine * replica_s(queue, (mine + customers) / have, 0.0)
            work += mine
    return total / work if work else math.nan
