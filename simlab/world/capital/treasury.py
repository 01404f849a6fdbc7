"""A lab's treasury: what it earns, raises and pays, and what is left for compute and for people."""

from collections.abc import Iterable
from typing import NamedTuple

from simlab.stage import Stage
from simlab.world.books import Books
from simlab.world.capital.investors import Investors
from simlab.world.capital.params import CapitalParams
from simlab.world.standing import Standing


class Treasury:
    """One lab's money."""

    def __init__(
        self, stage: Stage, params: CapitalParams, lab: int, name: str, books: Books, investors: Investors
    ) -> None:
        self.stage, self.params, self.lab, self.name = stage, params, lab, name
        self.books, self.investors = books, investors
        self.compute_taxes = Standing()
        """By lever: tax on what is spent on compute, as a share of it; a subsidy is negative."""

    def begin(self, initial_h100e: float, initial_people: float, rent_usd2025_per_h100e_hour: float) -> None:
        """Open on day 0 with what the lab has then, at that day's rent."""
        raise NotImplementedError

    def read(self, readings: Iterable[NamedTuple], n_people: int) -> None:
        """Take in the month's meters: book what customers paid, pay wages."""
        raise NotImplementedError

    def compute_budget_usd2025_per_day(self) -> float:
        """What the lab would spend on accelerators from now on, rent without tax."""
        raise NotImplementedError

    def affordable_people(self) -> float:
        """Heads that the lab can pay for what it means to spend on people, at today's wages."""
        raise NotImplementedError
