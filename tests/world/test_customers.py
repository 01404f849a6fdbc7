"""Demand: what a better and a cheaper model do to it, how fast, and how it swings over the day."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.world.customers import CustomersParams, Demand, RequestParams, rhythm


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


def demand_of(*requests: RequestParams) -> Demand:
    named = {f"class {i}": r for i, r in enumerate(requests)}
    params = CustomersParams(requests=named, daily_swing_fraction=0.3, adoption_days=100.0, markup=4.0)
    return Demand(params, [1e9] * len(requests), [1e-5] * len(requests), 1e25)


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


@given(n=st.integers(1, 48), swing=st.floats(0.0, 1.0))
def test_the_rhythm_is_the_sinusoid_segment_by_segment(n, swing):
    found = rhythm(n, swing)
    assert sum(found) == pytest.approx(n)
    edges = [-swing * math.cos(2 * math.pi * j / n) / (2 * math.pi) for j in range(n + 1)]
    assert found == pytest.approx([1.0 + n * (b - a) for a, b in pairwise(edges)], abs=1e-9)
    assert min(found) >= 0.0
