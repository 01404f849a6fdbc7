"""Capability: doublings, logistic success, thresholds."""

import math

import pytest

from simlab.world.capability import (
    CapabilityParams,
    chain_success_fraction,
    horizon_50_minutes,
    horizon_minutes,
    hour_task_success_fraction,
    success_fraction,
)

P = CapabilityParams(
    reference_horizon_minutes=40.0,
    reference_effective_flop=4e25,
    decades_per_doubling=0.7,
    horizon_slope=0.8,
    chain_length=10,
)


def test_the_reference_model_has_the_reference_horizon():
    assert horizon_50_minutes(4e25, P) == 40.0


@pytest.mark.parametrize("doublings", [-2, 1, 5])
def test_each_so_many_decades_double_the_horizon(doublings):
    assert horizon_50_minutes(4e25 * 10.0 ** (0.7 * doublings), P) == pytest.approx(40.0 * 2.0**doublings)


def test_half_the_tasks_at_the_horizon_succeed():
    assert success_fraction(123.0, 123.0, P) == 0.5


@pytest.mark.parametrize("fraction", [0.05, 0.5, 0.8, 0.99])
def test_a_horizon_is_where_its_success_is(fraction):
    assert success_fraction(horizon_minutes(300.0, fraction, P), 300.0, P) == pytest.approx(fraction)


def test_the_80_percent_horizon_is_a_fixed_fraction_of_the_50_percent_one():
    for h50 in (1.0, 60.0, 1e5):
        assert horizon_minutes(h50, 0.8, P) / h50 == pytest.approx(0.25 ** (1.0 / 0.8))


def test_the_baselines_slope_is_the_one_measured(params):
    # reported for one model: 80% horizon 0.183 of the 50% horizon
    assert horizon_minutes(1.0, 0.8, params.capability) == pytest.approx(0.183, abs=0.003)


def test_log_odds_fall_linearly_in_log_length():
    odds = [math.log(s / (1.0 - s)) for s in (success_fraction(t, 60.0, P) for t in (10.0, 100.0, 1000.0))]
    assert [odds[0] - odds[1], odds[1] - odds[2]] == pytest.approx([0.8 * math.log(10.0)] * 2)


def test_a_chain_is_the_product_of_its_steps():
    step = hour_task_success_fraction(500.0, P)
    product = 1.0
    for _ in range(10):
        product *= step
    assert chain_success_fraction(500.0, P) == pytest.approx(product)
    assert chain_success_fraction(500.0, P.__class__(**{**P.model_dump(), "chain_length": 1})) == step


def test_the_chain_looks_sudden_where_the_smooth_skill_does_not():
    horizons = [10.0**k for k in range(5)]
    smooth = [hour_task_success_fraction(h, P) for h in horizons]
    chain = [chain_success_fraction(h, P) for h in horizons]
    assert smooth == sorted(smooth)
    assert smooth[1] > 0.15
    assert chain[1] < 1e-6
    assert chain[4] > 0.8
