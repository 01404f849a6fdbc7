"""A part of a sector's work, at desks or with bodies, as it stands in a nation: what models are let do, and machines.

What models are let do follows what they can do with a first-order lag (`adoption_days`). Machines follow what models
are let do with another (`delivery_days`), and their stock multiplies by no more than `most_factor_per_year`. Work that
needs a machine is ready where there is one; all other work is ready when models are let do it.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from simlab.units import DAYS_PER_YEAR
from simlab.world.deployment.params import SectorParams


class Part(NamedTuple):
    """A sector's desk work, or its physical work. The two are learned apart, and only one needs machines."""

    number: int
    """Of the sector."""
    sector: SectorParams
    physical: bool
    share_fraction: float
    """Its share of the sector's work."""


def parts_of(sectors: Sequence[SectorParams]) -> list[Part]:
    """All parts in which there is any work, sector by sector."""
    parts: list[Part] = []
    for number, sector in enumerate(sectors):
        physical = sector.machines.physical_fraction
        parts += [Part(number, sector, physical=False, share_fraction=1.0 - physical)]
        parts += [Part(number, sector, physical=True, share_fraction=physical)]
    return [part for part in parts if part.share_fraction]


class Work:
    """One part of a sector in one nation."""

    __slots__ = ("adopted_fraction", "machines_fraction", "part")

    def __init__(self, part: Part, adopted_fraction: float) -> None:
        self.part, self.adopted_fraction = part, adopted_fraction
        """`adopted_fraction`: share of it that models are let do."""
        self.machines_fraction = part.sector.machines.initial_stock_fraction if part.physical else 1.0
        """Share of it for which there are machines, or which needs none."""

    def advance(self, capable_fraction: float, days: float) -> None:
        """Let `days` go by in which models can do `capable_fraction` of it."""
        left = math.exp(-days / self.part.sector.adoption_days)
        self.adopted_fraction = capable_fraction + left * (self.adopted_fraction - capable_fraction)
        if not self.part.physical:
            return
        machines, stock = self.part.sector.machines, self.machines_fraction
        delivered = stock + (self.adopted_fraction - stock) * -math.expm1(-days / machines.delivery_days)
        built = stock * machines.most_factor_per_year ** (days / DAYS_PER_YEAR)
        self.machines_fraction = max(stock, min(delivered, built))

    def ready_fraction(self, capable_fraction: float) -> float:
        """Share of it that models could do today if compute were no object."""
        return min(self.adopted_fraction, capable_fraction, self.machines_fraction)
