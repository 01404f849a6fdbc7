"""Model size under a serving load: the optimum by brute force, its limits, and where it moves."""

import numpy as np
import pytest

from simlab.world.scaling import ScalingParams, compute_optimal, loss_nats
from simlab.world.sizing import SizingParams, best_size, serving_h100e_days
from simlab.world.text import TextParams, diet, fresh

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
FLOP = 1e26


def unlimited(tokens: float) -> tuple[float, float]:
    return fresh(tokens)[1:]


def scarce(tokens: float) -> tuple[float, float]:
    return diet(tokens, 1e12, SCARCE)[1:]


def test_serving_takes_the_flagships_share_of_the_fleet_over_its_life():
    assert serving_h100e_days(1000.0, SIZING) == pytest.approx(1000.0 * 0.5 * 270.0 * 2.0)


def test_who_serves_nobody_trains_the_compute_optimal_model():
    assert best_size(FLOP, 0.0, SCALING, unlimited) == pytest.approx(compute_optimal(FLOP, SCALING).n_parameters, 1e-5)


@pytest.mark.parametrize("per_parameter", [1e-12, 1e-11, 1e-10])
def test_no_other_size_reaches_the_same_loss_at_less_total_cost(per_parameter):
    """Training costs 1 for the run chosen and 6 N D / FLOP for others; serving costs `per_parameter` a parameter."""
    n = best_size(FLOP, per_parameter, SCALING, unlimited)
    loss = loss_nats(n, FLOP / (6.0 * n), SCALING)
    sizes = n * np.geomspace(0.5, 2.0, 20_001)
    left = loss - SCALING.irreducible_nats - SCALING.parameter_scale * sizes**-SCALING.parameter_exponent
    reaches = left > 0.0
    tokens = (left[reaches] / SCALING.token_scale) ** (-1.0 / SCALING.token_exponent)
    total = 6.0 * sizes[reaches] * tokens / FLOP + per_parameter * sizes[reaches]
    assert sizes[reaches][np.argmin(total)] == pytest.approx(n, rel=1e-2)
    assert total.min() == pytest.approx(1.0 + per_parameter * n, rel=1e-6)


def test_where_text_is_scarce_and_nobody_is_served_no_other_size_has_a_lower_loss():
    n = best_size(FLOP, 0.0, SCALING, scarce)
    sizes = n * np.geomspace(0.2, 5.0, 2001)
    losses = [loss_nats(size, scarce(FLOP / (6.0 * size))[0], SCALING) for size in sizes]
    assert sizes[int(np.argmin(losses))] == pytest.approx(n, rel=1e-2)
    assert n > compute_optimal(FLOP, SCALING).n_parameters


def test_a_heavier_load_makes_a_smaller_model_and_more_training_a_larger_one():
    loads = [best_size(FLOP, load, SCALING, unlimited) for load in (0.0, 1e-12, 1e-11, 1e-10, 1e-9)]
    runs = [best_size(flop, 1e-11, SCALING, unlimited) for flop in (1e24, 1e25, 1e26, 1e27)]
    assert loads == sorted(loads, reverse=True)
    assert runs == sorted(runs)
