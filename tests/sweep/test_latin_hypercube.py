"""A design grows without moving a point."""

import numpy as np
import pytest

from simlab.sweep.designs.latin_hypercube import samples, unit_draws

PATHS = [f"group.parameter_{i}" for i in range(30)]


@pytest.mark.parametrize("n_samples", [1, 2, 3, 64, 100, 128])
def test_more_samples_leave_the_first_ones_alone(n_samples):
    assert samples(1, PATHS, 256)[:n_samples] == samples(1, PATHS, n_samples)


def test_a_new_parameter_moves_no_other():
    few, many = samples(1, PATHS[::2], 128), samples(1, [*PATHS, "zeta", "alpha"], 128)
    assert [{path: row[path] for path in PATHS[::2]} for row in many] == few


@pytest.mark.parametrize("k", range(11))
def test_each_stratum_is_hit_once_at_every_power_of_two(k):
    strata = np.floor(unit_draws(5, "a", 1024)[: 2**k] * 2**k)
    assert sorted(strata.tolist()) == list(range(2**k))


def test_draws_stay_inside_the_unit_interval():
    draws = np.concatenate([unit_draws(seed, path, 512) for seed in range(10) for path in PATHS])
    assert draws.min() > 0.0
    assert draws.max() < 1.0


def test_no_two_parameters_are_confounded():
    columns = np.stack([unit_draws(2, path, 128) for path in PATHS])
    correlations = np.asarray(np.corrcoef(columns))[np.triu_indices(len(PATHS), 1)]
    assert np.abs(correlations).max() < 0.4


def test_seeds_and_names_differ():
    assert not np.array_equal(unit_draws(1, "a", 16), unit_draws(2, "a", 16))
    assert not np.array_equal(unit_draws(1, "a", 16), unit_draws(1, "b", 16))
