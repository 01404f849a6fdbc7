import numpy as np
import polars as pl
import pytest

from simlab.analysis.policies import paired_differences

POLICIES = ("baseline", "cap")
T_90 = {1: 6.3137515, 2: 2.9199856, 3: 2.3533634}
"""Student's quantiles of two-sided 90% intervals, from a table."""


def pairs(outcomes, ours, theirs, **more):
    return pl.concat([outcomes("baseline", day_days=theirs, **more), outcomes("cap", day_days=ours, **more)])


def replicated(frame, n):
    """Runs taken as `n` replicates a sample."""
    row = pl.int_range(pl.len()).over("policy")
    return frame.with_columns(sample=row // n, replicate=row % n)


def first_row(study_of, frame, **more):
    return paired_differences(study_of(frame, policies=POLICIES, **more)).row(0, named=True)


def test_a_policy_that_does_nothing_differs_by_exactly_zero(study_of, outcomes):
    days = [100.1, 33.3, None]
    table = paired_differences(study_of(pairs(outcomes, days, days, n_ideas=[1, 2, 3]), policies=POLICIES))
    for column in ("mean_difference", "low", "high", "paired_sd"):
        assert table[column].to_list() == [0.0, 0.0]
    for column in ("reached_difference", "reached_low", "reached_high"):
        assert table[column].to_list() == [0.0, None]
    assert table["same_fraction"].to_list() == [1.0, 1.0]


def test_a_constant_delay_is_found_whatever_the_luck(study_of, outcomes):
    row = first_row(study_of, pairs(outcomes, [11.0, 210.0, 60.0], [1.0, 200.0, 50.0]))
    assert (row["mean_difference"], row["paired_sd"], row["higher_fraction"]) == (10.0, 0.0, 1.0)
    assert row["unpaired_sd"] > 100


def test_the_interval_of_few_pairs_is_students(study_of, outcomes):
    row = first_row(study_of, pairs(outcomes, [11.0, 24.0, 37.0], [10.0, 20.0, 30.0]))
    half = T_90[2] * 3.0 / 3**0.5
    assert (row["mean_difference"], row["paired_sd"]) == (4.0, 3.0)
    assert (row["low"], row["high"]) == pytest.approx((4 - half, 4 + half), rel=1e-6)


def test_replicates_are_averaged_before_anything_is_said_of_spread(study_of, outcomes):
    """Two draws of three replicates: the interval has one degree of freedom, however many runs there are."""
    change = np.array([1.0, 2.0, 3.0, 5.0, 6.0, 7.0])
    row = first_row(study_of, replicated(pairs(outcomes, 100 + change, [100.0] * 6), 3))
    assert (row["n_pairs"], row["n_samples"], row["mean_difference"]) == (6, 2, 4.0)
    assert row["paired_sd"] == pytest.approx(8**0.5)
    assert row["high"] - 4 == pytest.approx(T_90[1] * 8**0.5 / 2**0.5, rel=1e-6)


def test_one_draw_says_nothing_of_spread(study_of, outcomes):
    row = first_row(study_of, replicated(pairs(outcomes, [2.0, 5.0], [1.0, 1.0]), 2))
    assert (row["mean_difference"], row["n_samples"]) == (2.5, 1)
    assert row["low"] is row["high"] is row["paired_sd"] is None


def test_a_milestone_not_reached_counts_as_reached_at_the_end(study_of, outcomes):
    row = first_row(study_of, pairs(outcomes, [None, None], [300.0, None]))
    assert row["mean_difference"] == pytest.approx((365 - 300) / 2)


def test_how_much_likelier_a_milestone_is_follows_from_the_pairs_that_disagree(study_of, outcomes):
    """Eight more pairs reach it, two fewer, ten agree: Bonett and Price's interval by hand."""
    ours = [1.0] * 8 + [None] * 2 + [1.0] * 5 + [None] * 5
    theirs = [None] * 8 + [1.0] * 2 + [2.0] * 5 + [None] * 5
    row = first_row(study_of, pairs(outcomes, ours, theirs))
    more, fewer = (8 + 1) / 22, (2 + 1) / 22
    half = 1.6448536 * ((more + fewer - (more - fewer) ** 2) / 22) ** 0.5
    assert row["reached_difference"] == pytest.approx(0.3)
    assert (row["reached_low"], row["reached_high"]) == pytest.approx((more - fewer - half, more - fewer + half))


def test_nine_intervals_in_ten_hold_what_a_policy_really_does(study_of, outcomes):
    """Of the mean; of the chance a few more, with few draws and replicates that share most of their fate."""
    rng, n_samples, n_studies, held = np.random.default_rng(8), 12, 300, np.zeros(2)
    for _ in range(n_studies):
        shift = np.repeat(rng.normal(30.0, 40.0, n_samples), 3) + rng.normal(0.0, 10.0, 3 * n_samples)
        theirs = rng.uniform(100.0, 250.0, 3 * n_samples)
        ours = theirs + shift
        late = np.where(ours + 60.0 > 300.0, np.nan, ours + 60.0)
        frame = pairs(outcomes, late, theirs).with_columns(
            pl.col("day_days").fill_nan(None), n=pl.Series([*theirs, *ours])
        )
        mean, chance = paired_differences(study_of(replicated(frame, 3), policies=POLICIES)).rows(named=True)[::-1]
        held += [mean["low"] <= 30.0 <= mean["high"], chance["reached_low"] <= LOST <= chance["reached_high"]]
    assert 0.86 < held[0] / n_studies < 0.94
    assert 0.90 < held[1] / n_studies < 0.99


LOST = -0.2908
"""P(uniform(100, 250) + normal(90, sd 41.2) > 300), by ten million draws: what the policy above takes away."""


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


def test_an_outcome_without_pairs_has_no_numbers(study_of, outcomes):
    revenue = pl.Series([1.0, None, None, 2.0])
    frame = pairs(outcomes, [2.0, 3.0], [1.0, 1.0]).with_columns(revenue=revenue)
    row = paired_differences(study_of(frame, policies=POLICIES)).row(1, named=True)
    assert (row["outcome"], row["n_pairs"], row["mean_difference"]) == ("revenue", 0, None)
