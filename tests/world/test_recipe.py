"""Recipes: the model of day 0 is the reference, and each choice is the best or the stated one."""

import math

import pytest
import simpy

from simlab.randomness import Streams
from simlab.stage import Stage
from simlab.trace.recorder import Trace
from simlab.world.capability import CapabilityParams
from simlab.world.recipe import Recipes, Start
from simlab.world.reinforcement import ReinforcementParams
from simlab.world.scaling import ScalingParams, compute_optimal
from simlab.world.sizing import SizingParams
from simlab.world.text import TextParams

SCALING = ScalingParams(
    parameter_exponent=0.347, token_exponent=0.367, irreducible_nats=1.817, parameter_scale=478, token_scale=2143
)
SIZING = SizingParams(life_days=270.0, flagship_fraction=0.5, load_growth=2.0, initial_size_fraction=0.2)
SCARCE = TextParams(
    stock_tokens=1e12,
    stock_growth_per_year=1.0,
    accessible_fraction=1.0,
    repetition_epochs=15.4,
    generation="none",
    verifier_pass_fraction=0.5,
    generated_worth_fraction=0.4,
)
C = CapabilityParams(
    reference_horizon_minutes=40.0,
    reference_effective_flop=1e25,
    decades_per_doubling=0.67,
    horizon_slope=0.8,
    chain_length=10,
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

START = Start(run_flop=1e25, gain_nats=0.0, serves=True)
EVERYTHING = {"text": SCARCE, "sizing": SIZING, "reinforcement": P}


def recipes(start: Start = START, **parts) -> Recipes:
    stage = Stage(simpy.Environment(), Streams(1), Trace())
    chosen = (parts.get("text"), parts.get("sizing"), parts.get("reinforcement"))
    return Recipes(stage, *chosen, SCALING, C, start)


@pytest.mark.parametrize("parts", [{}, {"text": SCARCE}, {"sizing": SIZING}, {"reinforcement": P}, EVERYTHING])
def test_the_model_of_day_0_gains_and_loses_nothing(parts):
    day_0 = recipes(**parts).initial()
    assert day_0[2:] == (0.0, 0.0, 0.0)
    assert day_0.gain_nats == 0.0


def test_a_lab_without_any_part_trains_the_compute_optimal_model():
    n, d, *rest = recipes().choose(1e26, 0.0, 1e6, 1e5)
    assert (n, d) == pytest.approx(compute_optimal(1e26, SCALING)[:2], rel=1e-5)
    assert rest == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_the_model_of_day_0_is_sized_for_serving_only_in_a_lab_that_serves():
    optimal = compute_optimal(1e25, SCALING).n_parameters
    assert recipes(sizing=SIZING).initial().n_active_parameters == pytest.approx(0.2 * optimal)
    alone = START._replace(serves=False)
    assert recipes(alone, sizing=SIZING).initial().n_active_parameters == pytest.approx(optimal)


def test_a_run_like_day_0s_gains_nothing_over_it():
    """With the same share for reinforcement learning and no environment built since."""
    still = {"allocation": "fixed", "environment_people_fraction": 0.0, "environment_usd2025_per_h100e_day": 0.0}
    again = recipes(reinforcement=P.model_copy(update=still)).choose(1e25, 0.0, 1e6, 0.0)
    assert again[2:] == pytest.approx((0.0, 0.0, 0.0), abs=1e-6)


def test_a_fixed_share_is_kept_and_the_best_share_is_not_worse():
    stated_share = {"reinforcement": P.model_copy(update={"allocation": "fixed"})}
    fixed = recipes(START, **{**EVERYTHING, **stated_share})
    best = recipes(**EVERYTHING)
    stated, chosen = (lab.choose(1e26, 1.0, 1e6, 1e5) for lab in (fixed, best))
    assert fixed.reinforcement_fraction == 0.02
    assert best.reinforcement_fraction != 0.02
    assert chosen.gain_nats >= stated.gain_nats


@pytest.mark.parametrize("share", [0.001, 0.01, 0.1, 0.5])
def test_no_stated_share_beats_the_chosen_one(share):
    stated = recipes(reinforcement=P.model_copy(update={"allocation": "fixed"}))
    assert stated.reinforcement is not None
    stated.reinforcement.params = P.model_copy(update={"allocation": "fixed", "run_fraction": share})
    chosen = recipes(reinforcement=P).choose(1e26, 0.0, 1e6, 0.0).gain_nats
    assert stated.choose(1e26, 0.0, 1e6, 0.0).gain_nats <= chosen + 1e-6


def test_compute_is_shared_and_not_spent_twice():
    lab = recipes(sizing=SIZING, reinforcement=P)
    recipe = lab.choose(1e26, 0.0, 1e6, 1e5)
    pretraining = 6.0 * recipe.n_active_parameters * recipe.n_tokens
    assert pretraining / 1e26 == pytest.approx(1.0 - lab.reinforcement_fraction)


def test_physical_tokens_meet_the_wall_whatever_the_algorithms():
    slow, fast = (recipes(text=SCARCE).choose(1e27, gain, 1e6, 0.0) for gain in (0.0, 5.0))
    assert slow == fast
    assert slow.text_penalty_nats > recipes(text=SCARCE).choose(1e26, 0.0, 1e6, 0.0).text_penalty_nats > 0.0


def test_a_lab_that_serves_more_trains_a_smaller_model_and_pays_for_it():
    light, heavy = (recipes(sizing=SIZING).choose(1e26, 0.0, 1e6, load) for load in (1e3, 1e6))
    assert heavy.n_active_parameters < light.n_active_parameters
    assert heavy.size_penalty_nats > light.size_penalty_nats


def test_the_load_is_counted_in_tokens_of_the_last_model():
    """The same busy fleet serves fewer tokens of a larger model, so the next one may be larger."""
    small, large = recipes(sizing=SIZING), recipes(START._replace(run_flop=1e27), sizing=SIZING)
    chosen = [lab.choose(1e27, 0.0, 1e6, 1e5).n_active_parameters for lab in (small, large)]
    assert chosen[0] < chosen[1]


def test_the_first_gain_solves_its_own_equation():
    """Day 0's gain is what day 0's compute teaches the model that day 0's would be without it."""
    lab = recipes(reinforcement=P)
    assert lab.reinforcement is not None
    gain = lab._reference.reinforcement_gain_nats - math.log(0.98)
    n = lab.initial().n_active_parameters
    assert lab.reinforcement.gain_nats(0.02e25, n, 1e25 * math.exp(-gain)) == pytest.approx(gain)
