"""Power for accelerators in a nation: what there is, what is being built, what is wanted.

Builders want power for the accelerators that stand there or are on their way, times Tobin's q of one more that need
not wait for power (with q above 1 more would pay), carried on by part of its trend over the lead time. What can be
started is limited to so many megawatts a year, and grows by a factor a year while more is wanted.
"""

from simlab.units import DAYS_PER_YEAR
from simlab.world.market.building import Construction, Trend, steps
from simlab.world.market.params import BuildersParams, NationSupplyParams


class Grid:
    """A nation's power for accelerators, cooling and losses included."""

    def __init__(self, params: NationSupplyParams, builders: BuildersParams, mw: float, step_days: float) -> None:
        self.params, self.step_days = params, step_days
        self.power = Construction(mw)
        """Megawatts."""
        self.build_mw_per_day = params.initial_build_mw_per_day
        self.trend = Trend(builders)
        for end, length in steps(params.power_lead_days, step_days):
            self.power.start(end, self.build_mw_per_day * length)

    def finish(self, day: float, extra_mw_per_year: float) -> None:
        """Put to use what is ready, and what a state has built on top: that comes on line evenly from its date."""
        self.power.finish(day)
        self.power.there += extra_mw_per_year * self.step_days / DAYS_PER_YEAR

    def build(self, day: float, drawn_mw: float, q: float) -> None:
        """Look at what the accelerators there draw, or would if they could, and build for more."""
        self.trend.see(drawn_mw, self.step_days)
        lead, most = self.params.power_lead_days, self.build_mw_per_day * self.step_days
        wanted = max(q, 0.0) * drawn_mw * self.trend.factor(lead)
        missing = wanted - self.power.there - self.power.under_way
        self.power.start(day + lead, min(max(missing, 0.0), most))
        if missing > most:
            self.build_mw_per_day *= self.params.build_growth_factor_per_year ** (self.step_days / DAYS_PER_YEAR)
