"""Makers of accelerators: their order book, what they make of it, and the price they ask.

    made in a step = min(open orders, wafers, packaging, memory), each in accelerators
    price = cost * (1 + (markup of day 0 - 1) * (time of open orders / that of day 0)^markup_elasticity)

with open orders counted before the step's making, in time that the stages need to make them. Where nothing is ordered
the price is the cost, which holds a normal profit. The cost of an H100e falls with the design. What is paid on delivery
is the price agreed when the accelerator was ordered, in the mean over all that are open.
"""

from typing import NamedTuple

from simlab.trace.economy import Scarce
from simlab.units import DAYS_PER_YEAR
from simlab.world.market.building import Trend
from simlab.world.market.params import MarketParams
from simlab.world.market.stages import MakingStage, Wafers


class Limits(NamedTuple):
    """What could be made in a step, by the stage that limits it."""

    wafers_h100e: float
    packaging_h100e: float
    memory_h100e: float


class Makers:
    """All makers of accelerators as one."""

    def __init__(self, params: MarketParams) -> None:
        self.params, self.days = params.makers, params.clearing_days
        self.accelerators = params.accelerators
        makers = params.makers
        self.wafers = Wafers(makers.wafers, self.days)
        self.stages: tuple[MakingStage, ...] = (
            self.wafers,
            MakingStage(makers.packaging, self.days),
            MakingStage(makers.memory, self.days),
        )
        self.trend = Trend(params.builders)
        pace = min(stage.h100e_per_day(0.0) for stage in self.stages)
        self.backlog_h100e = pace * makers.initial_backlog_days
        self.ordered_h100e = pace * self.days * makers.initial_book_to_bill
        """Orders of the last step."""
        self.made_h100e = 0.0
        self.limits = Limits(*(self.days * stage.h100e_per_day(0.0) for stage in self.stages))
        self.scarce = Scarce.ORDERS
        self.agreed_usd2025_per_h100e = params.accelerators.initial_price_usd2025_per_h100e
        """Mean price agreed for what is open."""
        self._initial_tightness = (self.backlog_h100e + self.ordered_h100e) / (pace * self.days)
        self._tightness = self._initial_tightness

    def price_usd2025_per_h100e(self, day: float) -> float:
        """What an accelerator costs today."""
        p, progress = self.params, self.accelerators.cost_progress_factor_per_year ** (day / DAYS_PER_YEAR)
        cost = self.accelerators.initial_price_usd2025_per_h100e / p.initial_markup / progress
        scarcity = (self._tightness / self._initial_tightness) ** p.markup_elasticity
        return cost * (1.0 + (p.initial_markup - 1.0) * scarcity)

    def make(self, day: float, production_factor: float) -> float:
        """Make what the step allows. Returns what was made."""
        for stage in self.stages:
            stage.capacity.finish(day)
        per_day = [production_factor * stage.h100e_per_day(day) for stage in self.stages]
        self.limits = Limits(*(self.days * h100e for h100e in per_day))
        least = min(self.limits)
        self.made_h100e = min(self.backlog_h100e, least)
        self.scarce = Scarce.ORDERS if self.backlog_h100e <= least else Scarce(1 + self.limits.index(least))
        self.backlog_h100e -= self.made_h100e
        return self.made_h100e

    @property
    def wait_days(self) -> float:
        """Time until what is ordered now would be made, at the pace of the last step."""
        return self.days * self.backlog_h100e / self.made_h100e if self.made_h100e > 0.0 else self.days

    def take(self, ordered_h100e: float, cancelled_h100e: float, price_usd2025_per_h100e: float) -> None:
        """Strike what is cancelled, take orders at a price, and note how long the list is."""
        kept = self.backlog_h100e - cancelled_h100e
        self.backlog_h100e = kept + ordered_h100e
        if self.backlog_h100e > 0.0:
            value = kept * self.agreed_usd2025_per_h100e + ordered_h100e * price_usd2025_per_h100e
            self.agreed_usd2025_per_h100e = value / self.backlog_h100e
        self.ordered_h100e = ordered_h100e
        least = min(self.limits)
        if least > 0.0:
            self._tightness = (self.backlog_h100e + self.made_h100e) / least

    def build(self, day: float) -> None:
        """Every stage looks at the orders and builds, or does not."""
        self.trend.see(self.ordered_h100e, self.days)
        for stage in self.stages:
            stage.build(day, self.ordered_h100e / self.days, self.backlog_h100e, self.trend)
