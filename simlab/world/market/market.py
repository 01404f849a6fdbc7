"""The market: every quarter, what was made and powered is let to those who bid for it, at the rent that clears.

A step, in order: the rent of the time since the last step is paid, and power and sites for it; power that is ready
comes on line; makers make what their stages allow and ship it; the old retires and what has arrived is paid for;
every nation clears; clouds order or cancel; fabs and power are started. What levers change takes effect at the next
step. What holds after every step:

    ordered = made + cancelled + change of the backlog              made = in store + on its way + delivered
    stock = stock before + delivered - retired                      installed = what of the stock there is power for
    installed = labs + others + reserved + idle                     all balances in the books add up to nothing

An accelerator is counted in H100e wherever it stands. Where only slower chips may be shipped, an H100e is made of more
of them: it draws more power (its design's over the quality), and `mean_quality_fraction` says how slow they are. That
it also takes more memory to make is left out.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from simlab.errors import WorldError
from simlab.stage import Alarm, Stage
from simlab.trace.economy import ChipsMetered, NationMetered
from simlab.units import DAYS_PER_YEAR, HOURS_PER_DAY
from simlab.world.books import CHIP_MAKERS, CLOUDS, OTHERS, STATES, UTILITIES, Books
from simlab.world.buyers import Buyer
from simlab.world.market.clouds import Clouds
from simlab.world.market.makers import Makers
from simlab.world.market.nation import Lot, Nation
from simlab.world.market.params import MarketParams
from simlab.world.market.shipping import ship
from simlab.world.market.worth import Site, Worth
from simlab.world.standing import Standing


class Batch(NamedTuple):
    """Accelerators in store, all of one design and price."""

    h100e: float
    mw_per_h100e: float
    price_usd2025_per_h100e: float


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
        """By nation and lever: share of what is installed there that the state takes for itself. They add up."""
        self.extra_mw_per_year = [Standing() for _ in n]
        """By nation and lever: power that comes on line on top of what is built anyway, from the lever's date."""
        self.supply = [Nation(params.nations[name], params) for name in nations]
        """Accelerators and power, nation by nation."""
        self.makers, self.clouds, self.worth = Makers(params), Clouds(params), Worth(params)
        self.store: list[Batch] = []
        """Made, and may be shipped nowhere yet."""
        self._buyers: Sequence[Buyer] = ()
        self._held_h100e: list[float] = []

    def begin(self, buyers: Sequence[Buyer]) -> None:
        """Open on day 0 with what the buyers have; clear every quarter from then on."""
        self._buyers, self._held_h100e = buyers, [buyer.initial_h100e for buyer in buyers]
        price = self.makers.price_usd2025_per_h100e(0.0)
        running = [self._held(n) for n in range(len(self.supply))]
        self.clouds.shares = [h100e / math.fsum(running) for h100e in running]
        for n, nation in enumerate(self.supply):
            nation.open(running[n])
            batch = Batch(self.params.initial_transit_fraction * running[n], nation.mw_per_h100e(0.0), price)
            self._send(n, batch, batch.h100e, 0.0)
            self._record(n)
        self.stage.after(self.params.clearing_days, self._step)

    def rent_usd2025_per_h100e_hour(self, nation: int) -> float:
        """The rent there since the last clearing."""
        return self.supply[nation].rent

    def initial_rent_usd2025_per_h100e_hour(self, nation: int) -> float:
        """The rent there on day 0."""
        return self.supply[nation].params.initial_rent_usd2025_per_h100e_hour

    def initial_others_h100e(self, nation: int) -> float:
        """Accelerators there on day 0 that no lab of the scenario has."""
        return self.supply[nation].params.initial_others_h100e

    def others_h100e(self, nation: int) -> float:
        """Accelerators there that no lab of the scenario has, and no state, since the last clearing."""
        return self._held(nation, others=True)

    def failures_fraction(self) -> float:
        """How often an H100e of today's accelerators stops a job, relative to one of day 0."""
        years = max(self.stage.env.now, 0.0) / DAYS_PER_YEAR
        return float(self.params.accelerators.speed_factor_per_year**-years)

    def installed_h100e(self, nation: int) -> float:
        """Accelerators there that are delivered and powered."""
        return self.supply[nation].installed_h100e

    def mean_quality_fraction(self, nation: int) -> float:
        """Speed of the accelerators there for what the newest algorithms ask of them, relative to free trade's."""
        return self.supply[nation].quality_fraction

    def _held(self, nation: int, *, others: bool | None = None) -> float:
        """Accelerators let in a nation: to everybody, to others, or to labs."""
        holders = zip(self._buyers, self._held_h100e, strict=True)
        return math.fsum(h for b, h in holders if b.nation == nation and others in (None, b.account == OTHERS))

    def _step(self, alarm: Alarm) -> None:
        day, days = self.stage.env.now, self.params.clearing_days
        self._settle(days)
        for nation, extra in zip(self.supply, self.extra_mw_per_year, strict=True):
            nation.grid.finish(day, extra.total())
        self._make(day)
        for n, nation in enumerate(self.supply):
            self.books.pay(CLOUDS, CHIP_MAKERS, nation.receive(day, days))
            self._clear(n)
        self._order(day)
        for n in range(len(self.supply)):
            self._record(n)
        self.stage.set(alarm, days)

    def _settle(self, days: float) -> None:
        """Pay for the time since the last step: rent, electricity for what ran, and sites."""
        hours = HOURS_PER_DAY * days
        for buyer, h100e in zip(self._buyers, self._held_h100e, strict=True):
            self.books.pay(buyer.account, CLOUDS, h100e * self.supply[buyer.nation].rent * hours)
        for nation in self.supply:
            self.books.pay(STATES, CLOUDS, nation.reserved_h100e * nation.rent * hours)
            power = self.params.clouds.electricity_usd2025_per_mw_hour * nation.used_mw
            sites = self.params.clouds.site_usd2025_per_mw_hour * nation.grid.power.there
            self.books.pay(CLOUDS, UTILITIES, (power + sites) * hours)

    def _make(self, day: float) -> None:
        """Make, and ship what is new and what was in store."""
        made = self.makers.make(day, self.production_factors.product())
        price = self.makers.agreed_usd2025_per_h100e
        batches = [*self.store, Batch(made, self.supply[0].mw_per_h100e(day), price)]
        caps = [
            s.least(math.inf) * self.params.clearing_days / DAYS_PER_YEAR for s in self.shipment_caps_h100e_per_year
        ]
        given = [0.0] * len(caps)
        self.store = []
        for batch in batches:
            left = self._ship(batch, day, [cap - g for cap, g in zip(caps, given, strict=True)], given)
            if left > 0.0:
                self.store.append(batch._replace(h100e=left))
        total = math.fsum(batch.h100e for batch in batches)
        if total > 0.0:
            self.clouds.shares = [g / total for g in given]

    def _ship(self, batch: Batch, day: float, rooms: list[float], given: list[float]) -> float:
        """Send a batch to where it is worth most; adds to what each nation was `given`. Returns what stays in store."""
        arrival = day + self.params.clouds.delivery_days
        draws = [batch.mw_per_h100e / s.least(1.0) for s in self.quality_fractions]
        places = [nation.place(arrival, mw, room) for nation, mw, room in zip(self.supply, draws, rooms, strict=True)]
        left = ship(batch.h100e, places, self.worth)
        for n, place in enumerate(places):
            given[n] += place.given_h100e
            self._send(n, batch, place.given_h100e, day)
        return left

    def _send(self, nation: int, batch: Batch, h100e: float, day: float) -> None:
        """Put accelerators on their way. A lag between two clearings is met by parts that arrive at each of them."""
        quality = self.quality_fractions[nation].least(1.0)
        whole, part = divmod(self.params.clouds.delivery_days / self.params.clearing_days, 1.0)
        for n_steps, fraction in ((whole, 1.0 - part), (whole + 1.0, part)):
            arrival = day + n_steps * self.params.clearing_days
            lot = fraction * h100e, batch.mw_per_h100e / quality, quality, batch.price_usd2025_per_h100e
            self.supply[nation].send(Lot(arrival, *lot))

    def _clear(self, n: int) -> None:
        """Ask the buyers there for their budgets, find the rent, and tell them what they have."""
        nation, reserved = self.supply[n], self.reserved_fractions[n].total()
        if reserved > 1.0:
            raise WorldError(
                f"{reserved:.0%} of what is installed in {self.nations[n]} is reserved", self.stage.env.now
            )
        here = [i for i, buyer in enumerate(self._buyers) if buyer.nation == n]
        budgets = [self._buyers[i].budget_usd2025_per_day() / HOURS_PER_DAY for i in here]
        total = math.fsum(budgets)
        nation.clear(total, reserved, self.params.clearing_days)
        for i, budget in zip(here, budgets, strict=True):
            self._held_h100e[i] = nation.let_h100e * budget / total if total > 0.0 else 0.0
        for i in here:
            self._buyers[i].receive(self._held_h100e[i], nation.rent)

    def _order(self, day: float) -> None:
        """Clouds order by what the next accelerator would be worth; fabs and power are started for it."""
        price, arrival = self.makers.price_usd2025_per_h100e(day), day + self.params.clouds.delivery_days
        sites = [
            nation.site(day, arrival, quality.least(1.0))
            for nation, quality in zip(self.supply, self.quality_fractions, strict=True)
        ]
        worths = [self.worth.usd2025_per_h100e(n.expected_rent, s) for n, s in zip(self.supply, sites, strict=True)]
        later = math.exp(-self.worth.decline_per_day * self.makers.wait_days)
        q, before = later * self.clouds.worth(worths) / price, self.makers.backlog_h100e
        ordered, cancelled = self.clouds.orders(q, self.makers.ordered_h100e, before)
        self.makers.take(ordered, cancelled, price)
        self.makers.build(day)
        for nation, site in zip(self.supply, sites, strict=True):
            free = self.worth.usd2025_per_h100e(nation.expected_rent, Site(site.mw_per_h100e, None))
            nation.grid.build(day, nation.drawn_mw, free / price)
        amounts = ordered, self.makers.made_h100e, self.makers.backlog_h100e, cancelled
        self.stage.trace.record(ChipsMetered(day, *amounts, *self.makers.limits, price, self.makers.scarce))

    def _record(self, n: int) -> None:
        nation = self.supply[n]
        self.stage.trace.record(
            NationMetered(
                time_days=self.stage.env.now,
                nation=n,
                delivered_h100e=nation.delivered_h100e,
                retired_h100e=nation.retired_h100e,
                stock_h100e=nation.stock.h100e,
                installed_h100e=nation.installed_h100e,
                labs_h100e=self._held(n, others=False),
                others_h100e=self._held(n, others=True),
                reserved_h100e=nation.reserved_h100e,
                power_mw=nation.grid.power.there,
                used_mw=nation.used_mw,
                rent_usd2025_per_h100e_hour=nation.rent,
                quality_fraction=nation.quality_fraction,
            )
        )
