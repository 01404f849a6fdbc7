"""Things that take years to build: capacity under construction, and the trend that builders look ahead by."""

import math

from simlab.units import DAYS_PER_YEAR
from simlab.world.market.params import BuildersParams


class Trend:
    """Growth as builders see it: an exponentially weighted mean, and the part of it that they count on."""

    def __init__(self, params: BuildersParams) -> None:
        self.params = params
        self.nats_per_day = math.log(params.initial_growth_factor_per_year) / DAYS_PER_YEAR
        self._before = 0.0

    def see(self, level: float, days: float) -> None:
        """Take in a level, `days` after the one before; a level of nothing teaches nothing."""
        if self._before > 0.0 and level > 0.0:
            seen = math.log(level / self._before) / days
            self.nats_per_day += -math.expm1(-days / self.params.trend_days) * (seen - self.nats_per_day)
        self._before = level

    def factor(self, days: float) -> float:
        """By how much builders expect to need more in `days`."""
        return math.exp(self.params.trend_weight * self.nats_per_day * days)


class Construction:
    """Capacity that is there, and capacity that is being built. It is never cut back; what is not wanted idles."""

    def __init__(self, there: float) -> None:
        self.there = there
        self._sites: list[tuple[float, float]] = []

    @property
    def under_way(self) -> float:
        """All that is being built."""
        return math.fsum(size for _, size in self._sites)

    def start(self, ready_day: float, size: float) -> None:
        """Begin to build."""
        if size > 0.0:
            self._sites.append((ready_day, size))

    def finish(self, day: float) -> None:
        """Put to use what is ready."""
        self.there += math.fsum(size for ready, size in self._sites if ready <= day)
        self._sites = [site for site in self._sites if site[0] > day]

    def by(self, day: float) -> float:
        """What will be there on that day."""
        return self.there + math.fsum(size for ready, size in self._sites if ready <= day)


def steps(days: float, step_days: float) -> list[tuple[float, float]]:
    """A span of time in steps: (end, length of the step), the last one as short as it needs to be."""
    n = math.ceil(days / step_days - 1e-9)
    ends = [min((i + 1) * step_days, days) for i in range(n)]
    return [(end, end - i * step_days) for i, end in enumerate(ends)]
