"""Beliefs: Gaussian updates in closed form, and values of information by numerical integration."""

import math

import numpy as np
import pytest

from simlab.randomness import normal_cdf
from simlab.world.beliefs import Belief, certainty_equivalent_nats, chance_of_worth, value_of_test_nats


def posterior(prior: tuple[float, float], *evidence: tuple[float, float]) -> tuple[float, float]:
    """Mean and sd of a Gaussian prior (mean, sd) after independent estimates (value, variance)."""
    precision = prior[1] ** -2 + sum(1.0 / variance for _, variance in evidence)
    weighted = prior[0] * prior[1] ** -2 + sum(value / variance for value, variance in evidence)
    return weighted / precision, precision**-0.5


def test_before_any_evidence_a_belief_is_the_prior():
    assert Belief(0.03, 0.2).moments() == pytest.approx((0.03, 0.2))


@pytest.mark.parametrize("n_runs", [1, 4, 9])
def test_one_rung_is_the_gaussian_posterior(n_runs):
    belief = Belief(0.01, 0.05)
    belief.enter_rung(transfer_var=0.0004, noise_var=0.0009, kept_fraction=1.0)
    belief.see(0.08, n_runs)
    assert belief.moments() == pytest.approx(posterior((0.01, 0.05), (0.08, 0.0004 + 0.0009 / n_runs)))


def test_two_campaigns_at_one_rung_are_one_campaign_of_both():
    apart, together = Belief(0.01, 0.05), Belief(0.01, 0.05)
    for belief in (apart, together):
        belief.enter_rung(0.0004, 0.0009, 1.0)
    apart.see(0.02, 1)
    apart.see(0.08, 3)
    together.see((0.02 + 3 * 0.08) / 4, 4)
    assert apart.moments() == pytest.approx(together.moments())


def test_repeats_wash_out_noise_but_not_transfer():
    belief = Belief(0.0, 0.1)
    belief.enter_rung(transfer_var=0.04, noise_var=0.01, kept_fraction=1.0)
    belief.see(0.5, 10_000_000)
    assert belief.moments() == pytest.approx(posterior((0.0, 0.1), (0.5, 0.04)), rel=1e-5)


def test_rungs_whose_transfer_errors_are_their_own_are_independent_evidence():
    belief = Belief(0.0, 0.1)
    belief.enter_rung(0.04, 0.01, 1.0)
    belief.see(0.2, 2)
    belief.enter_rung(0.02, 0.005, kept_fraction=1.0)
    belief.see(0.1, 5)
    assert belief.moments() == pytest.approx(posterior((0.0, 0.1), (0.2, 0.045), (0.1, 0.021)))


def test_rungs_with_the_same_transfer_error_teach_nothing_twice():
    twice, once = Belief(0.0, 0.1), Belief(0.0, 0.1)
    twice.enter_rung(0.04, 1e-12, 1.0)
    twice.see(0.3, 1)
    twice.enter_rung(0.04, 1e-12, kept_fraction=1e-12)
    twice.see(0.3, 1)
    once.enter_rung(0.04, 1e-12, 1.0)
    once.see(0.3, 1)
    assert twice.moments() == pytest.approx(once.moments(), rel=1e-6)


def test_entering_a_rung_forgets_no_evidence_until_the_new_one_speaks():
    belief = Belief(0.0, 0.1)
    belief.enter_rung(0.04, 0.01, 1.0)
    belief.see(0.2, 2)
    before = belief.moments()
    belief.enter_rung(0.02, 0.005, kept_fraction=1.0)
    assert belief.moments() == pytest.approx(before)


def test_the_planned_spread_is_the_spread_that_comes():
    belief = Belief(0.0, 0.1)
    belief.enter_rung(0.01, 0.02, 1.0)
    belief.see(0.05, 2)
    planned = belief.sd_after_repeats(4)
    belief.see(-0.03, 4)
    assert belief.moments()[1] == pytest.approx(planned)
    (planned,) = belief.sds_after_rung(0.005, 0.004, 0.6, (3,))
    belief.enter_rung(0.005, 0.004, 0.6)
    belief.see(0.4, 3)
    assert belief.moments()[1] == pytest.approx(planned)


def test_more_evidence_never_widens_a_belief():
    belief = Belief(0.0, 0.1)
    belief.enter_rung(0.01, 0.02, 1.0)
    spreads = [belief.moments()[1]]
    for value in (5.0, -3.0, 0.0, 1.0):
        belief.see(value, 1)
        spreads.append(belief.moments()[1])
    assert spreads == sorted(spreads, reverse=True)


