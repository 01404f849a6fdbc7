"""The world around the labs: nations, books, the market, investors, competition, deployment. Each may be left out."""

from collections.abc import Mapping
from dataclasses import dataclass

from simlab.stage import Stage
from simlab.units import HOURS_PER_DAY
from simlab.world.books import Books
from simlab.world.buyers import Buyer
from simlab.world.capital import Investors
from simlab.world.competition import Competition
from simlab.world.deployment import Deployment
from simlab.world.lab import Lab
from simlab.world.market import Market


@dataclass(slots=True)
class Economy:
    """What labs have in common besides ideas."""

    stage: Stage
    nations: tuple[str, ...]
    books: Books
    market: Market | None = None
    investors: Investors | None = None
    competition: Competition | None = None
    deployment: Deployment | None = None

    def begin(self, labs: Mapping[str, Lab], others: list[Buyer]) -> None:
        """Open on day 0: the market, then those who have money, then those who look at prices."""
        self.stage.after(max(-self.stage.env.now, 0.0), lambda alarm: self._open(labs, others))

    def _open(self, labs: Mapping[str, Lab], others: list[Buyer]) -> None:
        if self.market is not None:
            for lab in labs.values():
                self._open_treasury(lab, self.market)
            self.market.begin([*(self._buyer(lab, self.market) for lab in labs.values()), *others])
        for room in (self.investors, self.competition, self.deployment):
            if room is not None:
                room.begin()

    def _open_treasury(self, lab: Lab, market: Market) -> None:
        if lab.rooms.treasury is not None:
            rent = market.initial_rent_usd2025_per_h100e_hour(self.nations.index(lab.params.nation))
            earns = 0.0 if lab.rooms.fleet is None else lab.rooms.fleet.revenue_usd2025_per_day
            lab.rooms.treasury.begin(lab.params.initial_h100e, lab.params.initial_people, rent, earns)

    def _buyer(self, lab: Lab, market: Market) -> Buyer:
        """A lab on the market: with money of its own, or paying for what its schedule says at the rent of day 0."""
        nation, treasury, deliveries = self.nations.index(lab.params.nation), lab.rooms.treasury, lab.deliveries
        if treasury is not None:
            budget = treasury.compute_budget_usd2025_per_day
        else:
            rent_usd2025_per_day = HOURS_PER_DAY * market.initial_rent_usd2025_per_h100e_hour(nation)

            def budget() -> float:
                return deliveries.scheduled_h100e * rent_usd2025_per_day

        return Buyer(lab.name, nation, budget, lab.receive, lab.params.initial_h100e)
