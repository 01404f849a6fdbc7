"""Fair comparison of policies: differences within pairs of runs that share every draw.

See `simlab.analysis.differences`: luck and uncertain parameters are the same under all policies, so they cancel, and
an empty policy differs by exactly zero.
"""

from collections.abc import Mapping
from typing import Any

import polars as pl

from simlab.analysis.differences import difference, side
from simlab.analysis.study import RUN_KEYS, Study

SCHEMA = {
    "policy": pl.String,
    "outcome": pl.String,
    "is_milestone": pl.Boolean,
    "n_pairs": pl.Int64,
    "n_samples": pl.Int64,
    **dict.fromkeys(("mean_difference", "low", "high"), pl.Float64),
    **dict.fromkeys(("reached_difference", "reached_low", "reached_high"), pl.Float64),
    **dict.fromkeys(("lower_fraction", "same_fraction", "higher_fraction"), pl.Float64),
    **dict.fromkeys(("paired_sd", "unpaired_sd"), pl.Float64),
}


def paired_differences(study: Study) -> pl.DataFrame:
    """A row a policy (but the first) and outcome: policy minus first policy.

    Columns: policy, outcome, is_milestone; n_pairs and n_samples, the pairs and the draws they are of;
    mean_difference with its 90% interval low and high, in the outcome's unit (milestones: days, restricted to the
    horizon), null where one draw says nothing of spread; reached_difference with reached_low and reached_high: how
    much likelier the milestone is by the end, null for other outcomes; lower_fraction, same_fraction, higher_fraction
    of the pairs; paired_sd and unpaired_sd of the difference between draws. Without rows where the study has one
    policy.
    """
    reference, *others = study.policies
    tables = {policy: _sides(study, policy) for policy in study.policies}
    rows = [
        difference_row(study, policy, outcome, difference(tables[policy][outcome], tables[reference][outcome]))
        for policy in others
        for outcome in outcome_names(study)
    ]
    return pl.DataFrame(rows, schema=SCHEMA).with_columns(pl.col("paired_sd", "unpaired_sd").fill_nan(None))


def difference_row(study: Study, policy: str, outcome: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """A row of the table, with nothing about reaching for what is not reached."""
    is_milestone = outcome in milestone_columns(study)
    reached = {} if is_milestone else dict.fromkeys(("reached_difference", "reached_low", "reached_high"))
    return {"policy": policy, "outcome": outcome, "is_milestone": is_milestone} | dict(found) | reached


def _sides(study: Study, policy: str) -> dict[str, pl.DataFrame]:
    outcomes, milestones = study.outcomes.filter(pl.col("policy") == policy), milestone_columns(study)
    return {
        name: side(outcomes, name, study.horizon_days if name in milestones else None) for name in outcome_names(study)
    }


def milestone_columns(study: Study) -> set[str]:
    """The outcomes that are dates of milestones."""
    return {f"{milestone.name}_days" for milestone in study.lock.milestones}


def outcome_names(study: Study) -> list[str]:
    """The columns of the outcomes that are results: milestones first, then the other numbers that any run has."""
    names = [f"{milestone.name}_days" for milestone in study.lock.milestones]
    numbers = study.outcomes.select(pl.selectors.numeric())
    known = [column.name for column in numbers if column.null_count() < column.len()]
    return names + [name for name in known if name not in (*RUN_KEYS, "seed", "followed_days", *names)]


def outcome_means(study: Study) -> pl.DataFrame:
    """outcome, mean: of each number that any run of the study has, milestones apart, which some runs never reach."""
    numbers = study.outcomes.select(sorted(set(outcome_names(study)) - milestone_columns(study))).mean()
    rows = list(numbers.row(0, named=True).items())
    return pl.DataFrame(rows, schema={"outcome": pl.String, "mean": pl.Float64}, orient="row")
