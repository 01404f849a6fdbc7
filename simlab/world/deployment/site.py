"""A sector in a nation: what it lets models do, and the machines it has for them.

What models are let do follows what they can do with a first-order lag (`adoption_days`). Machines follow what models
are let do with another (`delivery_days`), and their stock multiplies by no more than `most_factor_per_year`. Work that
needs a machine is ready where there is one; all other work is ready when models are let do it.
"""

import math

from simlab.units import DAYS_PER_YEAR
from simlab.world.deployment.params import SectorParams


class Site:
    """One sector in one nation."""

    __slots__ = ("adopted_fraction", "machines_fraction", "sector")

    def __init__(self, sector: SectorParams, adopted_fraction: float) -> None:
        self.sector, self.adopted_fraction = sector, adopted_fraction
        """`adopted_fraction`: share of the work that models are let do."""
        self.machines_fraction = sector.machines.initial_stock_fraction
        """Share of the physical work for which there are machines."""

    def advance(self, capable_fraction: float, days: float) -> None:
        """Let `days` go by in which models can do `capable_fraction` of the work."""
        left = math.exp(-days / self.sector.adoption_days)
        self.adopted_fraction = capable_fraction + left * (self.adopted_fraction - capable_fraction)
        machines, stock = self.sector.machines, self.machines_fraction
        delivered = stock + (self.adopted_fraction - stock) * -math.expm1(-days / machines.delivery_days)
        built = stock * machines.most_factor_per_year ** (days / DAYS_PER_YEAR)
        self.machines_fraction = max(stock, min(delivered, built))

    def ready_fraction(self, capable_fraction: float) -> float:
        """Share of the work that models could do today if compute were no object."""
        let = min(self.adopted_fraction, capable_fraction)
        physical = self.sector.machines.physical_fraction
        return (1.0 - physical) * let + physical * min(let, self.machines_fraction)
