import numpy as np
import polars as pl
import pytest

from simlab.analysis.milestones import censored_quantile, milestone_dates, reached_curves, share_interval

DAYS = [10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, None, None, None]


def test_runs_that_never_arrive_are_later_than_everything(study_of, outcomes):
    row = milestone_dates(study_of(outcomes(day_days=DAYS))).row(0, named=True)
    assert (row["n_runs"], row["n_reached"]) == (10, 7)
    assert row["never_fraction"] == 0.3
    assert [row[f"p{q}_days"] for q in (10, 25, 50, 75, 90)] == [10.0, 30.0, 50.0, None, None]


def test_the_median_is_null_when_fewer_than_half_arrive(study_of, outcomes):
    row = milestone_dates(study_of(outcomes(day_days=[5.0, None, None, None]))).row(0, named=True)
    assert row["p10_days"] == row["p25_days"] == 5.0
    assert row["p50_days"] is None


def test_a_milestone_nobody_reaches_has_a_row_of_nulls(study_of, outcomes):
    frame = outcomes(day_days=pl.Series([None, None], dtype=pl.Float64))
    row = milestone_dates(study_of(frame)).row(0, named=True)
    assert row["never_fraction"] == 1.0
    assert row["p10_days"] is None


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_without_censoring_at_least_the_share_has_arrived_and_not_before(share):
    days = np.random.default_rng(1).exponential(100, size=97)
    found = censored_quantile(days, share)
    assert found is not None
    assert (days <= found).mean() >= share > (days < found).mean()


def test_wilsons_interval_of_none_in_ten_is_the_textbooks():
    low, high = share_interval(0, 10, 10)
    assert low == pytest.approx(0.0, abs=1e-12)
    assert high == pytest.approx(1.6448536**2 / (10 + 1.6448536**2), rel=1e-6)


def test_replicates_do_not_narrow_the_interval():
    assert share_interval(20, 40, 10) == share_interval(5, 10, 10)


def test_the_curve_is_the_share_of_runs_there_by_then(study_of, outcomes):
    study = study_of(outcomes(day_days=[0.0, 100.0, 364.0, None]))
    curve = reached_curves(study)
    by = dict(curve.select("time_days", "reached_fraction").iter_rows())
    assert by[0.0] == 0.25
    assert max(share for days, share in by.items() if days < 100) == 0.25
    assert min(share for days, share in by.items() if days >= 100) == 0.5
    assert curve["reached_fraction"].is_sorted()


def test_the_earliest_median_comes_first_and_never_last(study_of, outcomes):
    frame = outcomes(far_days=[None, None], late_days=[90.0, 91.0], soon_days=[1.0, 2.0]).with_columns(
        pl.col("far_days").cast(pl.Float64)
    )
    study = study_of(frame, milestones=("far", "late", "soon"))
    assert milestone_dates(study)["milestone"].to_list() == ["soon", "late", "far"]
