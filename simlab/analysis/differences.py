"""How much an outcome differs between two alternatives that were run on the same draws, or on draws of their own.

A pair is one sample and replicate under both: luck and uncertain parameters are the same, so they cancel. Replicates
of a sample are averaged before anything is said about spread. A milestone that a run does not reach counts as reached
at the horizon (the restricted mean): what an alternative does to dates beyond it is not seen.
"""

import math
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.analysis.intervals import (
    Interval,
    mean_difference_interval,
    mean_interval,
    paired_share_interval,
    share_difference_interval,
    spread,
)

Floats = NDArray[np.float64]
PAIR = ("sample", "replicate")

NOTHING = {"n_pairs": 0, "n_samples": 0}
"""The difference where no pair has the outcome on both sides."""


class Side(NamedTuple):
    """One outcome under one alternative, a row a run that has it."""

    values: Floats
    """A milestone not reached has the horizon here."""
    reached: Floats
    """Whether the milestone was reached, 0 or 1; 1 for what is no milestone."""
    samples: NDArray[np.int64]


def paired(ours: Side, theirs: Side) -> dict[str, float | int | None]:
    """Ours minus theirs, row n of both being a pair: the columns of `simlab.analysis.policies.paired_differences`."""
    if not ours.values.size:
        return dict(NOTHING)
    change = ours.values - theirs.values
    means = by_sample(change, ours.samples)
    ahead = by_sample(ours.reached - theirs.reached, ours.samples)
    is_same = not change.any() and not ahead.any()
    likelier = Interval(0.0, 0.0, 0.0) if is_same else paired_share_interval(ahead)
    return {
        "n_pairs": change.size,
        "n_samples": means.size,
        **_told(mean_interval(means), likelier),
        "lower_fraction": float((change < 0).mean()),
        "same_fraction": float((change == 0).mean()),
        "higher_fraction": float((change > 0).mean()),
        "paired_sd": spread(means),
        "unpaired_sd": _unpaired_sd(ours, theirs),
    }


def unpaired(ours: Side, theirs: Side) -> dict[str, float | int | None]:
    """Ours minus theirs, of draws that have nothing to do with each other.

    The same columns; lower, same and higher are the chances of a run of ours beside any run of theirs, and n_pairs is
    the smaller number of runs.
    """
    if not min(ours.values.size, theirs.values.size):
        return dict(NOTHING)
    means = [by_sample(side.values, side.samples) for side in (ours, theirs)]
    reached = [by_sample(side.reached, side.samples) for side in (ours, theirs)]
    return {
        "n_pairs": min(ours.values.size, theirs.values.size),
        "n_samples": min(mean.size for mean in means),
        **_told(mean_difference_interval(means[0], means[1]), share_difference_interval(reached[0], reached[1])),
        **_chances(ours.values, theirs.values),
        "paired_sd": None,
        "unpaired_sd": _unpaired_sd(ours, theirs),
    }


def _told(mean: Interval, likelier: Interval) -> Mapping[str, float | None]:
    return {
        "mean_difference": mean.value,
        "low": mean.low,
        "high": mean.high,
        "reached_difference": likelier.value,
        "reached_low": likelier.low,
        "reached_high": likelier.high,
    }


def _chances(ours: Floats, theirs: Floats) -> dict[str, float]:
    """That a value of ours is lower, the same or higher than one of theirs, each with each."""
    ordered, n = np.sort(theirs), ours.size * theirs.size
    below = int(np.searchsorted(ordered, ours, side="left").sum())
    not_above = int(np.searchsorted(ordered, ours, side="right").sum())
    shares = {"lower_fraction": n - not_above, "same_fraction": not_above - below, "higher_fraction": below}
    return {name: count / n for name, count in shares.items()}


def _unpaired_sd(ours: Side, theirs: Side) -> float:
    first, second = (spread(by_sample(side.values, side.samples)) for side in (ours, theirs))
    return math.hypot(first, second)


def by_sample(values: Floats, samples: NDArray[np.int64]) -> Floats:
    """The mean of each sample's replicates, shape (n_samples,).

    >>> by_sample(np.array([1.0, 3.0, 5.0]), np.array([7, 7, 9])).tolist()
    [2.0, 5.0]
    """
    if (samples[1:] > samples[:-1]).all():
        return values
    _, place = np.unique(samples, return_inverse=True)
    return np.bincount(place, weights=values) / np.bincount(place)


def side(outcomes: pl.DataFrame, outcome: str, horizon_days: float | None) -> pl.DataFrame:
    """PAIR, value and reached of an outcome, a row a run that has it; with `horizon_days` it is a milestone."""
    value = pl.col(outcome).cast(pl.Float64)
    if horizon_days is None:
        known = outcomes.select(*PAIR, value=value, reached=pl.lit(1.0))
    else:
        there = value.is_not_null() & (value <= horizon_days)
        late = pl.when(there).then(value).otherwise(horizon_days)
        known = outcomes.select(*PAIR, value=late, reached=there.cast(pl.Float64))
    return known.drop_nulls("value")


def difference(ours: pl.DataFrame, theirs: pl.DataFrame, *, is_paired: bool = True) -> dict[str, float | int | None]:
    """Ours minus theirs, from two tables of `side`."""
    if not is_paired:
        return unpaired(_side(ours, ""), _side(theirs, ""))
    both = ours.join(theirs, on=PAIR, suffix="_theirs").sort(PAIR)
    return paired(_side(both, ""), _side(both, "_theirs"))


def _side(table: pl.DataFrame, suffix: str) -> Side:
    values, reached = (table[f"{name}{suffix}"].to_numpy() for name in ("value", "reached"))
    return Side(values, reached, table["sample"].to_numpy())
