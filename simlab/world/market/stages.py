"""Stages of making accelerators: wafers, packaging, memory. Each has its capacity, its progress and its lead time.

A stage can make `units a day * accelerators a unit`. It is enlarged when what is ordered, carried on by part of its
trend over the lead time, exceeds what there will be: never faster than a given factor a year, and ready one lead time
later. It is not cut back. Builders of different stages see the same orders and do not agree with one another.
"""

from simlab.units import DAYS_PER_YEAR
from simlab.world.market.building import Construction, Trend, steps
from simlab.world.market.params import StageParams, WafersParams


class MakingStage:
    """One stage."""

    def __init__(self, params: StageParams, step_days: float) -> None:
        self.params, self.step_days = params, step_days
        self.capacity = Construction(params.initial_units_per_day)
        """Units a day."""
        day, growth = 0.0, params.initial_growth_factor_per_year
        for end, length in steps(params.lead_days, step_days):
            before = growth ** (day / DAYS_PER_YEAR)
            self.capacity.start(end, params.initial_units_per_day * before * (growth ** (length / DAYS_PER_YEAR) - 1.0))
            day = end

    def h100e_per_unit(self, day: float) -> float:
        """Accelerators to a unit, by the design of the day."""
        return self.params.initial_h100e_per_unit * self.params.progress_factor_per_year ** (day / DAYS_PER_YEAR)

    def h100e_per_day(self, day: float) -> float:
        """What could be made if only this stage set a limit."""
        return self.capacity.there * self.h100e_per_unit(day)

    def build(self, day: float, h100e_per_day: float, backlog_h100e: float, trend: Trend) -> None:
        """Look at the orders: so many come in, so many are open and should be gone in a lead time."""
        lead = self.params.lead_days
        expected = (h100e_per_day + backlog_h100e / lead) * trend.factor(lead)
        have = self.capacity.there + self.capacity.under_way
        most = have * (self.params.most_growth_factor_per_year ** (self.step_days / DAYS_PER_YEAR) - 1.0)
        missing = self._units_for(expected / self.h100e_per_unit(day + lead)) - have
        self.capacity.start(day + lead, min(max(missing, 0.0), most))

    def _units_for(self, units_per_day: float) -> float:
        """Capacity that turns out so many units for accelerators."""
        return units_per_day


class Wafers(MakingStage):
    """Leading-edge wafers: a share of all there are, which grows as makers of accelerators outbid others.

    What they need they get up to their share of the day; the share follows the need at a limited pace, up to a most.
    Beyond that only new fabs help.
    """

    def __init__(self, params: WafersParams, step_days: float) -> None:
        super().__init__(params, step_days)
        self.wafers = params
        self.fraction = params.initial_fraction

    def h100e_per_day(self, day: float) -> float:
        """What could be made of the share."""
        return self.fraction * super().h100e_per_day(day)

    def build(self, day: float, h100e_per_day: float, backlog_h100e: float, trend: Trend) -> None:
        """Bid for a larger share, and let fabs be built for what the largest does not give."""
        wanted = (h100e_per_day + backlog_h100e / DAYS_PER_YEAR) / super().h100e_per_day(day)
        pace = self.wafers.fraction_growth_factor_per_year ** (self.step_days / DAYS_PER_YEAR)
        self.fraction = max(self.fraction, min(wanted, self.fraction * pace, self.wafers.most_fraction))
        super().build(day, h100e_per_day, backlog_h100e, trend)

    def _units_for(self, units_per_day: float) -> float:
        return units_per_day / self.wafers.most_fraction
