"""What ideas are worth: quantiles and moments known in closed form, and priors against brute integration."""

import math
from itertools import pairwise

import numpy as np
import pytest

from simlab.randomness import normal_cdf, normal_quantile
from simlab.world.gains import GainParams, Priors, gain_nats, taste_correlation, taste_level

P = GainParams(
    helpful_fraction=0.1, helpful_median_nats=0.012, helpful_log_sd=1.32, harm_median_nats=0.02, harm_log_sd=0.9
)
N = 40_000
EVEN_SCORES = [normal_quantile((i + 0.5) / N) for i in range(N)]
"""Midpoints of N equal slices of probability: averages over them are integrals over the population."""


@pytest.fixture(scope="module")
def gains() -> np.ndarray:
    return np.array([gain_nats(score, P) for score in EVEN_SCORES])


@pytest.fixture(scope="module")
def priors() -> Priors:
    return Priors(P)


def test_a_better_score_is_a_better_gain(gains):
    assert np.all(np.diff(gains) > 0.0)


def test_the_given_share_of_ideas_helps(gains):
    assert np.mean(gains > 0.0) == pytest.approx(P.helpful_fraction, abs=1.0 / N)


def test_those_that_help_are_log_normal_with_the_given_median_and_spread(gains):
    logs = np.log(gains[gains > 0.0])
    assert math.exp(np.median(logs)) == pytest.approx(P.helpful_median_nats, rel=1e-3)
    assert np.std(logs) == pytest.approx(P.helpful_log_sd, rel=2e-3)
    quartile = P.helpful_median_nats * math.exp(P.helpful_log_sd * normal_quantile(0.75))
    assert np.quantile(gains[gains > 0.0], 0.75) == pytest.approx(quartile, rel=2e-3)


def test_those_that_do_not_help_lose_log_normally(gains):
    logs = np.log(-gains[gains < 0.0])
    assert math.exp(np.median(logs)) == pytest.approx(P.harm_median_nats, rel=1e-3)
    assert np.std(logs) == pytest.approx(P.harm_log_sd, rel=2e-3)


def test_the_threshold_score_is_worth_nothing():
    threshold = normal_quantile(1.0 - P.helpful_fraction)
    assert abs(gain_nats(threshold + 1e-9, P)) < 1e-3 * P.helpful_median_nats
    assert abs(gain_nats(threshold - 1e-9, P)) < 1e-2 * P.harm_median_nats


@pytest.mark.parametrize("score", [-40.0, -9.0, 9.0, 40.0])
def test_the_farthest_scores_have_finite_gains(score):
    assert math.isfinite(gain_nats(score, P))
    assert (gain_nats(score, P) > 0.0) == (score > 0.0)


def test_without_taste_a_prior_is_the_population(priors):
    # mean, variance and mean positive part of the mixture of two log-normals
    h, a, s, b, t = *(P.helpful_fraction, P.helpful_median_nats, P.helpful_log_sd), P.harm_median_nats, P.harm_log_sd
    upside = h * a * math.exp(s * s / 2.0)
    mean = upside - (1.0 - h) * b * math.exp(t * t / 2.0)
    square = h * a * a * math.exp(2.0 * s * s) + (1.0 - h) * b * b * math.exp(2.0 * t * t)
    for signal in (-3.0, 0.0, 1.7):
        prior = priors.of(signal, taste_level(taste_correlation(0.0)))
        assert prior.mean_nats == pytest.approx(mean, rel=2e-3)
        assert prior.sd_nats == pytest.approx(math.sqrt(square - mean * mean), rel=1e-2)
        assert prior.upside_nats == pytest.approx(upside, rel=2e-3)


