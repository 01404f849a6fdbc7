"""Talent: people able to do research, and what they are paid.

    wage = wage of day 0 * max(1, (people in labs / those of day 0) / growth of the pool)^(1 / elasticity of supply)

Labs that together hire no faster than the pool grows pay what people earn elsewhere; who hires faster bids them away.
"""

import math

from simlab.units import DAYS_PER_YEAR
from simlab.world.capital.params import CapitalParams


class Talent:
    """The labour market for researchers, of all labs."""

    def __init__(self, params: CapitalParams) -> None:
        self.params = params
        self._people: dict[int, float] = {}
        self._initial_people: dict[int, float] = {}

    def join(self, lab: int, n_people: float) -> None:
        """A lab has so many people on day 0."""
        self._initial_people[lab] = self._people[lab] = n_people

    def employ(self, lab: int, n_people: float) -> None:
        """A lab has so many people now."""
        self._people[lab] = n_people

    def wage_factor(self, now: float) -> float:
        """Wages relative to those of day 0."""
        hired = math.fsum(self._people.values()) / math.fsum(self._initial_people.values())
        pool = self.params.talent_growth_factor_per_year ** (now / DAYS_PER_YEAR)
        return max(hired / pool, 1.0) ** (1.0 / self.params.labour_supply_elasticity)
