"""The market's parts, each against a closed form or brute force."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.units import DAYS_PER_YEAR
from simlab.world.market.building import Construction, Trend, steps
from simlab.world.market.clearing import clear
from simlab.world.market.params import AcceleratorParams, BuildersParams, StageParams, WafersParams
from simlab.world.market.shipping import Place, ship
from simlab.world.market.stages import MakingStage, Wafers
from simlab.world.market.stock import Stock, Vintage
from simlab.world.market.worth import Site, Worth, hours

QUARTER = 91.0
BUILDERS = BuildersParams(initial_growth_factor_per_year=2.0, trend_days=365.0, trend_weight=0.5)
ACCELERATORS = AcceleratorParams(
    initial_h100e_per_mw=500.0,
    energy_progress_factor_per_year=1.4,
    speed_factor_per_year=1.6,
    initial_price_usd2025_per_h100e=20000.0,
    cost_progress_factor_per_year=1.3,
    life_days=1000.0,
    failures_per_day=0.001,
)
STAGE = {
    "initial_units_per_day": 100.0,
    "initial_h100e_per_unit": 10.0,
    "progress_factor_per_year": 1.2,
    "lead_days": 400.0,
    "initial_growth_factor_per_year": 1.5,
    "most_growth_factor_per_year": 2.0,
}


def supply(rent: float, offers: list[tuple[float, float]]) -> float:
    return sum(h100e for h100e, cost in offers if cost <= rent)


def bisected(budget: float, offers: list[tuple[float, float]]) -> float:
    """The rent at which supply overtakes what the budget asks for."""
    low, high = 1e-9, 1e9
    for _ in range(200):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if supply(middle, offers) * middle >= budget else (middle, high)
    return high


OFFERS = st.lists(st.tuples(st.floats(1.0, 1e6), st.floats(0.01, 10.0)), min_size=1, max_size=8)


@given(st.floats(0.1, 1e7), OFFERS)
def test_the_rent_clears_as_bisection_finds_it(budget, offers):
    offers = sorted(offers, key=lambda offer: offer[1])
    rent, let = clear(budget, offers, 1.0)
    assert rent == pytest.approx(bisected(budget, offers), rel=1e-6)
    assert let * rent == pytest.approx(budget)
    assert let <= supply(rent, offers) * (1.0 + 1e-9)


def test_without_offers_the_rent_stays_and_without_money_nothing_is_let():
    assert clear(5.0, [], 1.5) == (1.5, 0.0)
    assert clear(0.0, [(10.0, 0.2)], 1.5) == (0.2, 0.0)


def test_capacity_comes_after_its_lead_time_and_not_before():
    stage = MakingStage(StageParams(**{**STAGE, "initial_growth_factor_per_year": 1.0}), QUARTER)
    stage.build(0.0, 5000.0, 0.0, Trend(BUILDERS))
    stage.capacity.finish(399.0)
    assert stage.capacity.there == 100.0
    stage.capacity.finish(400.0)
    assert stage.capacity.there == pytest.approx(100.0 * 2.0 ** (QUARTER / DAYS_PER_YEAR))


def test_what_is_being_built_on_day_0_grows_at_its_pace_for_a_lead_time():
    stage = MakingStage(StageParams(**STAGE), QUARTER)
    stage.capacity.finish(182.0)
    assert stage.capacity.there == pytest.approx(100.0 * 1.5 ** (182.0 / DAYS_PER_YEAR))
    assert stage.capacity.there + stage.capacity.under_way == pytest.approx(100.0 * 1.5 ** (400.0 / DAYS_PER_YEAR))


def test_builders_build_for_orders_backlog_and_half_the_trend_and_no_more():
    stage = MakingStage(StageParams(**STAGE), QUARTER)
    have, trend = stage.capacity.there + stage.capacity.under_way, Trend(BUILDERS)
    stage.build(0.0, 1300.0, 80_000.0, trend)
    needed = (1300.0 + 80_000.0 / 400.0) * 2.0 ** (0.5 * 400.0 / DAYS_PER_YEAR) / stage.h100e_per_unit(400.0)
    assert have < needed < 1.18 * have
    assert stage.capacity.there + stage.capacity.under_way == pytest.approx(needed)
    stage.build(0.0, 100.0, 0.0, trend)
    assert stage.capacity.there + stage.capacity.under_way == pytest.approx(needed)


WAFERS = WafersParams(**STAGE, initial_fraction=0.1, most_fraction=0.5, fraction_growth_factor_per_year=2.0)


def test_the_share_of_wafers_follows_the_need_at_a_pace_up_to_a_most_and_idles_rather_than_falls():
    stage, trend = Wafers(WAFERS, QUARTER), Trend(BUILDERS)
    assert stage.h100e_per_day(0.0) == pytest.approx(0.1 * 1000.0)
    stage.build(0.0, 10.0, 0.0, trend)
    assert stage.fraction == 0.1
    stage.build(0.0, 105.0, 0.0, trend)
    assert stage.fraction == pytest.approx(0.105)
    for _ in range(40):
        stage.build(0.0, 1e6, 0.0, trend)
    assert stage.fraction == 0.5
    stage.build(0.0, 1.0, 0.0, trend)
    assert stage.fraction == 0.5


def test_a_trend_follows_growth_with_its_time_constant():
    trend = Trend(BUILDERS)
    level = 1.0
    trend.see(level, QUARTER)
    for _ in range(4):
        level *= 3.0 ** (QUARTER / DAYS_PER_YEAR)
        trend.see(level, QUARTER)
    kept = math.exp(-4 * QUARTER / 365.0)
    assert trend.nats_per_day * DAYS_PER_YEAR == pytest.approx(kept * math.log(2.0) + (1.0 - kept) * math.log(3.0))


def test_steps_cover_the_time_and_no_more():
    assert steps(200.0, 91.0) == [(91.0, 91.0), (182.0, 91.0), (200.0, 18.0)]
    assert steps(182.0, 91.0) == [(91.0, 91.0), (182.0, 91.0)]


def test_construction_keeps_what_is_there():
    site = Construction(5.0)
    site.start(10.0, 2.0)
    site.start(20.0, 3.0)
    assert (site.by(15.0), site.under_way) == (7.0, 5.0)
    site.finish(15.0)
    assert (site.there, site.under_way) == (7.0, 3.0)


def test_accelerators_fail_at_their_rate_and_go_at_the_end_of_their_life():
    stock = Stock(ACCELERATORS)
    stock.add(Vintage(0.0, 100.0, 2e-3, 1.0))
    stock.add(Vintage(500.0, 50.0, 1e-3, 1.0))
    assert stock.retire(600.0, 100.0) == pytest.approx(150.0 * (1.0 - math.exp(-0.1)))
    stock.retire(1000.0, 0.0)
    assert stock.h100e == pytest.approx(50.0 * math.exp(-0.1))


@given(st.floats(0.0, 2.0))
def test_power_runs_the_most_efficient_first(mw):
    stock = Stock(ACCELERATORS)
    for day, draw in ((0.0, 3e-3), (300.0, 1e-3), (600.0, 2e-3)):
        stock.add(Vintage(day, 200.0, draw, 1.0))
    run = stock.powered(mw)
    assert sum(v.h100e * v.mw_per_h100e for v in run) == pytest.approx(min(mw, stock.mw))
    assert [v.day for v in run] == [300.0, 600.0, 0.0][: len(run)]
    assert all(v.h100e == 200.0 for v in run[:-1])


class Plain(Worth):
    """An appraisal of round numbers."""

    def __init__(self, decline_per_year: float = 0.3, progress_per_year: float = 0.3) -> None:
        self.life_days, self.decline_per_day = 1826.25, decline_per_year / DAYS_PER_YEAR
        self.efficiency_per_day, rate = progress_per_year / DAYS_PER_YEAR, 0.1 / DAYS_PER_YEAR
        self.rate_per_day = rate + self.decline_per_day
        self.rent_hours, self.cost_hours = hours(self.rate_per_day, 1826.25), hours(rate, 1826.25)
        self.usd2025_per_mw_hour = 150.0


def test_hours_are_the_integral_of_what_still_counts():
    n, days, rate = 20_000, 700.0, 0.001
    brute = sum(24.0 * math.exp(-rate * (i + 0.5) * days / n) * days / n for i in range(n))
    assert hours(rate, days) == pytest.approx(brute, rel=1e-6)
    assert hours(0.0, days) == 24.0 * days


def test_where_power_is_short_an_accelerator_is_worth_what_it_earns_beyond_the_one_it_displaces():
    worth, x, n = Plain(), 0.5, 50_000
    days = math.log(2.0) / worth.efficiency_per_day
    brute = 0.0
    for i in range(n):
        t = (i + 0.5) * days / n
        brute += (
            24.0 * math.exp(-worth.rate_per_day * t) * (1.0 - x * math.exp(worth.efficiency_per_day * t)) * days / n
        )
    assert worth.usd2025_per_h100e(2.0, Site(1e-3, 2e-3)) == pytest.approx(2.0 * brute, rel=1e-6)
    assert worth.usd2025_per_h100e(2.0, Site(2e-3, 2e-3)) == 0.0
    assert worth.usd2025_per_h100e(2.0, Site(1e-3, None)) == pytest.approx(
        2.0 * worth.rent_hours - 0.15 * worth.cost_hours
    )


def place(budget: float, supply_h100e: float, room: float = math.inf, free_mw: float = 1e9) -> Place:
    return Place(budget, supply_h100e, free_mw, 1e-3, 2e-3, room)


@given(st.floats(1.0, 1e5), st.floats(1e3, 1e5), st.floats(1e3, 1e5))
def test_shipping_brings_rents_as_near_to_one_another_as_a_lot_allows(h100e, one, other):
    places = [place(2e4, one), place(1e4, other)]
    assert ship(h100e, places, Plain()) == 0.0
    assert sum(p.given_h100e for p in places) == pytest.approx(h100e)
    rents = [p.budget_usd2025_per_hour / (p.supply_h100e + p.given_h100e) for p in places]
    for here, there in ((0, 1), (1, 0)):
        if places[here].given_h100e > 0.0:
            p = places[there]
            after = p.budget_usd2025_per_hour / (p.supply_h100e + p.given_h100e + 2.0 * h100e / 32)
            assert rents[here] >= 0.999 * after


def test_what_may_not_go_there_goes_elsewhere_and_what_may_go_nowhere_stays():
    places = [place(2e4, 1e4, room=100.0), place(1.0, 1e4)]
    assert ship(1000.0, places, Plain()) == 0.0
    assert [p.given_h100e for p in places] == pytest.approx([100.0, 900.0])
    assert ship(1000.0, [place(2e4, 1e4, room=100.0)], Plain()) == pytest.approx(900.0)


def test_a_place_without_power_waits_for_those_that_have_it():
    bound, free = place(1.2e4, 1e4, free_mw=0.0), place(1e4, 1e4)
    ship(100.0, [bound, free], Plain())
    assert (bound.given_h100e, free.given_h100e) == (0.0, pytest.approx(100.0))
