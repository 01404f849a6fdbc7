"""What the first screen tells beside the headline: each sentence against the tables it comes from."""

import polars as pl
import pytest

from simlab.analysis.headline import headline
from simlab.analysis.milestones import milestone_dates
from simlab.analysis.policies import paired_differences
from simlab.analysis.study import load_study
from simlab.report.figures.milestone_kinds import in_order
from simlab.report.figures.policies import largest_shift, policies_figure, shift_words
from simlab.report.findings import findings
from simlab.report.sections import sections
from simlab.report.words import percent


@pytest.fixture(scope="module")
def study(study_folder):
    return load_study(study_folder)


@pytest.fixture(scope="module")
def told(study):
    reference = study.of_policy(study.policies[0])
    return {finding.topic: finding for finding in findings(study, reference, headline(reference))}


def test_every_finding_leads_to_a_section(study, told):
    keys = {section.key for section in sections(study, study.of_policy(study.policies[0]))}
    assert told
    assert {finding.key for finding in told.values()} <= keys


def test_every_mark_of_what_models_do_is_told_with_the_runs_that_miss_it(study, told):
    rows = milestone_dates(study.of_policy(study.policies[0]))
    skills = rows.filter(pl.col("measure").str.starts_with("horizon_"))
    assert len(told["Models"].lines) == skills.height
    for row in skills.iter_rows(named=True):
        (line,) = [line for line in told["Models"].lines if line.startswith(f"{row['title']}:")]
        assert ("median" in line) == (row["p50_days"] is not None)
        late = f"not by 2035 in {percent(row['never_fraction'])} of the runs"
        assert (late in line) == (row["never_fraction"] > 0)


def test_policies_are_told_by_the_headlines_milestone(study, told):
    milestone = headline(study.of_policy(study.policies[0])).milestone
    assert milestone is not None
    first, *others, _ = told["Policies"].lines
    assert milestone["title"] in first
    shifts = paired_differences(study).filter(pl.col("outcome") == f"{milestone['milestone']}_days")
    assert others == [f"“{row['policy']}”: {shift_words(row)}" for row in shifts.iter_rows(named=True)]


def test_milestones_stand_kind_by_kind_in_the_scenarios_order(study):
    rows = in_order(milestone_dates(study).iter_rows(named=True), study.lock.milestones)
    assert [row["milestone"] for row in rows] == [milestone.name for milestone in study.lock.milestones]


def test_what_is_forecast_comes_before_why(study):
    parts = [section.part for section in sections(study, study.of_policy(study.policies[0]))]
    assert parts == sorted(parts, key=["What comes", "Why"].index)
    assert set(parts) == {"What comes", "Why"}


def test_a_milestone_that_no_policy_moves_is_named_and_not_drawn():
    row = {"policy": "cap", "is_milestone": True, "n_pairs": 4, "paired_sd": 1.0, "unpaired_sd": 1.0}
    row |= {"lower_fraction": 0.0, "higher_fraction": 0.0, "same_fraction": 1.0}
    still = row | {"outcome": "a_days", "mean_difference": 0.0, "low": 0.0, "high": 0.0}
    moved = row | {"outcome": "b_days", "mean_difference": 91.0, "low": 30.0, "high": 152.0, "same_fraction": 0.5}
    dates = pl.DataFrame({"milestone": ["a", "b"], "title": ["A", "B"]})
    figure = policies_figure(pl.DataFrame([still, moved]), dates, "baseline")
    assert [panel.title for panel in figure.panels] == ["B"]
    assert "no policy moves them in any run: “A”." in figure.caption
    assert "3.0 months later on average (90% interval: +1.0 to +5.0)" in figure.takeaway
    assert len(figure.table.rows) == 2


def test_the_largest_shift_is_one_whose_interval_leaves_out_zero():
    row = {"policy": "cap", "n_pairs": 4, "same_fraction": 0.25}
    lucky = row | {"outcome": "a_days", "mean_difference": 300.0, "low": -20.0, "high": 620.0}
    sure = row | {"outcome": "b_days", "mean_difference": 61.0, "low": 30.0, "high": 92.0}
    titles = {"a_days": "A", "b_days": "B"}
    assert "“B” comes 2.0 months later" in largest_shift(pl.DataFrame([lucky, sure]), titles)
    assert largest_shift(pl.DataFrame([lucky]), titles).startswith("No shift is sure in so few runs. The largest: ")
    still = row | {"outcome": "a_days", "mean_difference": 0.0, "low": 0.0, "high": 0.0, "same_fraction": 1.0}
    assert largest_shift(pl.DataFrame([still]), titles) == "No policy moves any milestone in any run."
    assert shift_words(still) == "neither sooner nor later on average (90% interval: 0.0 to 0.0)"
