"""The market as a whole: what is conserved, what binds, and which way rents go."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any

import pytest
import simpy
from hypothesis import given, settings
from hypothesis import strategies as st

from simlab.errors import WorldError
from simlab.randomness import Streams
from simlab.stage import Stage
from simlab.trace.economy import ChipsMetered, NationMetered, Scarce
from simlab.trace.recorder import Trace
from simlab.units import DAYS_PER_YEAR, HOURS_PER_DAY
from simlab.world.books import OTHERS, STATES, Books
from simlab.world.buyers import Buyer
from simlab.world.growth import PaceParams
from simlab.world.market import Market, MarketParams, scheduled_others

QUARTER = 91.0
YEAR = DAYS_PER_YEAR


def _stage(units_per_day: float, h100e_per_unit: float, lead_days: float) -> dict[str, float]:
    return {
        "initial_units_per_day": units_per_day,
        "initial_h100e_per_unit": h100e_per_unit,
        "progress_factor_per_year": 1.3,
        "lead_days": lead_days,
        "initial_growth_factor_per_year": 1.5,
        "most_growth_factor_per_year": 2.0,
    }


def _nation(others_h100e: float) -> dict[str, float]:
    return {
        "initial_others_h100e": others_h100e,
        "initial_rent_usd2025_per_h100e_hour": 2.0,
        "initial_power_ratio": 1.5,
        "power_lead_days": 500.0,
        "initial_build_mw_per_day": others_h100e * 2e-6,
        "build_growth_factor_per_year": 1.2,
    }


TREE: dict[str, Any] = {
    "clearing_days": QUARTER,
    "initial_transit_fraction": 0.3,
    "accelerators": {
        "initial_h100e_per_mw": 500.0,
        "energy_progress_factor_per_year": 1.4,
        "speed_factor_per_year": 1.6,
        "initial_price_usd2025_per_h100e": 20000.0,
        "cost_progress_factor_per_year": 1.3,
        "life_days": 5.0 * YEAR,
        "failures_per_day": 0.02 / YEAR,
    },
    "makers": {
        "wafers": {
            **_stage(1000.0, 20.0, 800.0),
            "initial_fraction": 0.1,
            "most_fraction": 0.6,
            "fraction_growth_factor_per_year": 2.0,
        },
        "packaging": _stage(100.0, 17.0, 365.0),
        "memory": _stage(5e5, 0.005, 500.0),
        "initial_backlog_days": 300.0,
        "initial_book_to_bill": 1.3,
        "initial_markup": 3.0,
        "markup_elasticity": 0.5,
    },
    "clouds": {
        "order_elasticity": 1.0,
        "most_order_factor_per_year": 8.0,
        "rent_memory_days": 180.0,
        "discount_per_day": 0.1 / YEAR,
        "delivery_days": QUARTER,
        "electricity_usd2025_per_mw_hour": 70.0,
        "site_usd2025_per_mw_hour": 80.0,
    },
    "builders": {"initial_growth_factor_per_year": 3.0, "trend_days": 365.0, "trend_weight": 0.5},
    "nations": {"north": _nation(300_000.0), "south": _nation(100_000.0)},
}

STILL: dict[str, float] = {
    "initial_transit_fraction": 0.0,
    "accelerators.energy_progress_factor_per_year": 1.0,
    "accelerators.cost_progress_factor_per_year": 1.0,
    "accelerators.failures_per_day": 0.0,
    "makers.initial_backlog_days": 0.0,
    "clouds.order_elasticity": 0.0,
}
"""Nothing progresses, nothing fails, nothing is on its way."""


def market_params(changes: Mapping[str, Any] | None = None) -> MarketParams:
    """The small market with some values changed, by dotted path."""
    tree = MarketParams(**TREE).model_dump()
    for path, value in (changes or {}).items():
        *parents, last = path.split(".")
        branch = tree
        for name in parents:
            branch = branch[name]
        branch[last] = value
    return MarketParams(**tree)


class Toy:
    """A market on a stage with a lab in the north, everybody else in both nations, and what they were told."""

    def __init__(self, changes: Mapping[str, Any] | None = None, growth_per_year: float = 1.0) -> None:
        self.stage = Stage(simpy.Environment(), Streams(1), Trace())
        self.params, self.books = market_params(changes), Books()
        self.names = list(self.params.nations)
        self.market = Market(self.stage, self.params, self.names, self.books)
        self.told: list[tuple[str, int, float, float]] = []
        self.budget_factor: Callable[[], float] = lambda: growth_per_year ** (self.stage.env.now / YEAR)
        others = [(OTHERS, n, self.market.initial_others_h100e(n)) for n in range(len(self.names))]
        self.buyers = [self._buyer(*who) for who in [("lab", 0, 50_000.0), *others]]

    def _buyer(self, account: str, nation: int, h100e: float) -> Buyer:
        day_0 = HOURS_PER_DAY * h100e * self.market.initial_rent_usd2025_per_h100e_hour(nation)

        def receive(received_h100e: float, rent: float) -> None:
            self.told.append((account, nation, received_h100e, rent))

        return Buyer(account, nation, lambda: day_0 * self.budget_factor(), receive, h100e)

    def begin(self) -> "Toy":
        """Open."""
        self.market.begin(self.buyers)
        return self

    def run(self, years: float) -> "Toy":
        """Run to a day so many years from the start."""
        self.stage.env.run(until=years * YEAR)
        return self

    def rows(self, kind: type) -> list[Any]:
        """What was recorded."""
        return list(self.stage.trace.of(kind))

    def stock_h100e(self) -> float:
        """All that has arrived and not worn out."""
        return sum(nation.stock.h100e for nation in self.market.supply)


def near(value: float) -> Any:
    return pytest.approx(value, rel=1e-9, abs=1e-6)


def check_identities(toy: Toy) -> None:
    """Everything that holds after every step, at any time."""
    market = toy.market
    assert sum(toy.books.cents.values()) == 0
    backlog = None
    for row in toy.rows(ChipsMetered):
        assert min(row.ordered_h100e, row.made_h100e, row.backlog_h100e, row.cancelled_h100e) >= 0.0
        assert row.made_h100e <= min(row.wafer_limit_h100e, row.packaging_limit_h100e, row.memory_limit_h100e) + 1e-6
        if backlog is not None:
            assert backlog + row.ordered_h100e - row.cancelled_h100e == near(row.made_h100e + row.backlog_h100e)
        backlog = row.backlog_h100e
    for n in range(len(toy.names)):
        rows = [row for row in toy.rows(NationMetered) if row.nation == n]
        for before, row in pairwise(rows):
            after = before.stock_h100e + row.delivered_h100e - row.retired_h100e
            assert after == near(row.stock_h100e)
        for row in rows:
            assert row.installed_h100e <= row.stock_h100e + 1e-6
            assert row.labs_h100e + row.others_h100e + row.reserved_h100e <= row.installed_h100e * (1.0 + 1e-9)
            assert row.used_mw <= row.power_mw * (1.0 + 1e-9)
    made = sum(row.made_h100e for row in toy.rows(ChipsMetered))
    began = market.params.initial_transit_fraction * sum(buyer.initial_h100e for buyer in toy.buyers)
    delivered = sum(row.delivered_h100e for row in toy.rows(NationMetered))
    under_way = sum(lot.h100e for nation in market.supply for lot in nation.transit)
    in_store = sum(batch.h100e for batch in market.store)
    assert made + began == near(delivered + under_way + in_store)


LEVERS = {
    "production": lambda m: m.production_factors,
    "cap": lambda m: m.shipment_caps_h100e_per_year[1],
    "quality": lambda m: m.quality_fractions[1],
    "reserve": lambda m: m.reserved_fractions[0],
    "power": lambda m: m.extra_mw_per_year[0],
}
VALUES = {"production": (0.0, 2.0), "cap": (0.0, 1e5), "quality": (0.1, 1.0), "reserve": (0.0, 0.3), "power": (0, 500)}


def pull(toy: Toy, levers: list[tuple[str, float, float]]) -> Toy:
    """Put levers in force at given years."""
    for number, (name, year, value) in enumerate(levers):
        standing = LEVERS[name](toy.market)
        toy.stage.after(year * YEAR, lambda alarm, s=standing, n=number, v=value: s.put(n, v))
    return toy


@st.composite
def lever(draw: Any) -> tuple[str, float, float]:
    name = draw(st.sampled_from(sorted(LEVERS)))
    return name, draw(st.floats(0.0, 3.0)), draw(st.floats(*VALUES[name]))


@given(st.lists(lever(), max_size=3), st.floats(0.3, 4.0))
@settings(max_examples=40, deadline=None)
def test_money_chips_and_megawatts_are_conserved_under_any_levers(levers, growth):
    check_identities(pull(Toy(growth_per_year=growth).begin(), levers).run(4.0))


def test_megawatts_come_only_from_what_was_begun_and_from_levers():
    toy = Toy(growth_per_year=2.0).begin()
    grid, extra = toy.market.supply[0].grid, 100.0
    toy.market.extra_mw_per_year[0].put(0, extra)
    started: list[float] = []
    there, start = grid.power.there + grid.power.under_way, grid.power.start

    def noted(ready_day: float, size: float) -> None:
        started.append(size)
        start(ready_day, size)

    grid.power.start = noted
    toy.run(3.0)
    n_steps = int(3.0 * YEAR / QUARTER)
    assert grid.power.there + grid.power.under_way == near(there + sum(started) + extra * n_steps * QUARTER / YEAR)


def test_the_order_of_levers_changes_nothing():
    levers = [("production", 0.5, 0.7), ("production", 0.5, 0.9), ("cap", 0.5, 2e4), ("reserve", 0.5, 0.1)]
    one, other = (pull(Toy(growth_per_year=2.0).begin(), order).run(4.0) for order in (levers, levers[::-1]))
    assert one.rows(NationMetered) == other.rows(NationMetered)
    assert one.rows(ChipsMetered) == other.rows(ChipsMetered)


def test_where_nothing_changes_the_rent_of_day_0_stays():
    ages = {"accelerators.life_days": 100.0 * YEAR, "builders.initial_growth_factor_per_year": 4.0}
    toy = Toy({**STILL, **ages, "makers.initial_book_to_bill": 1e-12}).begin().run(3.0)
    rows = toy.rows(NationMetered)
    assert [row.rent_usd2025_per_h100e_hour for row in rows] == pytest.approx([2.0] * len(rows))
    assert toy.told[-3][2] == pytest.approx(50_000.0)


def test_day_0_is_the_first_row_and_holdings_are_the_initial_ones():
    first = Toy().begin().rows(NationMetered)[0]
    assert (first.time_days, first.labs_h100e, first.others_h100e) == (0.0, 50_000.0, 300_000.0)
    assert first.installed_h100e == near(350_000.0)
    assert first.power_mw == near(1.5 * first.used_mw)


def test_buyers_have_what_their_budgets_pay_for():
    toy = Toy(growth_per_year=3.0).begin().run(364.0 / YEAR + 1e-9)
    for account, nation, h100e, rent in toy.told[-3:]:
        buyer = next(b for b in toy.buyers if (b.account, b.nation) == (account, nation))
        assert HOURS_PER_DAY * h100e * rent == pytest.approx(buyer.budget_usd2025_per_day())


def test_rent_is_paid_at_the_end_of_the_quarter():
    toy = Toy().begin().run(90.9 / YEAR)
    assert toy.books.usd2025("lab") == 0.0
    toy.run(91.1 / YEAR)
    assert toy.books.usd2025("lab") == near(-50_000.0 * 2.0 * HOURS_PER_DAY * QUARTER)


def rent(toy: Toy, nation: int = 0) -> list[float]:
    return [row.rent_usd2025_per_h100e_hour for row in toy.rows(NationMetered) if row.nation == nation]


def test_a_supply_shock_raises_rents_and_a_glut_lowers_them():
    usual, shock, glut = (Toy(growth_per_year=2.0).begin() for _ in range(3))
    shock.market.production_factors.put(0, 0.5)
    glut.budget_factor = lambda: 0.5
    for toy in (usual, shock, glut):
        toy.run(2.0)
    assert all(a > b for a, b in zip(rent(shock)[3:], rent(usual)[3:], strict=True))
    assert rent(glut)[-1] < 0.5 * rent(glut)[0]


def test_no_accelerator_is_let_below_the_cost_of_its_power():
    toy = Toy().begin()
    toy.budget_factor = lambda: 0.01
    toy.run(1.0)
    cheapest = min(v.mw_per_h100e for v in toy.market.supply[0].stock.vintages)
    assert rent(toy)[-1] >= 70.0 * cheapest
    assert toy.market.supply[0].let_h100e < toy.market.installed_h100e(0)


def test_where_nobody_wants_more_the_orders_die_and_prices_fall_to_cost():
    toy = Toy(growth_per_year=0.2).begin().run(5.0)
    chips = toy.rows(ChipsMetered)
    assert chips[-1].scarce == Scarce.ORDERS
    cost = 20000.0 / 3.0 / 1.3 ** (chips[-1].time_days / YEAR)
    assert chips[-1].chip_price_usd2025_per_h100e == pytest.approx(cost, rel=0.1)


def test_a_cap_on_shipments_moves_accelerators_elsewhere():
    free, capped = Toy(growth_per_year=3.0).begin(), Toy(growth_per_year=3.0).begin()
    capped.market.shipment_caps_h100e_per_year[1].put(0, 1000.0)
    for toy in (free, capped):
        toy.run(1.0)
    arrived = sum(row.delivered_h100e for row in capped.rows(NationMetered) if row.nation == 1)
    assert arrived <= 0.3 * 100_000.0 + 1000.0
    assert capped.market.installed_h100e(0) > 1.04 * free.market.installed_h100e(0)
    assert capped.stock_h100e() == pytest.approx(free.stock_h100e(), rel=0.01)
    assert rent(capped, 0)[-1] < rent(free, 0)[-1]
    assert rent(capped, 1)[-1] > 1.1 * rent(free, 1)[-1]


def test_slower_chips_draw_more_and_lower_the_quality_of_the_stock():
    free, held = Toy(growth_per_year=2.0).begin(), Toy(growth_per_year=2.0).begin()
    held.market.quality_fractions[1].put(0, 0.25)
    for toy in (free, held):
        toy.run(2.0)
    assert held.market.mean_quality_fraction(0) == free.market.mean_quality_fraction(1) == 1.0
    assert 0.25 < held.market.mean_quality_fraction(1) < 1.0
    new = [v for v in held.market.supply[1].stock.vintages if v.day > 2 * QUARTER]
    assert new
    for v in new:
        design = min(w.mw_per_h100e for w in held.market.supply[0].stock.vintages if w.day == v.day)
        assert v.mw_per_h100e == near(4.0 * design)


def test_what_the_state_reserves_it_pays_for_and_others_do_without():
    toy = Toy().begin()
    toy.market.reserved_fractions[0].put(0, 0.2)
    toy.market.reserved_fractions[0].put(1, 0.1)
    toy.run(1.0)
    row = [r for r in toy.rows(NationMetered) if r.nation == 0][-1]
    assert row.reserved_h100e == near(0.3 * row.installed_h100e)
    assert row.labs_h100e + row.others_h100e == near(0.7 * row.installed_h100e)
    assert toy.books.usd2025(STATES) < 0.0


def test_more_than_everything_cannot_be_reserved():
    toy = Toy().begin()
    for number in range(2):
        toy.market.reserved_fractions[0].put(number, 0.6)
    with pytest.raises(WorldError, match="north"):
        toy.run(1.0)


SHORT = {"nations.north.initial_power_ratio": 1.0, "nations.north.initial_build_mw_per_day": 0.0}


def test_where_power_binds_the_least_efficient_are_idle_and_new_ones_take_their_place():
    toy = Toy(SHORT, growth_per_year=3.0).begin().run(2.0)
    north = toy.market.supply[0]
    assert north.installed_h100e < north.stock.h100e
    assert north.used_mw == near(north.grid.power.there)
    run = north.stock.powered(north.grid.power.there)
    idle = [v for v in north.stock.vintages if v.mw_per_h100e > run[-1].mw_per_h100e]
    assert idle
    assert max(v.day for v in idle) < min(v.day for v in run[:-1])
    assert toy.market.installed_h100e(0) > 350_000.0


def test_power_from_a_lever_lets_more_run():
    short, helped = Toy(SHORT, growth_per_year=3.0).begin(), Toy(SHORT, growth_per_year=3.0).begin()
    helped.market.extra_mw_per_year[0].put(0, 300.0)
    for toy in (short, helped):
        toy.run(2.0)
    assert helped.market.installed_h100e(0) > 1.2 * short.market.installed_h100e(0)
    assert rent(helped)[-1] < rent(short)[-1]


@pytest.mark.parametrize(("stage", "scarce"), [("wafers", 1), ("packaging", 2), ("memory", 3)])
def test_the_scarcest_stage_binds(stage, scarce):
    units = market_params().makers.model_dump()[stage]["initial_units_per_day"]
    toy = Toy({f"makers.{stage}.initial_units_per_day": 0.3 * units}).begin().run(0.5)
    for row in toy.rows(ChipsMetered):
        limits = row.wafer_limit_h100e, row.packaging_limit_h100e, row.memory_limit_h100e
        assert row.scarce == scarce
        assert row.made_h100e == near(min(limits))
        assert limits.index(min(limits)) == scarce - 1


def test_scarcity_breeds_a_building_boom_and_the_boom_a_glut():
    """A demand that doubles once: rents go up, capacity follows a lead time later, and rents end below their start."""
    toy = Toy({"makers.packaging.initial_growth_factor_per_year": 1.0, "makers.initial_backlog_days": 60.0}).begin()
    toy.budget_factor = lambda: 1.0 if toy.stage.env.now < YEAR else 3.0
    toy.run(6.0)
    rents, made = rent(toy), [row.made_h100e for row in toy.rows(ChipsMetered)]
    peak = rents.index(max(rents))
    assert max(rents) > 1.3 * rents[3]
    assert min(rents[peak:]) < 0.6 * max(rents)
    assert max(made[peak - 1 :]) > 2.0 * made[2]
    assert made[-1] < max(made)


def test_everybody_else_pays_for_the_schedule():
    toy = Toy()
    pace = (PaceParams(from_day=0.0, factor_per_year=4.0),)
    north, south = scheduled_others(toy.stage, toy.params, toy.names, pace)
    assert (north.account, north.nation, south.nation) == (OTHERS, 0, 1)
    assert north.budget_usd2025_per_day() == near(300_000.0 * 2.0 * HOURS_PER_DAY)
    toy.stage.env.run(until=YEAR)
    assert south.budget_usd2025_per_day() == near(4.0 * 100_000.0 * 2.0 * HOURS_PER_DAY)


def test_a_delivery_lag_between_two_clearings_is_met_on_average():
    toy = Toy({"clouds.delivery_days": 1.25 * QUARTER}).begin()
    lots = toy.market.supply[0].transit
    weights = sum(lot.h100e for lot in lots)
    assert sum(lot.h100e * lot.arrival_day for lot in lots) / weights == near(1.25 * QUARTER)
    toy.run(QUARTER / YEAR + 0.01)
    assert toy.rows(NationMetered)[2].delivered_h100e == near(0.75 * 0.3 * 350_000.0)


def test_machines_fail_by_the_piece_so_that_faster_ones_stop_jobs_less_often():
    market = Toy().market
    market.stage.env.run(until=DAYS_PER_YEAR)
    assert market.failures_fraction() == pytest.approx(1.0 / 1.6)
