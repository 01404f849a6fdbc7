"""Demand: what a better and a cheaper model do to it, how fast, and how it swings over the day."""

import math
from itertools import pairwise

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from simlab.randomness import Streams
from simlab.stage import Stage
from simlab.trace.recorder import Trace
from simlab.world.customers import CustomersParams, Demand, Pull, Purse, RequestParams, rhythm


def request(**changes: float) -> RequestParams:
    base = {
        "input_tokens": 1_000.0,
        "cached_fraction": 0.5,
        "branches": 1.0,
        "output_median_tokens": 300.0,
        "output_log_sd": 1.0,
        "size_fraction": 0.3,
        "initial_load_fraction": 0.5,
        "patience_minutes": 5.0,
        "backlog_minutes": 10.0,
        "capability_elasticity": 0.5,
        "price_elasticity": 2.0,
    }
    return RequestParams(**{**base, **changes})


def demand_of(*requests: RequestParams, purse: Purse | None = None) -> Demand:
    named = {f"class {i}": r for i, r in enumerate(requests)}
    params = CustomersParams(requests=named, daily_swing_fraction=0.3, adoption_days=100.0, markup=4.0)
    return Demand(params, [1e9] * len(requests), [1e-5] * len(requests), 1e25, purse)


def test_the_model_of_day_0_at_its_price_changes_nothing():
    demand = demand_of(request())
    demand.aim([1e-5], 1e25)
    demand.adopt(1_000.0)
    assert demand.tokens_per_day == [1e9]


def test_a_better_and_cheaper_model_is_wanted_more():
    """e nats better at elasticity 0.5 and half the price at elasticity 2: sqrt(e^2) and 4 times."""
    demand = demand_of(request(), request(capability_elasticity=0.0, price_elasticity=0.0))
    demand.aim([0.5e-5, 0.5e-5], 1e25 * math.exp(2.0))
    demand.adopt(1e6)
    assert demand.tokens_per_day == pytest.approx([4.0 * math.e * 1e9, 1e9])


def test_customers_follow_with_a_first_order_lag():
    demand = demand_of(request(price_elasticity=1.0))
    demand.aim([0.5e-5], 1e25)
    demand.adopt(100.0)
    assert demand.tokens_per_day == pytest.approx([1e9 * (2.0 - math.exp(-1.0))])


@given(parts=st.lists(st.floats(0.0, 200.0), min_size=1, max_size=5))
def test_the_lag_does_not_depend_on_how_often_one_looks(parts):
    often, once = demand_of(request()), demand_of(request())
    for demand in (often, once):
        demand.aim([0.2e-5], 3e26)
    for days in parts:
        often.adopt(days)
    once.adopt(sum(parts))
    assert often.tokens_per_day == pytest.approx(once.tokens_per_day)


def purse_of(ceiling_usd2025_per_day: float) -> Purse:
    return Purse(Stage(simpy.Environment(), Streams(0), Trace()), lambda: ceiling_usd2025_per_day)


def test_rivals_who_get_better_and_cheaper_draw_customers_into_the_market_and_away():
    """At elasticities of 0.5 and 2: exp(0.5 * 2 + 2 * 0.3) times what is wanted in all, of which a quarter is left."""
    demand = demand_of(request())
    demand.attract(Pull(2.0, 0.3, math.log(0.25)))
    demand.aim([1e-5], 1e25)
    demand.adopt(1e6)
    assert demand.tokens_per_day == pytest.approx([0.25e9 * math.exp(1.6)])


def test_a_purse_that_is_not_open_yet_pays_for_everything():
    purse = purse_of(1.0)
    assert demand_of(request(), purse=purse).tokens_per_day == [1e9]


def test_day_0_passes_the_ceiling_as_it_is():
    purse = purse_of(1e5)
    demand = demand_of(request(), request(), purse=purse)
    purse.begin()
    demand.aim([1e-5, 1e-5], 1e25)
    assert demand.tokens_per_day == pytest.approx([1e9, 1e9])
    assert demand.spending_usd2025_per_day == pytest.approx(2e4)


@given(
    ceiling=st.floats(2.1e4, 1e9),
    better=st.floats(0.0, 60.0),
    prices=st.lists(st.floats(1e-9, 1.0), min_size=2, max_size=2),
)
def test_customers_of_all_labs_never_pay_more_than_the_ceiling(ceiling, better, prices):
    purse = purse_of(ceiling)
    demands = [demand_of(request(price_elasticity=0.5), purse=purse) for _ in prices]
    purse.begin()
    for demand, price in zip(demands, prices, strict=True):
        demand.aim([price], 1e25 * math.exp(better))
    for _ in range(3):
        for demand in demands:
            demand.adopt(1_000.0)
    assert sum(demand.spending_usd2025_per_day for demand in demands) <= ceiling * (1.0 + 1e-9)


def test_what_is_not_paid_is_missing_alike_for_all_labs():
    purse = purse_of(1e5)
    small, large = demand_of(request(), purse=purse), demand_of(request(), request(), purse=purse)
    purse.begin()
    for demand, n in ((small, 1), (large, 2), (small, 1)):
        demand.aim([1e-5] * n, 1e27)
        demand.adopt(1e6)
        demand.adopt(0.0)
    small.adopt(0.0)
    assert small.tokens_per_day[0] == pytest.approx(large.tokens_per_day[0])
    assert small.tokens_per_day[0] < 1e9 * 10.0


@given(n=st.integers(1, 48), swing=st.floats(0.0, 1.0))
def test_the_rhythm_is_the_sinusoid_segment_by_segment(n, swing):
    found = rhythm(n, swing)
    assert sum(found) == pytest.approx(n)
    edges = [-swing * math.cos(2 * math.pi * j / n) / (2 * math.pi) for j in range(n + 1)]
    assert found == pytest.approx([1.0 + n * (b - a) for a, b in pairwise(edges)], abs=1e-9)
    assert min(found) >= 0.0
