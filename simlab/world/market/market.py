"""The market: every quarter, what was made and powered is let to those who bid for it, at the rent that clears."""

from collections.abc import Sequence

from simlab.stage import Stage
from simlab.world.books import Books
from simlab.world.buyers import Buyer
from simlab.world.market.params import MarketParams
from simlab.world.standing import Standing


class Market:
    """Chips and power of all nations. Nations are numbered in the order of their names."""

    def __init__(self, stage: Stage, params: MarketParams, nations: Sequence[str], books: Books) -> None:
        self.stage, self.params, self.nations, self.books = stage, params, nations, books
        self.production_factors = Standing()
        """By lever: what production is multiplied by (a shock of a third is 2/3)."""
        n = range(len(nations))
        self.shipment_caps_h100e_per_year = [Standing() for _ in n]
        """By nation and lever: accelerators a year that may be shipped there, at most."""
        self.quality_fractions = [Standing() for _ in n]
        """By nation and lever: speed of the chips that may be shipped there, relative to the newest."""
        self.reserved_fractions = [Standing() for _ in n]
        """By nation and lever: share of what is installed there that the state takes for itself."""
        self.extra_mw_per_year = [Standing() for _ in n]
        """By nation and lever: power built on top of what is built anyway."""

    def begin(self, buyers: Sequence[Buyer]) -> None:
        """Open on day 0 with what the buyers have; clear every quarter from then on."""
        raise NotImplementedError

    def rent_usd2025_per_h100e_hour(self, nation: int) -> float:
        """The rent there since the last clearing."""
        raise NotImplementedError

    def initial_rent_usd2025_per_h100e_hour(self, nation: int) -> float:
        """The rent there on day 0."""
        raise NotImplementedError

    def initial_others_h100e(self, nation: int) -> float:
        """Accelerators there on day 0 that no lab of the scenario has."""
        raise NotImplementedError

    def others_h100e(self, nation: int) -> float:
        """Accelerators there that no lab of the scenario has, and no state, since the last clearing."""
        raise NotImplementedError

    def installed_h100e(self, nation: int) -> float:
        """Accelerators there that are delivered and powered."""
        raise NotImplementedError

    def mean_quality_fraction(self, nation: int) -> float:
        """Speed of the accelerators there for what the newest algorithms ask of them, relative to free trade's."""
        raise NotImplementedError
