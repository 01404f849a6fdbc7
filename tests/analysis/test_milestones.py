import numpy as np
import polars as pl
import pytest

from simlab.analysis.intervals import share_interval
from simlab.analysis.milestones import milestone_dates, reached_curves

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


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5, 0.75, 0.9])
def test_without_censoring_at_least_the_share_has_arrived_and_not_before(study_of, outcomes, share):
    days = np.random.default_rng(1).exponential(100, size=97)
    days = days[days < 365]
    row = milestone_dates(study_of(outcomes(day_days=days))).row(0, named=True)
    found = row[f"p{100 * share:.0f}_days"]
    assert (days <= found).mean() >= share > (days < found).mean()
    assert row[f"p{100 * share:.0f}_low_days"] <= found


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


def test_a_date_has_an_interval_that_may_end_beyond_the_horizon(study_of, outcomes):
    row = milestone_dates(study_of(outcomes(day_days=DAYS))).row(0, named=True)
    assert 10.0 <= row["p50_low_days"] < 50.0
    assert row["p25_high_days"] == 50.0  # .5 are there then, and log-log puts the low end at .28; at 40 days at .20
    assert row["p50_high_days"] is None
    assert row["restricted_mean_days"] == (280 + 3 * 365) / 10


def test_replicates_widen_what_is_known_of_a_date(study_of, outcomes):
    rng = np.random.default_rng(4)
    alone = outcomes(day_days=rng.uniform(0, 365, 24))
    fates = np.repeat(rng.uniform(0, 330, 6), 4) + rng.uniform(0, 30, 24)
    shared = outcomes(day_days=fates).with_columns(sample=pl.int_range(24) // 4, replicate=pl.int_range(24) % 4)
    widths = []
    for frame in (alone, shared):
        curve = reached_curves(study_of(frame)).filter(pl.col("time_days").is_between(150, 200))
        assert (curve["low_fraction"] < curve["reached_fraction"]).all()
        assert (curve["reached_fraction"] < curve["high_fraction"]).all()
        widths.append((curve["high_fraction"] - curve["low_fraction"]).mean())
    assert widths[1] > 1.5 * widths[0]


def test_runs_of_different_ends_are_put_together_without_taking_an_end_for_a_refusal(study_of, outcomes):
    """Half of the runs end at day 100, when a third of all would be there; the others go on to where all are."""
    days = [50.0, None, None, 50.0, 150.0, 200.0]
    mixed = outcomes(day_days=days).with_columns(followed_days=pl.Series([100.0] * 3 + [365.0] * 3))
    row = milestone_dates(study_of(mixed)).row(0, named=True)
    assert (row["p25_days"], row["p50_days"], row["p75_days"]) == (50.0, 150.0, 200.0)
    assert row["never_fraction"] == 0.0
    taken = milestone_dates(study_of(mixed.drop("followed_days"))).row(0, named=True)
    assert taken["never_fraction"] == pytest.approx(2 / 6)


def test_followed_to_the_same_day_it_makes_no_difference_to_say_so(study_of, outcomes):
    frame = outcomes(day_days=DAYS)
    said = frame.with_columns(followed_days=pl.lit(365.0))
    never = pl.col("^never_.*$")
    assert (
        milestone_dates(study_of(said))
        .select(pl.all().exclude("^never_.*$"))
        .equals(milestone_dates(study_of(frame)).select(pl.all().exclude("^never_.*$")))
    )
    assert milestone_dates(study_of(said)).select(never)["never_fraction"][0] == pytest.approx(0.3)
    assert reached_curves(study_of(said)).equals(reached_curves(study_of(frame)))
