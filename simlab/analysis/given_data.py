"""First-order indices from any sample of draws: no design of its own, no run more.

The share of an outcome's variance that its mean given one factor explains, by bins of the factor (Pearson's
correlation ratio; Plischke, Borgonovo and Smith 2013, European Journal of Operational Research 226). Bins fit noise:
with k bins of n samples, a factor without any effect would show (k - 1) / (n - 1). That is taken off (Kelley 1935,
epsilon squared), so such a factor's index is zero on average, and as often below as above.

Among hundreds of factors the largest index is large by luck alone. So each table carries its noise floor: the outcome
is shuffled over the samples, which leaves no effect, and the largest index of all factors is noted. A factor stands out
if it beats that largest of all in at least 95 of 100 shuffles.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.analysis.rank_correlations import rank_correlations, shuffled_largest
from simlab.analysis.sensitivity_undefined import TOO_FEW, or_none, why_undefined

Array = NDArray[np.float64]

LEAST_SAMPLES = 12
MOST_SHUFFLES, LEAST_SHUFFLES = 400, 100
FLOOR = 0.975
"""Quantile of the largest statistic of all factors: two statistics, each at 2.5%, are 5% together."""

SCHEMA = {
    "factor": pl.String,
    "first_order": pl.Float64,
    "first_floor": pl.Float64,
    "rank_correlation": pl.Float64,
    "rank_low": pl.Float64,
    "rank_high": pl.Float64,
    "rank_floor": pl.Float64,
    "is_partial": pl.Boolean,
    "stands_out": pl.Boolean,
    "n_samples": pl.Int64,
    "reason": pl.String,
}


def given_data(
    draws: Array, values: Array, factors: Sequence[str], n_options: Sequence[int], is_ordered: Sequence[bool]
) -> pl.DataFrame:
    """A row a factor, the largest first-order index first: SCHEMA's columns.

    `draws` has shape (n_samples, n_factors), independent columns; `values` (n_samples,), NaN where a sample has no
    number: it is left out. `n_options` is 0 for a number; a switch's options are its bins, and one that is not
    ordered has no rank correlation. Null with a `reason` where the outcome is constant or unknown or samples are few.
    """
    known = np.isfinite(values)
    reason = why_undefined(values) or (TOO_FEW if known.sum() < LEAST_SAMPLES else None)
    if reason:
        rows = [{"factor": name, "n_samples": int(known.sum()), "reason": reason} for name in factors]
        return pl.DataFrame(rows, schema=SCHEMA)
    return _table(draws[known], values[known], factors, n_options, np.array(is_ordered))


def _table(
    draws: Array, values: Array, factors: Sequence[str], n_options: Sequence[int], is_ordered: NDArray[np.bool_]
) -> pl.DataFrame:
    shuffled = shuffles(values)
    first, first_floor = _first_orders(draws, values, shuffled, n_options)
    ranks = rank_correlations(draws[:, is_ordered], values)
    rank_floor = float(np.quantile(shuffled_largest(draws[:, is_ordered], shuffled), FLOOR))
    table = pl.DataFrame(
        {
            "factor": factors,
            "first_order": [or_none(x) for x in first],
            "first_floor": first_floor,
            **{name: _spread(column, is_ordered) for name, column in zip(RANKS, ranks[:3], strict=True)},
            "rank_floor": rank_floor,
            "is_partial": ranks.is_partial,
            "n_samples": len(values),
            "reason": None,
        }
    )
    is_steep = (pl.col("rank_correlation").abs() > rank_floor).fill_null(value=False)
    beats = (pl.col("first_order") > first_floor).fill_null(value=False) | is_steep
    return (
        table.with_columns(stands_out=beats)
        .select(pl.col(n).cast(k) for n, k in SCHEMA.items())
        .sort("first_order", descending=True, nulls_last=True, maintain_order=True)
    )


RANKS = ("rank_correlation", "rank_low", "rank_high")


def _spread(column: Array, is_ordered: NDArray[np.bool_]) -> list[float | None]:
    """The column's numbers at the ordered factors, null at the others."""
    numbers = iter(column)
    return [or_none(next(numbers)) if ordered else None for ordered in is_ordered]


def shuffles(values: Array, seed: int = 0) -> Array:
    """The values in random orders, shape (n_samples, n_shuffles); the more samples, the fewer orders."""
    rng = np.random.default_rng(seed)
    n_shuffles = max(LEAST_SHUFFLES, min(MOST_SHUFFLES, 400_000 // values.size))
    return rng.permuted(np.repeat(values[:, None], n_shuffles, axis=1), axis=0)


def _first_orders(draws: Array, values: Array, shuffled: Array, n_options: Sequence[int]) -> tuple[list[float], float]:
    """The index of each factor, and the floor over all of them."""
    columns = np.column_stack([values, shuffled])
    found, largest = [], np.full(shuffled.shape[1], -np.inf)
    for draw, options in zip(draws.T, n_options, strict=True):
        index = first_order(bins_of(draw, options), columns)
        found.append(float(index[0]))
        np.fmax(largest, index[1:], out=largest)
    return found, float(np.quantile(largest, FLOOR))


def bins_of(draws: Array, n_options: int = 0) -> NDArray[np.int64]:
    """The bin of each draw: a switch's option, a grid's level, else equally filled, about n^0.4 of them.

    More bins than that would fit noise, fewer would blur a bent effect: their number grows more slowly than what is
    in each.
    """
    if n_options:
        return np.minimum(draws * n_options, n_options - 1).astype(np.int64)
    n_bins = max(3, round(draws.size**0.4))
    levels, level = np.unique(draws, return_inverse=True)
    if levels.size <= n_bins:
        return level
    order = np.argsort(np.argsort(draws, kind="stable"), kind="stable")
    return order * n_bins // draws.size


def first_order(bins: NDArray[np.int64], columns: Array) -> Array:
    """Epsilon squared of each column, shape (n_columns,), for samples in `bins`, shape (n_samples,).

    Not a number where all samples are in one bin.
    """
    used, member = np.unique(bins, return_inverse=True)
    n, k = len(bins), used.size
    if k < 2 or k == n:
        return np.full(columns.shape[1], np.nan)
    centred = columns - columns.mean(axis=0)
    inside = (member == np.arange(k)[:, None]).astype(np.float64)
    between = ((inside @ centred) ** 2 / inside.sum(axis=1, keepdims=True)).sum(axis=0)
    whole = (centred**2).sum(axis=0)
    return 1.0 - (whole - between) / (n - k) / (whole / (n - 1))
