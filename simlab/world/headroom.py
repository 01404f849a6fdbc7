"""Whether a fleet will have enough accelerators at its lab's next review, if what grew since the last one goes on so.

    short = asked * (growth of what is asked for / growth of the lab) - capacity

in accelerators, at the busiest part of the day; below nothing it is what will be to spare. A share of a lab that grows
is a fleet that grows, so only what outgrows the lab is short.
"""

from collections import deque
from typing import NamedTuple

from simlab.trace.events import FleetMetered


class _Seen(NamedTuple):
    capacity_h100e: float
    asked_h100e: float
    """At the busiest part of the day."""
    lab_h100e: float

    @property
    def asked_fraction(self) -> float:
        """Of the whole lab."""
        return self.asked_h100e / self.lab_h100e


class Headroom:
    """One fleet's months since the review before this one."""

    def __init__(self, meter_days: float, review_days: float) -> None:
        self._meter_days = meter_days
        self._months: deque[_Seen] = deque(maxlen=1 + max(round(review_days / meter_days), 1))

    def read(self, fleet: FleetMetered, lab_h100e: float) -> None:
        """Take in a month of a lab with so many accelerators."""
        capacity = fleet.capacity_h100e_days / self._meter_days
        self._months.append(_Seen(capacity, fleet.peak_load_fraction * capacity, max(lab_h100e, 1e-6)))

    def short_h100e(self) -> float:
        """What will be lacking; nothing before a month has been seen."""
        if not self._months:
            return 0.0
        first, last = self._months[0], self._months[-1]
        growth = last.asked_fraction / first.asked_fraction if first.asked_h100e > 0.0 else 1.0
        return last.asked_h100e * growth - last.capacity_h100e
