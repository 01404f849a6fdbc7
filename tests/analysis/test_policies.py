import polars as pl
import pytest

from simlab.analysis.policies import paired_differences

POLICIES = ("baseline", "cap")


def pairs(outcomes, ours, theirs, **more):
    return pl.concat([outcomes("baseline", day_days=theirs, **more), outcomes("cap", day_days=ours, **more)])


def test_a_policy_that_does_nothing_differs_by_exactly_zero(study_of, outcomes):
    days = [100.1, 33.3, None]
    table = paired_differences(study_of(pairs(outcomes, days, days, n_ideas=[1, 2, 3]), policies=POLICIES))
    assert table["mean_difference"].to_list() == [0.0, 0.0]
    assert table["low"].to_list() == table["high"].to_list() == [0.0, 0.0]
    assert table["same_fraction"].to_list() == [1.0, 1.0]


def test_a_constant_delay_is_found_whatever_the_luck(study_of, outcomes):
    row = paired_differences(study_of(pairs(outcomes, [11.0, 210.0, 60.0], [1.0, 200.0, 50.0]), policies=POLICIES)).row(
        0, named=True
    )
    assert (row["mean_difference"], row["paired_sd"], row["higher_fraction"]) == (10.0, 0.0, 1.0)
    assert row["unpaired_sd"] > 100


def test_a_milestone_not_reached_counts_as_reached_at_the_end(study_of, outcomes):
    row = paired_differences(study_of(pairs(outcomes, [None, None], [300.0, None]), policies=POLICIES)).row(
        0, named=True
    )
    assert row["mean_difference"] == pytest.approx((365 - 300) / 2)


def test_pairs_need_both_runs(study_of, outcomes):
    both = pairs(outcomes, [2.0, 2.0, 9.0], [1.0, 1.0, 1.0])
    study = study_of(both.filter(pl.col("run_id") != "baseline-s0002-r0"), policies=POLICIES)
    row = paired_differences(study).row(0, named=True)
    assert (row["n_pairs"], row["mean_difference"]) == (2, 1.0)


def test_one_policy_has_nothing_to_be_compared_with(study_of, outcomes):
    assert paired_differences(study_of(outcomes(day_days=[1.0]))).is_empty()


def test_what_no_run_has_is_no_outcome(study_of, outcomes):
    none = pl.Series([None, None], dtype=pl.Float64)
    table = paired_differences(study_of(pairs(outcomes, [2.0, 3.0], [1.0, 1.0], revenue=none), policies=POLICIES))
    assert table["outcome"].to_list() == ["day_days"]
