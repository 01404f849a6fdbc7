import numpy as np
import pytest

from simlab.analysis.control_variates import control_variate_mean


def correlated(n, d, rho, seed):
    """Draws, and an outcome that correlates by rho with the first of them; its mean is 3."""
    rng = np.random.default_rng(seed)
    draws = rng.random((n, d))
    straight = np.sqrt(12.0) * (draws[:, 0] - 0.5)
    return draws, 3.0 + rho * straight + np.sqrt(1 - rho**2) * rng.normal(size=n)


@pytest.mark.parametrize("rho", [0.5, 0.8, 0.95])
@pytest.mark.parametrize("d", [1, 300])
def test_the_variance_shrinks_as_theory_says(rho, d):
    found = control_variate_mean(*correlated(2000, d, rho, 1))
    assert found.variance_ratio == pytest.approx(1 - rho**2, abs=0.06)
    assert 1 <= found.n_controls <= 3


def test_means_scatter_less_by_that_ratio_and_keep_the_truth():
    plain, controlled, hits = [], [], []
    for repeat in range(200):
        found = control_variate_mean(*correlated(60, 30, 0.8, repeat))
        assert found.low is not None
        assert found.high is not None
        plain.append(found.plain_mean)
        controlled.append(found.mean)
        hits.append(found.low <= 3.0 <= found.high)
    assert np.mean(controlled) == pytest.approx(3.0, abs=3 * np.std(controlled) / np.sqrt(200))
    assert np.var(controlled) / np.var(plain) == pytest.approx(1 - 0.8**2, abs=0.15)
    assert np.mean(hits) == pytest.approx(0.9, abs=0.06)


def test_hundreds_of_idle_controls_do_no_harm():
    ratios = []
    for repeat in range(30):
        rng = np.random.default_rng(repeat)
        ratios.append(control_variate_mean(rng.random((48, 330)), rng.normal(size=48)).variance_ratio)
    assert 0.95 < np.mean(ratios) < 1.1


def test_a_share_reached_is_narrowed_too():
    rng = np.random.default_rng(2)
    draws = rng.random((1000, 5))
    reached = (draws[:, 0] + 0.1 * rng.normal(size=1000) > 0.4).astype(float)
    found = control_variate_mean(draws, reached)
    assert found.is_worth_it
    assert found.mean == pytest.approx(0.6, abs=0.02)
    ends = (found.low, found.high, found.plain_low, found.plain_high)
    low, high, plain_low, plain_high = (end or 0.0 for end in ends)
    assert (high - low) < 0.8 * (plain_high - plain_low)


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        (np.full(50, 1.0), "the same in all runs"),
        (np.full(50, np.nan), "no run has this number"),
        (np.r_[np.arange(10.0), np.full(40, np.nan)], "too few finished runs"),
    ],
)
def test_what_is_not_defined_is_null_and_says_why(values, reason):
    found = control_variate_mean(np.random.default_rng(0).random((50, 2)), values)
    assert (found.mean, found.variance_ratio, found.is_worth_it) == (None, None, False)
    assert reason in str(found.reason)


def test_what_is_fitted_elsewhere_flatters_nobody():
    ratios = []
    for repeat in range(100):
        rng = np.random.default_rng(repeat)
        ratios.append(control_variate_mean(rng.random((48, 330)), rng.normal(size=48)).variance_ratio)
    assert np.mean(ratios) > 1.0  # controls that do nothing cost a little; fitted in place they would seem to gain
