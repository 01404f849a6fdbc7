"""Investors: they fund growth, up to a share of world product.

Funding of a lab: its valuation is `valuation_ratio` times its annual revenue times the growth expected of it, and
investors buy into it at the rate `dilution_per_day`: who is not expected to grow raises nothing. What customers ask for
in vain counts as growth to come, so a lab that lacks only accelerators is given the money for them.

The ceiling: what labs and all other buyers would spend together passes a soft ceiling (`simlab.world.saturation`), a
share of world product, and everybody's budget is scaled alike. What the customers of all labs would spend passes one
of the same height (`simlab.world.customers.Purse`). Growth that stalls at the ceiling stalls funding in turn.
"""

from collections.abc import Sequence
from functools import partial
from typing import Protocol

from simlab.stage import Alarm, Stage
from simlab.trace.economy import SpendingMetered
from simlab.units import DAYS_PER_YEAR
from simlab.world.books import OTHERS, Books
from simlab.world.buyers import Buyer
from simlab.world.capital.expectation import Expectation
from simlab.world.capital.others import OtherBuyer
from simlab.world.capital.params import CapitalParams
from simlab.world.capital.talent import Talent
from simlab.world.customers import Purse
from simlab.world.saturation import Saturation


class Spender(Protocol):
    """What investors see of a lab's treasury."""

    @property
    def wanted_usd2025_per_day(self) -> float:
        """What it would spend without a ceiling."""
        ...

    @property
    def spending_usd2025_per_day(self) -> float:
        """What it spends."""
        ...

    @property
    def revenue_usd2025_per_day(self) -> float:
        """What its customers pay."""
        ...


class Investors:
    """Everybody who puts money into AI, and all other buyers of compute whom they stand behind."""

    def __init__(self, stage: Stage, params: CapitalParams, books: Books) -> None:
        self.stage, self.params, self.books = stage, params, books
        self.talent = Talent(params)
        self.purse = Purse(stage, lambda: self.ceiling_usd2025_per_day)
        self._labs: list[Spender] = []
        self._others: list[OtherBuyer] = []
        self._ceiling: Saturation | None = None
        self._revenue: Expectation | None = None
        self._reviewed_days = 0.0

    def join(self, lab: Spender) -> None:
        """A lab opens its treasury."""
        self._labs.append(lab)

    def begin(self) -> None:
        """Open on day 0."""
        p, now = self.params, self.stage.env.now
        self._ceiling = Saturation("labs and others", self._wanted(), self.ceiling_usd2025_per_day, now)
        self.purse.begin()
        growth = p.others.initial_growth_factor_per_year
        self._revenue = Expectation(self._revenues(), growth, p.growth_memory_days)
        self._reviewed_days = now
        self._tell()
        self.stage.after(p.review_days, self._review)

    def other_buyers(
        self, h100e_by_nation: Sequence[float], rents_usd2025_per_h100e_hour: Sequence[float]
    ) -> list[Buyer]:
        """Everybody else who rents accelerators, one buyer a nation, with what they have and pay on day 0."""
        buyers: list[Buyer] = []
        for nation, (h100e, rent) in enumerate(zip(h100e_by_nation, rents_usd2025_per_h100e_hour, strict=True)):
            other = OtherBuyer(self.params.others, h100e, rent)
            self._others.append(other)
            buyers.append(Buyer(OTHERS, nation, partial(self._budget, other), other.receive, h100e))
        return buyers

    @property
    def world_product_usd2025_per_day(self) -> float:
        """World product now."""
        grown = self.params.world_product_growth_factor_per_year ** (self.stage.env.now / DAYS_PER_YEAR)
        return self.params.world_product_usd2025_per_year / DAYS_PER_YEAR * grown

    @property
    def ceiling_usd2025_per_day(self) -> float:
        """What is spent on AI at most."""
        return self.params.ceiling_fraction * self.world_product_usd2025_per_day

    def paid_fraction(self) -> float:
        """Share of what a lab or another buyer would spend that it spends, under the ceiling; 1 on day 0."""
        if self._ceiling is None:
            return 1.0
        return self._ceiling.paid_fraction(self._wanted(), self.ceiling_usd2025_per_day)

    def funding_usd2025_per_day(self, revenue_usd2025_per_day: float, growth_nats_per_year: float) -> float:
        """What investors would put into a lab with this revenue, expected to grow so."""
        annual = revenue_usd2025_per_day * DAYS_PER_YEAR
        return self.params.dilution_per_day * self.params.valuation_ratio * max(growth_nats_per_year, 0.0) * annual

    def _budget(self, other: OtherBuyer) -> float:
        return other.wanted_usd2025_per_day * self.paid_fraction()

    def _wanted(self) -> float:
        everybody = *self._labs, *self._others
        return sum(one.wanted_usd2025_per_day for one in everybody)

    def _revenues(self) -> float:
        return sum(lab.revenue_usd2025_per_day for lab in self._labs)

    def _review(self, alarm: Alarm) -> None:
        now = self.stage.env.now
        days, self._reviewed_days = now - self._reviewed_days, now
        self._expect(days)
        self._tell()
        self.stage.set(alarm, self.params.review_days)

    def _expect(self, days: float) -> None:
        """Look at revenues, and let the others' budgets follow. Where nobody sells, the growth of day 0 stays."""
        revenue = self._revenue
        if revenue is None:
            return
        if self._revenues():
            revenue.see(self._revenues(), days)
        for other in self._others:
            other.grow(days, revenue.growth_nats_per_year)

    def _tell(self) -> None:
        """Write down what is spent as things stand."""
        everybody = *self._labs, *self._others
        spending = DAYS_PER_YEAR * sum(one.spending_usd2025_per_day for one in everybody)
        product = DAYS_PER_YEAR * self.world_product_usd2025_per_day
        row = self.stage.env.now, spending, product, spending / product, self.params.ceiling_fraction
        self.stage.trace.record(SpendingMetered(*row))
