"""What drives an outcome, in sentences: the strongest factors, what is luck, and what cannot be said."""

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import polars as pl

from simlab.analysis.drivers import MORRIS, ONE_AT_A_TIME, SALTELLI, Drivers
from simlab.report.driver_methods import estimate, index, short, signed
from simlab.report.words import listed, n_of, percent

MOST_WHOLE = 4
"""So many milestones or outcomes are told whatever they show; of more only those of which something can be said."""


class Facts(NamedTuple):
    """How the numbers came about."""

    title: str
    kind: str
    """Of the design."""
    policy: str
    against: str | None
    n_factors: int
    n_samples: int
    n_runs: int
    n_unfinished: int
    fingerprint: str
    notes: Sequence[tuple[str, str]]
    """What else to know: term and explanation."""


def why_nothing(found: Drivers) -> str | None:
    """Why no factor of this outcome has a number; None where one has."""
    if found.table.is_empty():
        return "no factor is in this policy"
    reasons = found.table["reason"]
    return reasons[0] if reasons.null_count() == 0 else None


def by_subject(found: Sequence[Drivers]) -> list[list[Drivers]]:
    """What is defined of each milestone or outcome."""
    defined = [driven for driven in found if why_nothing(driven) is None]
    return [list(sides) for _, sides in groupby(defined, key=lambda driven: driven.response.subject)]


def silent(found: Sequence[Drivers]) -> dict[str, list[str]]:
    """Titles of the outcomes of which nothing can be said, by reason."""
    told: dict[str, list[str]] = {}
    for driven in found:
        if why := why_nothing(driven):
            told.setdefault(why, []).append(driven.response.title)
    return told


def is_quiet(kind: str, found: Drivers) -> bool:
    """Whether its factors have numbers and yet nothing can be said of any."""
    if why_nothing(found) is not None:
        return False
    if kind == ONE_AT_A_TIME:
        return not (found.table["span"] > 0.0).any()
    if kind == MORRIS:
        return not (found.table["mu_star"] > 0.0).any()
    return "stands_out" in found.table.columns and not found.table["stands_out"].any()


SIDES = {"days": "date", "share": "whether reached"}
"""What side of a milestone an outcome in this unit is."""


def sentence(kind: str, found: Drivers) -> str:
    """The strongest drivers of one outcome."""
    if why := why_nothing(found):
        return f"Not defined: {why}."
    tell = {ONE_AT_A_TIME: _tornado, MORRIS: _morris, SALTELLI: _saltelli}.get(kind, _given)
    return tell(found.table.filter(pl.col("reason").is_null()), found.response.unit)


def _tornado(table: pl.DataFrame, unit: str) -> str:
    moving = table.filter(pl.col("span") > 0.0)
    n_all, n = table["factor"].n_unique(), moving["factor"].n_unique()
    if n == 0:
        return f"None of {n_of(n_all, 'factor')} moves it."
    told = []
    for factor in moving["factor"].unique(maintain_order=True)[:3]:
        ends = [signed(x) for x in moving.filter(pl.col("factor") == factor)["difference"] if x is not None]
        told.append(f"{factor} ({' and '.join(ends)})")
    most = f"{n} of {n_of(n_all, 'factor')} move it; most, in {unit or 'its unit'}: {listed(told)}."
    return most + _doubt(moving)


def _doubt(moving: pl.DataFrame) -> str:
    """What the replicates say of the differences."""
    if moving["low"].count() == 0:
        return " With one replicate nobody knows what of it is luck."
    sure = moving.filter((pl.col("low") > 0.0) | (pl.col("high") < 0.0))["factor"].unique(maintain_order=True).to_list()
    if not sure:
        return " None of it is sure: every 90% interval includes no change."
    more = [n_of(len(sure) - 3, "other")] if len(sure) > 3 else []
    return f" Sure, by a 90% interval that leaves out no change: {listed([*sure[:3], *more])}."


def _morris(table: pl.DataFrame, unit: str) -> str:
    moving, n = table.filter(pl.col("mu_star") > 0.0), n_of(table.height, "factor")
    if moving.is_empty():
        return f"None of {n} moves it."
    told = [f"{row['factor']} ({short(row['mu_star'])})" for row in moving.head(3).iter_rows(named=True)]
    effects = f"{moving.height} of {n} move it; the largest effects (mu*{', ' + unit if unit else ''}): {listed(told)}."
    few = table["mu_star_low"].count() == 0
    return effects + (f" {table['n_trajectories'].max()} trajectories are too few for intervals." if few else "")


def _saltelli(table: pl.DataFrame, unit: str) -> str:
    told = [f"{row['factor']} ({index(row['total'])})" for row in table.head(3).iter_rows(named=True)]
    return (
        f"The largest total indices: {listed(told)}. First-order indices add up to "
        f"{index(float(table['first_order'].sum()))}; what is missing to 1 is interactions and noise."
    )


def _given(table: pl.DataFrame, unit: str) -> str:
    clear = table.filter(pl.col("stands_out"))
    n, first = table["factor"].n_unique(), table.row(0, named=True)
    if clear.is_empty():
        return (
            f"Nothing stands out of the noise: the largest of {n_of(n, 'index').replace('indexs', 'indices')} is "
            f"{index(first['first_order'])}, and factors without any effect would reach {index(first['first_floor'])}."
        )
    told = [f"{row['factor']} ({_told(row)})" for row in clear.head(3).iter_rows(named=True)]
    more = f", and {n_of(clear.height - 3, 'factor')} more" if clear.height > 3 else ""
    return f"Of {n_of(n, 'factor')} {clear.height} stand{'s' if clear.height == 1 else ''} out: {listed(told)}{more}."


def _told(row: Mapping[str, Any]) -> str:
    """How strong a factor is, and which way it goes where it goes one way."""
    share = f"{percent(min(max(row['first_order'] or 0.0, 0.0), 1.0))} of the variance"
    rank = row["rank_correlation"]
    if rank is None or abs(rank) <= row["rank_floor"]:
        return share
    return f"{share}, {'rises' if rank > 0 else 'falls'} with it"


def luck_sentence(found: Drivers) -> str | None:
    """How much of the outcome's variance is luck; None where it is not asked or not defined."""
    split = found.luck
    if split is None or split.luck_fraction is None:
        return None
    ends = ""
    if split.low is not None and split.high is not None:
        ends = f" (90% interval: {percent(split.low)} to {percent(split.high)})"
    return f"Luck is {percent(split.luck_fraction)} of the variance of a run{ends}."


def mean_sentence(found: Drivers) -> str | None:
    """What control variates gain; None where it is little."""
    mean = found.mean
    if mean is None or not mean.is_worth_it or mean.variance_ratio is None:
        return None
    plain, ours = estimate(mean.plain_mean, mean.plain_low, mean.plain_high), estimate(mean.mean, mean.low, mean.high)
    return (
        f"Known draws narrow its mean: {ours} {found.response.unit}, plain {plain}; the variance is "
        f"{short(mean.variance_ratio)} of the plain one ({n_of(mean.n_controls, 'control variate')})."
    )