@pytest.mark.parametrize("level", [10, 35, 48])
@pytest.mark.parametrize("signal", [-1.0, 0.5, 2.0, 3.25])
def test_a_prior_is_the_average_over_the_scores_that_its_signal_allows(priors, level, signal):
    r = level / 50.0
    rng = np.random.default_rng((level, int(100 * signal) + 1000))
    score = r * signal + math.sqrt(1.0 - r * r) * rng.standard_normal(20_000)
    gain = np.array([gain_nats(x, P) for x in score.tolist()])
    prior, upside = priors.of(signal, level), np.maximum(gain, 0.0)
    assert prior.mean_nats == pytest.approx(gain.mean(), abs=4.0 * gain.std() / len(gain) ** 0.5)
    assert prior.upside_nats == pytest.approx(upside.mean(), abs=4.0 * upside.std() / len(gain) ** 0.5)
    squares = (gain - gain.mean()) ** 2
    assert prior.sd_nats**2 == pytest.approx(squares.mean(), abs=4.0 * squares.std() / len(gain) ** 0.5)


def test_between_two_rows_of_the_table_a_prior_is_nearly_the_integral(priors):
    r, z = 0.6, np.linspace(-8.0, 8.0, 3201)
    weights = np.exp(-0.5 * z * z)
    for signal in (-0.9, 0.1, 1.6, 2.9):
        gain = np.array([gain_nats(x, P) for x in (r * signal + 0.8 * z).tolist()])
        assert priors.of(signal, 30).mean_nats == pytest.approx(np.average(gain, weights=weights), rel=0.05, abs=2e-4)


def test_beyond_the_table_the_last_signal_is_believed(priors):
    assert priors.of(6.0, 25) == priors.of(4.5, 25)
    assert priors.of(-6.0, 25) == priors.of(-4.5, 25)


def test_a_better_signal_promises_more(priors):
    means = [priors.of(signal, 30).mean_nats for signal in np.linspace(-4.5, 4.5, 60).tolist()]
    assert all(a < b for a, b in pairwise(means))


@pytest.mark.parametrize("bits", [0.25, 1.0, 3.0])
def test_taste_is_the_mutual_information_of_signal_and_score(bits):
    # bits = -log2(1 - r^2) / 2 for jointly normal variables; r from draws, standard error (1 - r^2) / sqrt(n)
    rng, n, r = np.random.default_rng(7), 200_000, taste_correlation(bits)
    score, noise = rng.standard_normal(n), rng.standard_normal(n)
    seen = np.corrcoef(score, r * score + math.sqrt(1.0 - r * r) * noise)[0, 1]
    error_bits = 4.0 * (1.0 - r * r) / n**0.5 * r / ((1.0 - r * r) * math.log(2.0))
    assert -0.5 * math.log2(1.0 - seen * seen) == pytest.approx(bits, abs=error_bits)


def test_no_bits_are_no_correlation_and_many_bits_are_nearly_one():
    assert taste_correlation(0.0) == 0.0
    assert taste_correlation(20.0) == pytest.approx(1.0, abs=1e-10)


def test_the_prior_table_takes_the_nearest_correlation_and_never_runs_over():
    assert [taste_level(r) for r in (0.0, 0.009, 0.011, 0.5, 0.999, 1.0)] == [0, 0, 1, 25, 49, 49]


def test_five_more_bits_leave_a_32nd_of_the_spread():
    # sd of the score given the signal is sqrt(1 - r^2) = 2^-bits
    spread = [math.sqrt(1.0 - taste_correlation(bits) ** 2) for bits in (1.0, 6.0)]
    assert spread[1] / spread[0] == pytest.approx(1.0 / 32.0, rel=1e-9)


def test_the_cdf_and_the_quantile_undo_one_another():
    for x in (-5.0, -1.0, 0.0, 2.5):
        assert normal_quantile(normal_cdf(x)) == pytest.approx(x, abs=1e-8)


def test_the_upside_alone_is_that_of_the_whole_prior(priors: Priors):
    for signal in np.linspace(-6.0, 6.0, 97).tolist():
        assert priors.upside_nats(signal, 20) == pytest.approx(priors.of(signal, 20).upside_nats, rel=1e-12)
