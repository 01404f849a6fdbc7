"""Reinforcement learning: success first, then slope; environments that are built, bought and worn out."""

import math

import pytest
import simpy
from hypothesis import given
from hypothesis import strategies as st

from simlab.randomness import Streams
from simlab.stage import Stage
from simlab.trace.recorder import Trace
from simlab.world.capability import CapabilityParams, horizon_50_minutes
from simlab.world.reinforcement import (
    Lesson,
    Reinforcement,
    ReinforcementParams,
    Vintage,
    best_fraction,
    lessons,
    mastered_fraction,
    mastery_nats,
    n_mastered,
)

P = ReinforcementParams(
    environment_people_fraction=0.1,
    environment_usd2025_per_h100e_day=20.0,
    environment_people_days=2.0,
    environment_usd2025=1000.0,
    length_exponent=0.5,
    task_horizon_ratio=4.0,
    initial_environments=1e5,
    initial_task_minutes=60.0,
    breadth_environments=1000.0,
    mastery_nats_per_tenfold=1.2,
    sigmoid_exponent=1.2,
    midpoint_successes=8.0,
    attempt_tokens_per_work_minute=400.0,
    allocation="most_gain",
    run_fraction=0.02,
)
C = CapabilityParams(
    reference_horizon_minutes=40.0,
    reference_effective_flop=1e25,
    decades_per_doubling=0.67,
    horizon_slope=0.8,
    chain_length=10,
)


def new() -> Reinforcement:
    stage = Stage(simpy.Environment(), Streams(1), Trace())
    return Reinforcement(stage, P, C)


def test_half_is_mastered_at_the_midpoint_nothing_without_compute_and_all_with_all():
    assert mastered_fraction(1e20, 1e20, P) == 0.5
    assert mastered_fraction(0.0, 1e20, P) == 0.0
    assert mastered_fraction(1e40, 1e20, P) == pytest.approx(1.0)


def test_the_compute_for_a_success_is_inversely_proportional_to_the_chance_of_it():
    [even] = lessons([Vintage(100.0, 60.0)], 60.0, P, C)
    assert even.n_left == pytest.approx(50.0)
    assert even.flop_per_parameter == pytest.approx(50.0 * 8.0 * 60.0 * 400.0 * 8.0 / 0.5)
    [hard] = lessons([Vintage(100.0, 60.0)], 6.0, P, C)
    chance = 1.0 / (1.0 + 10.0**0.8)
    assert hard.flop_per_parameter / hard.n_left == pytest.approx(even.flop_per_parameter / even.n_left * 0.5 / chance)


def test_an_environment_wears_out_as_models_pass_it():
    left = [lessons([Vintage(1.0, 60.0)], horizon, P, C)[0].n_left for horizon in (1.0, 10.0, 100.0, 1e4, 1e8)]
    assert left == sorted(left, reverse=True)
    assert left[-1] == pytest.approx(0.0, abs=1e-4)


def test_ten_times_as_many_environments_are_worth_so_many_nats_and_none_nothing():
    assert mastery_nats(0.0, P) == 0.0
    assert mastery_nats(1e9, P) - mastery_nats(1e8, P) == pytest.approx(1.2, rel=1e-4)


def test_environments_that_cost_more_than_they_bring_are_left_out():
    cheap, dear = Lesson(1000.0, 1e9), Lesson(1000.0, 1e18)
    alone = n_mastered(1e21, 1e11, [cheap], P)
    assert n_mastered(1e21, 1e11, [cheap, dear], P) == alone
    assert n_mastered(1e32, 1e11, [cheap, dear], P) == pytest.approx(2000.0, rel=1e-3)


@given(st.floats(1e18, 1e28), st.floats(1.01, 100.0))
def test_more_compute_never_teaches_less(flop, times):
    rl = new()
    assert rl.gain_nats(flop * times, 1e11, 1e25) >= rl.gain_nats(flop, 1e11, 1e25)


def test_without_success_there_is_no_slope():
    """The same compute teaches a model nothing that never succeeds, and one that does, much."""
    rl = new()
    assert rl.gain_nats(1e22, 1e11, 1e12) < 0.02
    assert rl.gain_nats(1e22, 1e11, 1e25) > 1.0


def test_people_build_at_their_rate_and_money_buys_at_its_price():
    rl = new()
    rl.staff(100.0)
    rl.stage.env.run(until=50.0)
    rl.staff(200.0)
    rl.stage.env.run(until=60.0)
    rl.equip(1000.0, 1e25)
    minutes = 4.0 * horizon_50_minutes(1e25, C)
    hours = (50.0 * 100.0 * 0.1 + 10.0 * 200.0 * 0.1) / 2.0 + 1000.0 * 20.0 / 1000.0
    assert rl.vintages[-1] == pytest.approx((hours / math.sqrt(minutes / 60.0), minutes))


def test_what_was_built_is_taken_in_once():
    rl = new()
    rl.staff(100.0)
    rl.stage.env.run(until=50.0)
    rl.equip(0.0, 1e25)
    rl.equip(0.0, 1e25)
    assert rl.vintages[-1].n_environments == 0.0


def test_people_before_day_0_built_what_there_is_on_day_0():
    stage = Stage(simpy.Environment(-100.0), Streams(1), Trace())
    rl = Reinforcement(stage, P, C)
    rl.staff(100.0)
    stage.env.run(until=0.0)
    rl.equip(0.0, 1e25)
    assert rl.vintages[-1].n_environments == 0.0


@pytest.mark.parametrize("top", [0.004, 0.03, 0.2, 0.6])
def test_the_best_share_is_found(top):
    assert best_fraction(lambda share: -(math.log(share / top) ** 2) if share else -1e9) == pytest.approx(top, rel=0.01)


def test_the_best_of_two_hills_is_found_and_nothing_is_taken_where_nothing_pays():
    assert best_fraction(lambda s: math.exp(-((s - 0.01) ** 2) / 1e-5) + 2 * math.exp(-((s - 0.7) ** 2) / 0.1)) > 0.5
    assert best_fraction(lambda share: -share) == 0.0
