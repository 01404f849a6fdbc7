"""A study in a few lines for the terminal."""

import math
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

import polars as pl

from simlab.sweep.runs import State


class Dates(NamedTuple):
    """When a milestone comes under a policy, days since the start; None: after the horizon."""

    policy: str
    milestone: str
    p10_days: float | None
    p50_days: float | None
    p90_days: float | None
    never_fraction: float
    """Share of the runs that do not reach it before the horizon."""
    n_runs: int


def read_outcomes(study: Path, columns: Collection[str]) -> pl.DataFrame:
    """The outcomes of a study: those of the columns that it has."""
    outcomes = pl.scan_parquet(sorted((study / "outcomes").glob("part-*.parquet")))
    return outcomes.select(name for name in outcomes.collect_schema() if name in columns).collect()


def milestone_dates(outcomes: pl.DataFrame, policies: Sequence[str], milestones: Sequence[str]) -> list[Dates]:
    """The dates of each milestone under each policy, over the runs that ended well."""
    fine = outcomes.filter(pl.col("state") == State.OK)
    of_policy = {policy: fine.filter(pl.col("policy") == policy) for policy in policies}
    return [
        _dates(policy, milestone, of_policy[policy][f"{milestone}_days"].to_list())
        for milestone in milestones
        for policy in policies
        if of_policy[policy].height
    ]


def _dates(policy: str, milestone: str, days: Sequence[float | None]) -> Dates:
    late = [math.inf if day is None else day for day in days]
    low, middle, high = (_quantile(late, share) for share in (0.1, 0.5, 0.9))
    return Dates(policy, milestone, low, middle, high, late.count(math.inf) / len(late), len(late))


def _quantile(days: Sequence[float], share: float) -> float | None:
    """The first day by which at least this share of the runs is there; None if that is after the horizon.

    >>> _quantile([30.0, 10.0, math.inf, 20.0], 0.5)
    20.0
    >>> _quantile([30.0, 10.0, math.inf, 20.0], 0.9) is None
    True
    """
    found = sorted(days)[max(math.ceil(share * len(days) - 1e-9), 1) - 1]
    return None if math.isinf(found) else found
