"""Investors: they fund growth, up to a share of world product."""

from collections.abc import Sequence

from simlab.stage import Stage
from simlab.world.books import Books
from simlab.world.buyers import Buyer
from simlab.world.capital.params import CapitalParams


class Investors:
    """Everybody who puts money into AI, and all other buyers of compute whom they stand behind."""

    def __init__(self, stage: Stage, params: CapitalParams, books: Books) -> None:
        self.stage, self.params, self.books = stage, params, books

    def begin(self) -> None:
        """Open on day 0."""
        raise NotImplementedError

    def other_buyers(
        self, h100e_by_nation: Sequence[float], rents_usd2025_per_h100e_hour: Sequence[float]
    ) -> list[Buyer]:
        """Everybody else who rents accelerators, one buyer a nation, with what they have and pay on day 0."""
        raise NotImplementedError
