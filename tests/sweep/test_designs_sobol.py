"""Sobol' points: the published sequence, shifted, even in few dimensions, and better than the alternatives there."""

import numpy as np
import pytest
from scipy.special import ndtri
from scipy.stats import qmc

from simlab.scenario import DesignSpec
from simlab.scenario.design import SOBOL, Factor
from simlab.sweep.designs import latin_hypercube, points

PATHS = [f"group.parameter_{i}" for i in range(300)]
SEEDS = range(60)


def sobol_table(n_factors, seed, n):
    spec = DesignSpec(SOBOL, tuple(map(Factor, PATHS[:n_factors])))
    return np.array([list(point.uniforms.values()) for point in points(spec, seed, 0, n)])


def latin_table(n_factors, seed, n):
    return np.column_stack([latin_hypercube.unit_draws(seed, path, n) for path in PATHS[:n_factors]])


def independent_table(n_factors, seed, n):
    return np.random.default_rng(seed).random((n, n_factors))


def product_error(u):
    """Error of the mean of a product of linear functions of all factors; its true mean is 1."""
    return np.prod(1.0 + np.sqrt(12.0 / u.shape[1]) * (u - 0.5), axis=1).mean() - 1.0


def lognormal_error(u):
    """Error of the mean of a lognormal number that all factors add to; its true mean is 1."""
    pull = np.sqrt(0.5 / u.shape[1])
    return np.exp(pull * ndtri(u).sum(axis=1) - 0.25).mean() - 1.0


def root_mean_square(error, table, n_factors):
    return float(np.sqrt(np.mean([error(table(n_factors, seed, 256)) ** 2 for seed in SEEDS])))


def worst_correlation(u):
    return float(np.abs(np.asarray(np.corrcoef(u.T)))[np.triu_indices(u.shape[1], 1)].max())


def as_bits(u):
    return (u * 2.0**32 - 0.5).astype(np.uint32)


def test_the_points_are_the_published_ones_under_a_shift_of_each_dimension():
    raw = (qmc.Sobol(40, scramble=False, bits=32).random_base2(9) * 2.0**32).astype(np.uint32)
    shifts = as_bits(sobol_table(40, 1, 512)) ^ raw
    assert (shifts == shifts[0]).all()
    assert len(set(shifts[0].tolist())) == 40


def test_points_far_down_are_the_published_ones_too():
    sequence = qmc.Sobol(5, scramble=False, bits=32).fast_forward(10**6)
    raw = (sequence.random(10) * 2.0**32).astype(np.uint32)
    spec = DesignSpec(SOBOL, tuple(map(Factor, PATHS[:5])))
    far = np.array([list(point.uniforms.values()) for point in points(spec, 1, 10**6, 10**6 + 10)])
    assert (as_bits(far) ^ as_bits(sobol_table(5, 1, 1)) == raw).all()


@pytest.mark.parametrize("k", range(11))
@pytest.mark.parametrize("block", [0, 3])
def test_each_stratum_is_hit_once_by_every_whole_block_of_a_power_of_two(k, block):
    spec = DesignSpec(SOBOL, tuple(map(Factor, PATHS[:30])))
    rows = points(spec, 5, block * 2**k, (block + 1) * 2**k)
    strata = np.floor(np.array([list(point.uniforms.values()) for point in rows]) * 2**k)
    assert (np.sort(strata, axis=0) == np.arange(2**k)[:, None]).all()


def test_draws_are_uniform_at_any_n():
    distances = [
        np.abs(np.sort(column) - (np.arange(1000) + 0.5) / 1000).max() for column in sobol_table(300, 7, 1000).T
    ]
    assert max(distances) < 0.01, "independent draws are off by 0.04"


def test_pairs_of_the_first_two_factors_fill_every_square():
    squares = np.floor(sobol_table(2, 1, 256) * 16).astype(int)
    assert len({tuple(square) for square in squares.tolist()}) == 256


@pytest.mark.parametrize("n_factors", [2, 5])
def test_few_factors_are_covered_more_evenly_than_by_the_others(n_factors):
    ours, latin, independent = (
        float(np.mean([qmc.discrepancy(table(n_factors, seed, 128), method="CD") for seed in range(10)]))
        for table in (sobol_table, latin_table, independent_table)
    )
    assert ours < latin / 3.0
    assert ours < independent / 8.0


@pytest.mark.parametrize("error", [product_error, lognormal_error])
def test_means_over_few_factors_are_better_than_by_the_others(error):
    tables = (sobol_table, latin_table, independent_table)
    ours, latin, independent = (root_mean_square(error, table, 5) for table in tables)
    assert ours < latin / 1.8
    assert latin < independent / 1.4


@pytest.mark.slow
@pytest.mark.parametrize("error", [product_error, lognormal_error])
def test_means_over_many_factors_are_no_worse_than_by_the_latin_hypercube(error):
    ours, latin = (root_mean_square(error, table, 300) for table in (sobol_table, latin_table))
    assert ours < 1.15 * latin


def test_many_factors_are_confounded_at_256_points_which_is_why_plain_scenarios_take_the_latin_hypercube():
    assert worst_correlation(latin_table(300, 1, 256)) < 0.35
    assert worst_correlation(sobol_table(300, 1, 256)) > 0.8
    assert worst_correlation(sobol_table(300, 1, 1024)) < 0.25
    assert worst_correlation(sobol_table(100, 1, 256)) < 0.3
    assert worst_correlation(sobol_table(5, 1, 256)) < 0.01
