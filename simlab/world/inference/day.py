"""A day of a fleet: customers, who wait a while, and AI workers, who can wait till night, on the same accelerators.

A share of the fleet is guaranteed to the workers, the rest to customers, and what one leaves idle the other takes:
none of it to the workers is "customers first", all of it "workers first", their part of the plan "by plan". The
workers' guaranteed part is put where customers ask for least; customers are served with what that leaves, segment by
segment; the rest of what the workers want fills the valleys that remain.
"""

from collections.abc import Sequence
from typing import NamedTuple

from simlab.world.inference.sharing import fill_valleys, share
from simlab.world.inference.waiting import Line, stretch


class Traffic(NamedTuple):
    """What is asked of a fleet: work in accelerators, lists by class."""

    offered_h100e: list[float]
    """Mean over the day."""
    impatience_per_day: list[float]
    limit_h100e_days: list[float]
    """Most work that may wait."""
    rhythm: list[float]
    """Demand in each segment of the day relative to the mean."""
    wanted_h100e: float
    """By AI workers, mean over the day."""

    def total(self) -> list[float]:
        """Work of customers asked for in each segment."""
        total = sum(self.offered_h100e)
        return [total * relative for relative in self.rhythm]


class Supply(NamedTuple):
    """What a fleet has for it."""

    capacity_h100e: float
    guaranteed_h100e: float
    """Of it, to AI workers."""
    lent_h100e: list[float]
    """Away in each segment."""

    def available(self) -> list[float]:
        """Accelerators there in each segment."""
        return [self.capacity_h100e - lent for lent in self.lent_h100e]


class Day(NamedTuple):
    """What came of it. Work in accelerator-days for the day's length; loads in accelerators, segment by segment."""

    lines: list[Line]
    room_h100e: list[float]
    """What customers had at their disposal."""
    customers_h100e: list[float]
    workers_h100e: list[float]
    available_h100e: list[float]
    served: list[list[float]]
    """Work of customers served in each segment, by class."""


def follow_day(traffic: Traffic, supply: Supply, waiting: Sequence[float], days: float = 1.0) -> Day:
    """One turn of the day's rhythm, drawn out or compressed to `days`, from `waiting` work by class."""
    asked, available = traffic.total(), supply.available()
    first = _guaranteed(traffic, supply, asked, available)
    room = [have - taken for have, taken in zip(available, first, strict=True)]
    lines, served = _serve(traffic, asked, room, waiting, days)
    per_day = len(room) / days
    customers = [sum(work) * per_day for work in served]
    free = [max(have - used, 0.0) for have, used in zip(room, customers, strict=True)]
    rest = traffic.wanted_h100e - sum(first) / len(first)
    if rest > 0.0:
        more = fill_valleys(rest, [a + b for a, b in zip(customers, first, strict=True)], free)
        first = [a + b for a, b in zip(first, more, strict=True)]
    return Day(lines, room, customers, first, available, served)


def _guaranteed(traffic: Traffic, supply: Supply, asked: list[float], available: list[float]) -> list[float]:
    amount = min(traffic.wanted_h100e, supply.guaranteed_h100e)
    if amount <= 0.0:
        return [0.0] * len(available)
    theirs = supply.capacity_h100e - supply.guaranteed_h100e
    room = [have - min(load, theirs, have) for have, load in zip(available, asked, strict=True)]
    return fill_valleys(amount, asked, room)


def _serve(
    traffic: Traffic, asked: list[float], room: list[float], waiting: Sequence[float], days: float
) -> tuple[list[Line], list[list[float]]]:
    """Serve customers: the lines over the whole day, and what was served in each segment."""
    length = days / len(room)
    if not any(waiting) and all(load <= have for load, have in zip(asked, room, strict=True)):
        lines = [Line(work * days, 0.0, 0.0, 0.0) for work in traffic.offered_h100e]
        return lines, [[work * r * length for work in traffic.offered_h100e] for r in traffic.rhythm]
    lines = [Line(0.0, 0.0, 0.0, held) for held in waiting]
    served = []
    for relative, have in zip(traffic.rhythm, room, strict=True):
        now = _segment(traffic, relative, have, lines, length)
        served.append([line.served for line in now])
        lines = [Line(a[0] + b[0], a[1] + b[1], a[2] + b[2], b[3]) for a, b in zip(lines, now, strict=True)]
    return lines, served


def _segment(traffic: Traffic, relative: float, room: float, lines: list[Line], length: float) -> list[Line]:
    """One segment: the classes share what there is by what each would need to clear its line."""
    offered = [work * relative for work in traffic.offered_h100e]
    needs = [work + line.waiting / length for work, line in zip(offered, lines, strict=True)]
    given = share(needs, room)
    return [
        stretch(lines[i].waiting, offered[i], given[i], traffic.impatience_per_day[i], limit, length)
        for i, limit in enumerate(traffic.limit_h100e_days)
    ]
