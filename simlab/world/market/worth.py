"""What a new accelerator is worth to who lets it.

    worth = rent * (hours of rent) - cost of running an hour * (hours of cost)

The hours are those of its life, less what it may fail of and what discounting takes; those of rent count less, because
rents are expected to fall as fast as accelerators get cheaper. Where power is short, a new accelerator can only run
instead of the least efficient one that runs, which the site's owner gives up for nothing less than its rent: what the
new one draws costs what the old one would have earned with it. What runs gets more efficient as designs do; so the
advantage x = (what the new one draws / what the least efficient one draws) grows to 1, and then it is gone:

    worth = rent * (hours of rent until then - x * hours of rent until then, growing with the efficiency of designs)
"""

import math
from typing import NamedTuple

from simlab.units import DAYS_PER_YEAR, HOURS_PER_DAY
from simlab.world.market.params import MarketParams


def hours(rate_per_day: float, days: float) -> float:
    """Hours of a span of time whose later part counts less, at a rate, or more, where that is negative."""
    counted = -math.expm1(-rate_per_day * days) / rate_per_day if rate_per_day != 0.0 else days
    return HOURS_PER_DAY * counted


class Site(NamedTuple):
    """Where a new accelerator would stand."""

    mw_per_h100e: float
    """What it would draw there."""
    marginal_mw_per_h100e: float | None
    """What the least efficient one draws that runs there and would have to make room; None where there is room."""


class Worth:
    """The appraisal of accelerators."""

    def __init__(self, params: MarketParams) -> None:
        p, clouds = params.accelerators, params.clouds
        self.life_days = p.life_days
        self.decline_per_day = math.log(p.cost_progress_factor_per_year) / DAYS_PER_YEAR
        """Rate at which rents are expected to fall."""
        self.efficiency_per_day = math.log(p.energy_progress_factor_per_year) / DAYS_PER_YEAR
        rate = clouds.discount_per_day + p.failures_per_day
        self.rate_per_day = rate + self.decline_per_day
        self.rent_hours, self.cost_hours = hours(self.rate_per_day, p.life_days), hours(rate, p.life_days)
        self.usd2025_per_mw_hour = clouds.electricity_usd2025_per_mw_hour + clouds.site_usd2025_per_mw_hour

    def usd2025_per_h100e(self, rent: float, site: Site) -> float:
        """Worth of an accelerator at a rent an hour, on a site."""
        alone = rent * self.rent_hours - site.mw_per_h100e * self.usd2025_per_mw_hour * self.cost_hours
        if site.marginal_mw_per_h100e is None:
            return alone
        return min(alone, rent * self._hours_won(site.mw_per_h100e / site.marginal_mw_per_h100e))

    def _hours_won(self, x: float) -> float:
        """Hours of rent by which an accelerator beats the least efficient one, of which it draws the part x."""
        if x >= 1.0:
            return 0.0
        progress = self.efficiency_per_day
        days = min(-math.log(x) / progress, self.life_days) if progress > 0.0 else self.life_days
        return hours(self.rate_per_day, days) - x * hours(self.rate_per_day - progress, days)
