"""How many draws it takes: against simulation, tables and the gain of pairing that is known beforehand."""

import math

import numpy as np
import polars as pl
import pytest

from simlab.analysis.policies import paired_differences
from simlab.analysis.precision import MOST, draws_for_half_width, draws_for_sign, runs_needed

POLICIES = ("baseline", "cap")


@pytest.mark.parametrize(("sd", "half"), [(10.0, 1.0), (1.0, 1.0), (5.0, 2.0), (0.3, 2.0)])
def test_one_draw_fewer_would_be_too_wide(sd, half):
    from scipy.stats import t

    n = draws_for_half_width(sd, half)
    assert n is not None
    assert t.ppf(0.95, n - 1) * sd / math.sqrt(n) <= half
    assert n == 2 or t.ppf(0.95, n - 2) * sd / math.sqrt(n - 1) > half


def test_what_takes_for_ever_is_told_as_nothing():
    assert draws_for_half_width(sd=1e6, half_width=1e-3) is None
    assert draws_for_sign(sd=1e6, mean=1.0) is None
    assert draws_for_sign(sd=1.0, mean=0.0) is None
    n = draws_for_half_width(sd=1.0, half_width=1e-3)
    assert n is not None
    assert n < MOST


@pytest.mark.parametrize("effect", [0.2, 0.5, 1.5])
def test_so_many_draws_tell_the_sign_in_nine_studies_of_ten(effect):
    n, rng = draws_for_sign(sd=1.0, mean=-effect), np.random.default_rng(2)
    assert n is not None
    from scipy.stats import t

    draws = rng.normal(-effect, 1.0, (4000, n))
    high = draws.mean(axis=1) + t.ppf(0.95, n - 1) * draws.std(axis=1, ddof=1) / math.sqrt(n)
    assert (high < 0).mean() == pytest.approx(0.9, abs=0.02 if n > 6 else 0.06)


def test_pairing_saves_what_luck_and_draws_have_in_common(study_of, outcomes):
    """The spread between worlds is ten times that of what the policy does: pairing takes a hundredth of the draws."""
    rng, n = np.random.default_rng(6), 400
    world = rng.normal(0.0, 100.0, n)
    theirs = outcomes("baseline", n_ideas=1000.0 + world)
    ours = outcomes("cap", n_ideas=1000.0 + world + 10.0 + rng.normal(0.0, 14.14, n))
    table = paired_differences(study_of(pl.concat([theirs, ours]), milestones=(), policies=POLICIES))
    (row,) = runs_needed(table, pl.DataFrame({"outcome": ["n_ideas"], "mean": [1000.0]})).rows(named=True)
    assert row["half_width"] == 50.0
    assert row["saved_factor"] == pytest.approx(100.0, rel=0.2)
    assert row["n_draws_unpaired"] / row["n_draws"] > 5
    assert row["n_sign_unpaired"] / row["n_sign"] == pytest.approx(100.0, rel=0.3)


def test_a_milestones_precision_is_in_days(study_of, outcomes):
    both = pl.concat([outcomes("baseline", day_days=[10.0, 20.0, 30.0]), outcomes("cap", day_days=[30.0, 20.0, 40.0])])
    table = paired_differences(study_of(both, policies=POLICIES))
    means = pl.DataFrame({"outcome": [], "mean": []}, schema={"outcome": pl.String, "mean": pl.Float64})
    (row,) = runs_needed(table, means, half_days=5.0).rows(named=True)
    assert row["half_width"] == 5.0
    assert row["n_draws"] == draws_for_half_width(sd=10.0, half_width=5.0)


def test_where_nothing_differs_two_draws_are_enough_and_there_is_no_sign(study_of, outcomes):
    both = pl.concat([outcomes(policy, day_days=[10.0, 20.0]) for policy in POLICIES])
    (row,) = runs_needed(
        paired_differences(study_of(both, policies=POLICIES)), pl.DataFrame({"outcome": ["x"], "mean": [1.0]})
    ).rows(named=True)
    assert (row["n_draws"], row["n_sign"], row["saved_factor"]) == (2, None, None)


def test_one_draw_promises_nothing(study_of, outcomes):
    both = pl.concat([outcomes("baseline", day_days=[10.0]), outcomes("cap", day_days=[30.0])])
    table = paired_differences(study_of(both, policies=POLICIES))
    assert runs_needed(table, pl.DataFrame({"outcome": ["x"], "mean": [1.0]})).is_empty()
