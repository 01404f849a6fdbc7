"""Clouds: they buy accelerators to let them, as long as the rent pays for the price.

    orders = orders before * q^order_elasticity, by most_order_factor a year at most either way
    q = what an accelerator is worth where the last ones went (`simlab.world.market.worth`) / its price
        * exp(-(rate at which rents fall) * (time until it is made))

The price is agreed now, and the rent will be that of the day it comes: so long waiting lists put buyers off. Where q
is below 1 they also cancel that part of their open orders. What could not be shipped anywhere is worth nothing.
"""

from collections.abc import Sequence

from simlab.units import DAYS_PER_YEAR
from simlab.world.market.params import MarketParams


class Clouds:
    """All clouds as one."""

    def __init__(self, params: MarketParams) -> None:
        self.params = params.clouds
        self._most_factor = params.clouds.most_order_factor_per_year ** (params.clearing_days / DAYS_PER_YEAR)
        self.shares: Sequence[float] = ()
        """Where the last accelerators went, nation by nation; what lies in store is missing from the sum."""

    def worth(self, worths_usd2025_per_h100e: Sequence[float]) -> float:
        """What the mean accelerator is worth, of those shipped last."""
        return sum(share * worth for share, worth in zip(self.shares, worths_usd2025_per_h100e, strict=True))

    def orders(self, q: float, before_h100e: float, backlog_h100e: float) -> tuple[float, float]:
        """What is ordered and what is cancelled, after orders of `before_h100e` and with so many open."""
        wanted = q**self.params.order_elasticity if q > 0.0 else 0.0
        factor = min(max(wanted, 1.0 / self._most_factor), self._most_factor)
        return factor * before_h100e, max(1.0 - factor, 0.0) * backlog_h100e
