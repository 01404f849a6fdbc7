"""Fair comparison of policies: differences within pairs of runs that share every draw.

A pair is one sample and replicate under two policies. Luck and uncertain parameters are the same in both, so
they cancel, and an empty policy differs by exactly zero. A milestone that a run does not reach counts as
reached at the horizon (the restricted mean): what a policy does to dates beyond it is not seen.
"""

import numpy as np
import polars as pl

from simlab.analysis.milestones import Z_90
from simlab.analysis.study import RUN_KEYS, Study

PAIR = ("sample", "replicate")


def paired_differences(study: Study) -> pl.DataFrame:
    """A row a policy (but the first) and outcome: policy minus first policy.

    Columns: policy, outcome, is_milestone, n_pairs, mean_difference with its 90% interval low and high, in
    the outcome's unit (milestones: days, restricted to the horizon); lower_fraction, same_fraction,
    higher_fraction of the pairs; paired_sd and unpaired_sd of the difference. Empty where the study has one
    policy.
    """
    reference, *others = study.policies
    milestones = {f"{milestone.name}_days" for milestone in study.lock.milestones}
    rows = [
        {"policy": policy, "outcome": outcome, "is_milestone": outcome in milestones}
        | _difference(study, outcome, reference, policy)
        for policy in others
        for outcome in outcome_names(study)
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def outcome_names(study: Study) -> list[str]:
    """The columns of the outcomes that are results: milestones first, then the other numbers that any run has."""
    names = [f"{milestone.name}_days" for milestone in study.lock.milestones]
    numbers = study.outcomes.select(pl.selectors.numeric())
    known = [column.name for column in numbers if column.null_count() < column.len()]
    return names + [name for name in known if name not in (*RUN_KEYS, "seed", *names)]


def _difference(study: Study, outcome: str, reference: str, policy: str) -> dict[str, float | int | None]:
    ours, theirs = _pairs(study, outcome, policy, reference)
    differences = ours - theirs
    n = differences.size
    if n == 0:
        return {"n_pairs": 0}
    mean, sd = float(differences.mean()), _sd(differences)
    half = Z_90 * sd / np.sqrt(n)
    return {
        "n_pairs": n,
        "mean_difference": mean,
        "low": mean - half,
        "high": mean + half,
        "lower_fraction": float((differences < 0).mean()),
        "same_fraction": float((differences == 0).mean()),
        "higher_fraction": float((differences > 0).mean()),
        "paired_sd": sd,
        "unpaired_sd": float(np.hypot(_sd(ours), _sd(theirs))),
    }


def _pairs(study: Study, outcome: str, policy: str, reference: str) -> tuple[np.ndarray, np.ndarray]:
    """Two arrays of shape (n_pairs,): the outcome under `policy` and `reference`, pairs finished in both."""
    value = pl.col(outcome).cast(pl.Float64)
    if outcome.removesuffix("_days") in {milestone.name for milestone in study.lock.milestones}:
        value = value.fill_null(study.horizon_days)
    table = study.outcomes.select("policy", *PAIR, value)
    ours, theirs = (table.filter(pl.col("policy") == name).drop("policy") for name in (policy, reference))
    both = ours.join(theirs, on=PAIR, suffix="_reference").drop_nulls()
    return both[outcome].to_numpy(), both[f"{outcome}_reference"].to_numpy()


def _sd(values: np.ndarray) -> float:
    return float(values.std(ddof=1)) if values.size > 1 else 0.0