def test_a_posterior_from_simulated_truths_is_calibrated():
    # (truth - mean) / sd of a correct posterior is standard normal
    rng, n, z = np.random.default_rng(3), 4000, []
    for truth in rng.normal(0.02, 0.05, n).tolist():
        belief = Belief(0.02, 0.05)
        slip = rng.normal(0.0, 0.03)
        belief.enter_rung(0.03**2, 0.06**2, 1.0)
        belief.see(truth + slip + rng.normal(0.0, 0.06 / 2.0), 4)
        belief.enter_rung(0.02**2, 0.05**2, 1.0)
        belief.see(truth + rng.normal(0.0, 0.02) + rng.normal(0.0, 0.05), 1)
        mean, sd = belief.moments()
        z.append((truth - mean) / sd)
    assert np.mean(z) == pytest.approx(0.0, abs=4.0 / n**0.5)
    assert np.var(z) == pytest.approx(1.0, abs=4.0 * (2.0 / n) ** 0.5)


def integrated_value(mean: float, sd: float, sd_after: float, paranoia: float) -> float:
    """E[max(mean' - paranoia sd_after, 0)] over mean' ~ N(mean, sd^2 - sd_after^2)."""
    spread = math.sqrt(sd * sd - sd_after * sd_after)
    z = np.linspace(-9.0, 9.0, 200_001)
    worth = np.maximum(mean + spread * z - paranoia * sd_after, 0.0)
    step = z[1] - z[0]
    return float(np.sum(worth * np.exp(-0.5 * z * z))) * step / math.sqrt(2.0 * math.pi)


CASES = [(0.0, 1.0, 0.5, 0.0), (0.3, 1.0, 0.9, 1.0), (-0.8, 0.5, 0.1, 2.0), (1.5, 0.4, 0.2, 1.0), (-3.0, 1.0, 0.3, 0.0)]


@pytest.mark.parametrize(("mean", "sd", "sd_after", "paranoia"), CASES)
def test_the_value_of_a_test_is_its_integral(mean, sd, sd_after, paranoia):
    value = value_of_test_nats(mean, sd, sd_after, paranoia)
    assert value == pytest.approx(integrated_value(mean, sd, sd_after, paranoia), abs=1e-7)


def test_no_test_makes_an_idea_worth_less_in_expectation():
    for mean in np.linspace(-2.0, 2.0, 21).tolist():
        for after in np.linspace(0.0, 1.0, 11).tolist():
            for paranoia in (0.0, 0.5, 1.0, 3.0):
                value = value_of_test_nats(mean, 1.0, after, paranoia)
                assert value >= certainty_equivalent_nats(mean, 1.0, paranoia) - 1e-15


@pytest.mark.parametrize("after", [0.2, 0.25])
def test_after_a_test_that_tells_nothing_an_idea_is_worth_what_it_was(after):
    for mean in (-0.1, 0.15, 0.3):
        assert value_of_test_nats(mean, 0.2, after, 1.0) == certainty_equivalent_nats(mean, 0.2, 1.0)


@pytest.mark.parametrize("mean", [-0.5, 0.0, 0.7])
def test_knowing_the_truth_is_worth_the_upside(mean):
    # E[max(gain, 0)] of a normal: sd phi(m/sd) + m Phi(m/sd)
    z = np.linspace(-9.0, 9.0, 200_001)
    density = np.exp(-0.5 * z * z) / math.sqrt(2.0 * math.pi)
    upside = float(np.sum(np.maximum(mean + 0.4 * z, 0.0) * density)) * (z[1] - z[0])
    value = value_of_test_nats(mean, 0.4, 1e-9, 1.0)
    assert value == pytest.approx(upside, abs=1e-7)


def test_sharper_tests_are_worth_more():
    values = [value_of_test_nats(-0.2, 1.0, after, 1.0) for after in (0.99, 0.8, 0.5, 0.2, 0.01)]
    assert values == sorted(values)


def test_paranoia_refuses_what_two_standard_errors_do_not_support():
    assert certainty_equivalent_nats(0.19, 0.1, 2.0) == 0.0
    assert certainty_equivalent_nats(0.25, 0.1, 2.0) == pytest.approx(0.05)
    assert certainty_equivalent_nats(0.25, 0.1, 0.0) == 0.25


@pytest.mark.parametrize(("mean", "sd", "sd_after", "paranoia"), CASES)
def test_the_chance_that_a_test_leaves_worth_is_its_share_of_outcomes(mean, sd, sd_after, paranoia):
    n = 100_000
    outcomes = np.random.default_rng(4).normal(mean, math.sqrt(sd * sd - sd_after * sd_after), n)
    chance = chance_of_worth(mean, sd, sd_after, paranoia)
    share = float(np.mean(outcomes > paranoia * sd_after))
    assert share == pytest.approx(chance, abs=4.0 * math.sqrt(chance * (1.0 - chance) / n) + 1e-9)


def test_the_truth_is_worth_something_as_often_as_it_is_positive():
    assert chance_of_worth(0.3, 0.5, 1e-9, 2.0) == pytest.approx(normal_cdf(0.6), abs=1e-6)


def test_a_test_that_tells_nothing_leaves_what_there_is():
    assert [chance_of_worth(mean, 0.2, 0.2, 1.0) for mean in (0.1, 0.3)] == [0.0, 1.0]
