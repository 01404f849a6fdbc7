"""Adaptive expectation: what has been growing is expected to go on growing."""

import math

from simlab.units import DAYS_PER_YEAR


class Expectation:
    """Growth of a flow of money, as seen by somebody with a memory of M days.

    It is the mean of past growth, weighted by exp(-age / M): under steady growth that growth; jumps are forgotten.
    """

    def __init__(self, flow: float, growth_factor_per_year: float, memory_days: float) -> None:
        self.growth_nats_per_year = math.log(growth_factor_per_year)
        """Expected from now on."""
        self._flow, self._memory_days = flow, memory_days

    def see(self, flow: float, days: float) -> None:
        """The flow was so much over the last `days`. What ceased, or came from nothing, says nothing of growth."""
        before, self._flow = self._flow, flow
        seen = math.log(flow / before) * DAYS_PER_YEAR / days if flow > 0.0 and before > 0.0 else 0.0
        kept = math.exp(-days / self._memory_days)
        self.growth_nats_per_year = seen + kept * (self.growth_nats_per_year - seen)
