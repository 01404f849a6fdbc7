"""The scaling law, against brute force and against the published optimum."""

import math

import numpy as np
import pytest

from simlab.world.scaling import ScalingParams, compute_optimal, loss_nats, lost_nats

HOFFMANN = ScalingParams(
    parameter_exponent=0.34,
    token_exponent=0.28,
    irreducible_nats=1.69,
    parameter_scale=406.4,
    token_scale=410.7,
)
"""The constants as first published (approach 3)."""


def loss(n: np.ndarray, flop: float, p: ScalingParams) -> np.ndarray:
    d = flop / (6.0 * n)
    return p.irreducible_nats + p.parameter_scale * n**-p.parameter_exponent + p.token_scale * d**-p.token_exponent


@pytest.mark.parametrize("flop", [1e20, 5.76e23, 1e26, 1e30])
def test_the_optimum_is_what_brute_force_finds(params, flop):
    for p in (HOFFMANN, params.scaling):
        n = np.geomspace(1e6, 1e15, 400_001)
        losses = loss(n, flop, p)
        model = compute_optimal(flop, p)
        assert model.n_parameters == pytest.approx(n[np.argmin(losses)], rel=1e-2)
        assert model.loss_nats <= losses.min() + 1e-12
        assert model.loss_nats == pytest.approx(losses.min(), rel=1e-9)


@pytest.mark.parametrize("flop", [1e18, 1e24, 1e29])
def test_all_compute_is_spent(params, flop):
    model = compute_optimal(flop, params.scaling)
    assert 6.0 * model.n_parameters * model.n_tokens == pytest.approx(flop)


def test_more_compute_is_less_loss_down_to_what_no_model_removes(params):
    losses = [compute_optimal(10.0**k, params.scaling).loss_nats for k in range(18, 60)]
    assert losses == sorted(losses, reverse=True)
    assert losses[-1] == pytest.approx(params.scaling.irreducible_nats, abs=1e-4)


def test_the_published_constants_give_the_published_optimum():
    # With these constants the publication's own table has 40.0e9 parameters for 5.76e23 FLOP (approach 3).
    assert compute_optimal(5.76e23, HOFFMANN).n_parameters == pytest.approx(40e9, rel=0.25)


def test_the_refit_gives_about_twenty_tokens_a_parameter_at_the_published_budget(params):
    model = compute_optimal(5.76e23, params.scaling)
    assert 15.0 < model.n_tokens / model.n_parameters < 30.0
    assert model.n_parameters == pytest.approx(67e9, rel=0.15)


def test_parameters_and_tokens_grow_by_the_exponents_of_the_other():
    a, b = HOFFMANN.parameter_exponent, HOFFMANN.token_exponent
    small, large = compute_optimal(1e24, HOFFMANN), compute_optimal(1e26, HOFFMANN)
    assert large.n_parameters / small.n_parameters == pytest.approx(100.0 ** (b / (a + b)))
    assert large.n_tokens / small.n_tokens == pytest.approx(100.0 ** (a / (a + b)))


def test_leaving_the_optimum_loses_the_compute_whose_optimal_model_is_as_good():
    flop = 1e25
    best = compute_optimal(flop, HOFFMANN)
    n, d = best.n_parameters / 7.0, best.n_tokens * 7.0
    lost = lost_nats(n, d, flop, HOFFMANN)
    assert lost > 0.1
    assert compute_optimal(flop * math.exp(-lost), HOFFMANN).loss_nats == pytest.approx(loss_nats(n, d, HOFFMANN))


def test_the_optimum_loses_nothing():
    best = compute_optimal(1e25, HOFFMANN)
    assert lost_nats(best.n_parameters, best.n_tokens, 1e25, HOFFMANN) == pytest.approx(0.0, abs=1e-12)
    assert loss_nats(best.n_parameters, best.n_tokens, HOFFMANN) == pytest.approx(best.loss_nats)
