"""A line of impatient customers as a fluid: constant rates over a stretch of time, solved exactly.

    d waiting / dt = offered - served - impatience * waiting,    0 <= waiting <= limit,

where service is at its capacity while somebody waits, and at what is offered while nobody does. What would pass the
limit is turned away. This is the fluid limit of the queue M/M/n + M (Erlang-A). Units: work in accelerator-days.
"""

import math
from typing import NamedTuple


class Line(NamedTuple):
    """What becomes of one class of customers over a stretch: waiting before + offered = the four of them."""

    served: float
    abandoned: float
    lost: float
    waiting: float


def stretch(waiting: float, offered: float, capacity: float, impatience: float, limit: float, days: float) -> Line:
    """Follow the line for `days`, from `waiting`, at rates a day."""
    turned_away = max(waiting - limit, 0.0)
    waiting -= turned_away
    surplus = offered - capacity
    if surplus <= 0.0:
        line = _draining(waiting, offered, capacity, impatience, days)
    else:
        line = _filling(waiting, surplus, capacity, impatience, limit, days)
    return line._replace(lost=line.lost + turned_away) if turned_away else line


def _draining(waiting: float, offered: float, capacity: float, impatience: float, days: float) -> Line:
    """More is served than offered: the line may come to its end, after which all are served as they come."""
    surplus = offered - capacity
    empty = math.inf
    if waiting == 0.0:
        empty = 0.0
    elif surplus < 0.0:
        empty = math.log1p(-waiting * impatience / surplus) / impatience
    if empty >= days:
        after = _relaxed(waiting, surplus, impatience, days)
        return Line(capacity * days, waiting + surplus * days - after, 0.0, after)
    return Line(capacity * empty + offered * (days - empty), waiting + surplus * empty, 0.0, 0.0)


def _filling(waiting: float, surplus: float, capacity: float, impatience: float, limit: float, days: float) -> Line:
    """More is offered than served: the line grows, until as many leave it as join, or to its limit."""
    level = surplus / impatience
    full = math.inf
    if level > limit:
        full = math.log((level - waiting) / (level - limit)) / impatience
    if full >= days:
        after = _relaxed(waiting, surplus, impatience, days)
        return Line(capacity * days, waiting + surplus * days - after, 0.0, after)
    growing = waiting + surplus * full - limit
    abandoned = growing + impatience * limit * (days - full)
    return Line(capacity * days, abandoned, (surplus - impatience * limit) * (days - full), limit)


def _relaxed(waiting: float, surplus: float, impatience: float, days: float) -> float:
    level = surplus / impatience
    return level + (waiting - level) * math.exp(-impatience * days)
