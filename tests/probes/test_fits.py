"""Laws put in come out again."""

import numpy as np
import pytest

from simlab.probes.fits import difficulty, estimate, fit_ces, resamples, slope

GRID = np.array([0.1, 1 / 3, 1.0, 3.0, 10.0])
PEOPLE, COMPUTE = (x.ravel() for x in np.meshgrid(GRID, GRID))


@pytest.mark.parametrize(("rho", "share", "scale"), [(-1.0, 0.3, 0.8), (0.0, 0.5, 0.6), (0.5, 0.7, 1.1)])
def test_a_ces_surface_is_found_again(rho, share, scale):
    if rho:
        speeds = 2.0 * (share * PEOPLE**rho + (1 - share) * COMPUTE**rho) ** (scale / rho)
    else:
        speeds = 2.0 * (PEOPLE**share * COMPUTE ** (1 - share)) ** scale
    found = fit_ces(PEOPLE, COMPUTE, speeds[None, :])
    assert (found.rho[0], found.share[0]) == pytest.approx((rho, share), abs=1e-9)
    assert found.scale[0] == pytest.approx(scale)


def test_each_row_is_a_fit_of_its_own():
    speeds = np.array([np.minimum(PEOPLE, COMPUTE), PEOPLE**0.5 * COMPUTE**0.5])
    found = fit_ces(PEOPLE, COMPUTE, speeds)
    assert found.rho[0] < -4.0  # nothing replaces what is scarce
    assert found.rho[1] == pytest.approx(0.0, abs=1e-9)


def test_a_slope_is_an_exponent():
    x = np.array([1 / 3, 1.0, 3.0])
    assert slope(x, np.array([5.0 * x**0.4, x**-2.0])) == pytest.approx([0.4, -2.0])


def test_the_difficulty_of_a_jones_law_is_found_again():
    """dG/dt = v e^(-beta G) has the solution G = ln(1 + beta v t) / beta."""
    beta, times = 0.65, np.arange(0.0, 24.0, 1.0)
    stocks = np.array([[np.log1p(beta * v * times) / beta for v in (1.0, 3.0)]])
    assert difficulty(stocks)[0] == pytest.approx(beta, rel=0.03)


def test_where_nothing_was_gained_a_window_says_nothing():
    times = np.arange(0.0, 24.0, 1.0)
    stocks = np.log1p(0.65 * times) / 0.65
    still = np.concatenate([stocks, [stocks[-1]]])
    assert difficulty(still[None, None, :])[0] == pytest.approx(difficulty(stocks[None, None, :])[0])


def test_the_mean_of_seeds_has_the_interval_of_its_standard_error():
    values = np.random.default_rng(1).normal(size=400)
    found = estimate(resamples(400) @ values)
    assert found.value == pytest.approx(values.mean())
    assert (found.high - found.low) / 2 == pytest.approx(1.645 / 20, rel=0.15)


def test_resampled_weights_are_of_whole_seeds():
    weights = resamples(5, 50)
    assert weights.shape == (51, 5)
    assert weights.sum(axis=1) == pytest.approx(1.0)
    assert weights[0] == pytest.approx(0.2)
    assert np.allclose(weights[1:] * 5, np.round(weights[1:] * 5))
