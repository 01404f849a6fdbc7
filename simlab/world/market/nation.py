"""A nation's side of the market: accelerators that arrive, power, and the rent at which they are let."""

import math
from typing import NamedTuple

from simlab.units import DAYS_PER_YEAR
from simlab.world.market.clearing import clear
from simlab.world.market.params import MarketParams, NationSupplyParams
from simlab.world.market.power import Grid
from simlab.world.market.shipping import Place
from simlab.world.market.stock import Stock, Vintage
from simlab.world.market.worth import Site


class Lot(NamedTuple):
    """Accelerators on their way."""

    arrival_day: float
    h100e: float
    mw_per_h100e: float
    quality_fraction: float
    price_usd2025_per_h100e: float


class Nation:
    """One nation."""

    def __init__(self, params: NationSupplyParams, market: MarketParams) -> None:
        self.params, self.market = params, market
        self.stock = Stock(market.accelerators)
        self.grid = Grid(params, market.builders, 0.0, market.clearing_days)
        self.transit: list[Lot] = []
        self.rent = self.expected_rent = params.initial_rent_usd2025_per_h100e_hour
        """In USD of 2025 per H100e-hour, like every rent here."""
        self.budget_usd2025_per_hour = 0.0
        self.installed_h100e = self.reserved_h100e = self.let_h100e = self.used_mw = 0.0
        self.delivered_h100e = self.retired_h100e = 0.0
        self.quality_fraction = 1.0
        self.marginal_mw_per_h100e = self.mw_per_h100e(0.0)

    def mw_per_h100e(self, day: float) -> float:
        """What an accelerator of that day's design draws."""
        p = self.market.accelerators
        return 1.0 / (p.initial_h100e_per_mw * p.energy_progress_factor_per_year ** (day / DAYS_PER_YEAR))

    def open(self, h100e: float) -> None:
        """Start with so many, of the ages that the growth of the years before day 0 gives them, all of them let."""
        days, growth = self.market.clearing_days, self.market.builders.initial_growth_factor_per_year
        ages = [i * days for i in range(math.ceil(self.market.accelerators.life_days / days))]
        weights = [growth ** (-age / DAYS_PER_YEAR) for age in ages]
        for age, weight in zip(ages, weights, strict=True):
            part = h100e * weight / math.fsum(weights)
            self.stock.add(Vintage(-age, part, self.mw_per_h100e(-age), 1.0))
        self.grid.power.there = self.params.initial_power_ratio * self.stock.mw
        self.budget_usd2025_per_hour = self.rent * h100e
        self._read(self.stock.vintages, 0.0, h100e)

    def send(self, lot: Lot) -> None:
        """Have accelerators on their way."""
        if lot.h100e > 0.0:
            self.transit.append(lot)

    def receive(self, day: float, days: float) -> float:
        """Retire the old, take in what has arrived. Returns what is due for it, in USD of 2025."""
        self.retired_h100e = self.stock.retire(day, days)
        due = [lot for lot in self.transit if lot.arrival_day <= day]
        self.transit = [lot for lot in self.transit if lot.arrival_day > day]
        for lot in due:
            self.stock.add(Vintage(day, lot.h100e, lot.mw_per_h100e, lot.quality_fraction))
        self.delivered_h100e = math.fsum(lot.h100e for lot in due)
        return math.fsum(lot.h100e * lot.price_usd2025_per_h100e for lot in due)

    def clear(self, budget_usd2025_per_hour: float, reserved_fraction: float, days: float) -> None:
        """Let what runs, less the state's share, to those who bid; clouds take in the rent."""
        run = self.stock.powered(self.grid.power.there)
        electricity, left = self.market.clouds.electricity_usd2025_per_mw_hour, 1.0 - reserved_fraction
        offers = [(left * v.h100e, electricity * v.mw_per_h100e) for v in run] if left > 0.0 else []
        self.rent, let_h100e = clear(budget_usd2025_per_hour, offers, self.rent)
        self.budget_usd2025_per_hour = budget_usd2025_per_hour
        memory = math.exp(-days / self.market.clouds.rent_memory_days)
        self.expected_rent = self.rent + memory * (self.expected_rent - self.rent)
        self._read(run, reserved_fraction, let_h100e)

    def _read(self, run: list[Vintage], reserved_fraction: float, let_h100e: float) -> None:
        """Note down what runs, for whom, and what it draws: the state's share of every vintage, the cheapest let."""
        self.installed_h100e = math.fsum(v.h100e for v in run)
        self.reserved_h100e, self.let_h100e = reserved_fraction * self.installed_h100e, let_h100e
        self.used_mw = 0.0
        for v in run:
            let = min((1.0 - reserved_fraction) * v.h100e, let_h100e)
            self.used_mw += (reserved_fraction * v.h100e + let) * v.mw_per_h100e
            let_h100e -= let
        if run:
            self.marginal_mw_per_h100e = run[-1].mw_per_h100e
            self.quality_fraction = math.fsum(v.h100e * v.quality_fraction for v in run) / self.installed_h100e

    @property
    def drawn_mw(self) -> float:
        """What all accelerators draw that stand there or are on their way, or would if there were the power."""
        return self.stock.mw + math.fsum(lot.h100e * lot.mw_per_h100e for lot in self.transit)

    def place(self, arrival_day: float, mw_per_h100e: float, cap_h100e: float) -> Place:
        """The nation as those see it who ship accelerators that draw so much."""
        on_the_way = math.fsum(lot.h100e for lot in self.transit)
        free_mw = self.grid.power.by(arrival_day) - self.drawn_mw
        supply, marginal = self.installed_h100e + on_the_way, self.marginal_mw_per_h100e
        return Place(self.budget_usd2025_per_hour, supply, free_mw, mw_per_h100e, marginal, cap_h100e)

    def site(self, day: float, arrival_day: float, quality_fraction: float) -> Site:
        """Where one more accelerator ordered now would stand."""
        short = self.drawn_mw > self.grid.power.by(arrival_day)
        return Site(self.mw_per_h100e(day) / quality_fraction, self.marginal_mw_per_h100e if short else None)
