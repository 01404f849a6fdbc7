import numpy as np
import pytest

from simlab.analysis.luck import luck_split


def planted(n, r, luck_fraction, seed):
    rng = np.random.default_rng(seed)
    parameters = np.sqrt(1 - luck_fraction) * rng.normal(size=(n, 1))
    return 7.0 + parameters + np.sqrt(luck_fraction) * rng.normal(size=(n, r))


@pytest.mark.parametrize("luck_fraction", [0.1, 0.5, 0.9])
def test_a_planted_split_is_found(luck_fraction):
    found = luck_split(planted(4000, 2, luck_fraction, 1))
    assert found.luck_fraction == pytest.approx(luck_fraction, abs=0.03)
    assert found.luck_variance == pytest.approx(luck_fraction, abs=0.05)
    assert found.parameter_variance == pytest.approx(1 - luck_fraction, abs=0.05)


def test_both_parts_are_unbiased_in_small_studies_with_failed_runs():
    found = []
    for repeat in range(1000):
        values = planted(8, 3, 0.3, repeat)
        values[0, 0] = values[3, 1] = np.nan
        split = luck_split(values)
        found.append((split.luck_variance, split.parameter_variance))
    assert np.mean(found, axis=0) == pytest.approx([0.3, 0.7], abs=0.05)


def test_intervals_cover_the_truth_as_often_as_they_say():
    hits = []
    for repeat in range(200):
        split = luck_split(planted(40, 2, 0.4, repeat))
        assert split.low is not None
        assert split.high is not None
        hits.append(split.low <= 0.4 <= split.high)
    assert np.mean(hits) == pytest.approx(0.9, abs=0.05)


def test_one_replicate_says_how_many_are_needed():
    found = luck_split(planted(48, 1, 0.5, 0))
    assert found.luck_fraction is None
    assert "--replicates 2, 48 more runs" in str(found.reason)
    assert "±0.24" in str(found.reason)


def test_luck_alone_is_all_of_it_and_parameters_alone_none():
    rng = np.random.default_rng(0)
    alone = luck_split(rng.permuted(np.tile([0.0, 1.0], (50, 1)), axis=1))
    assert (alone.luck_fraction, alone.low, alone.high) == (1.0, None, None)
    none = luck_split(np.repeat(rng.normal(size=(50, 1)), 2, axis=1))
    assert (none.luck_fraction, none.low) == (0.0, None)


def test_intervals_cover_dates_with_many_at_the_horizon_too():
    whole = luck_split(np.minimum(planted(200_000, 2, 0.4, 0), 7.5)).luck_fraction
    assert whole is not None
    hits = []
    for repeat in range(200):
        split = luck_split(np.minimum(planted(60, 2, 0.4, repeat), 7.5))
        assert split.low is not None
        assert split.high is not None
        hits.append(split.low <= whole <= split.high)
    assert np.mean(hits) == pytest.approx(0.9, abs=0.05)


@pytest.mark.parametrize(("value", "reason"), [(1.5, "the same in all runs"), (np.nan, "no run has this number")])
def test_what_is_not_defined_is_null_and_says_why(value, reason):
    found = luck_split(np.full((20, 2), value))
    assert (found.luck_fraction, found.low, found.luck_variance) == (None, None, None)
    assert reason in str(found.reason)
