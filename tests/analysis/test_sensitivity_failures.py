import numpy as np

from simlab.analysis.sensitivity_failures import failed_region
from simlab.analysis.sensitivity_failures import too_many_missing as too_many

NAMES = [f"x{i}" for i in range(20)]


def too_many_missing(draws, values, factors):
    return too_many(draws, values, np.ones(values.shape, dtype=bool), factors)


def test_runs_still_to_do_have_not_failed():
    draws = np.random.default_rng(5).random((500, 2))
    values = np.where(np.arange(500)[:, None] < 250, 1.0, np.nan)
    assert too_many(draws, values, np.isfinite(values), NAMES[:2]) is None
    values[:40] = np.nan
    assert "16% of the runs" in str(too_many(draws, values, np.arange(500)[:, None] < 250, NAMES[:2]))


def test_a_planted_corner_is_named():
    draws = np.random.default_rng(1).random((500, 20))
    values = np.where(draws[:, [4]] > 0.85, np.nan, 1.0)
    said = too_many_missing(draws, values, NAMES)
    assert said is not None
    assert "13% of the runs have no number" in said
    assert "where x4 is high: the median failed run at 93% of its range" in said


def test_failures_anywhere_are_no_region():
    rng = np.random.default_rng(2)
    draws = rng.random((500, 20))
    assert failed_region(draws, rng.random(500) < 0.2, NAMES) is None
    said = too_many_missing(draws, np.where(rng.random((500, 1)) < 0.2, np.nan, 1.0), NAMES)
    assert "no single factor says where" in str(said)


def test_few_failures_are_no_reason_to_refuse():
    rng = np.random.default_rng(3)
    assert too_many_missing(rng.random((500, 2)), np.where(rng.random((500, 2)) < 0.05, np.nan, 1.0), NAMES[:2]) is None


def test_an_outcome_that_no_run_has_is_undefined_not_refused():
    assert too_many_missing(np.full((9, 2), 0.5), np.full((9, 1), np.nan), NAMES[:2]) is None


def test_among_hundreds_of_factors_luck_names_none():
    named = 0
    for seed in range(40):
        rng = np.random.default_rng(seed)
        named += failed_region(rng.random((100, 300)), rng.random(100) < 0.2, [f"x{i}" for i in range(300)]) is not None
    assert named <= 2
