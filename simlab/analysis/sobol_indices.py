"""Sobol' indices from Saltelli blocks: the share of an outcome's variance that each factor drives.

A block is d + 2 runs: A, B, and for each factor i the run AB_i, which is A with the factor's draw from B. Estimators:
first order by Saltelli et al. (2010, Computer Physics Communications 181, table 2 b), total by Jansen (1999, same
journal 117), both over the variance of A and B together. Intervals resample blocks.

A run without a number is no zero. A factor's indices need three runs of a block: A, B and its own AB_i; a block that
lacks one of the three is left out of that factor's indices as a whole, and `n_blocks` says how many were left.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.analysis.sensitivity_bootstrap import N_RESAMPLES, percentiles, resampled_sums
from simlab.analysis.sensitivity_undefined import TOO_FEW, or_none, why_undefined
from simlab.errors import StudyError

Array = NDArray[np.float64]

LEAST_BLOCKS = 8
NO_VARIANCE = "the outcome is the same in all runs that its variance is estimated from (A and B of the blocks)"
SCHEMA = {
    "factor": pl.String,
    "first_order": pl.Float64,
    "first_low": pl.Float64,
    "first_high": pl.Float64,
    "total": pl.Float64,
    "total_low": pl.Float64,
    "total_high": pl.Float64,
    "n_blocks": pl.Int64,
    "reason": pl.String,
}


class Blocks(NamedTuple):
    """One outcome over Saltelli blocks; NaN where a run has no number."""

    a: Array
    """Shape (n_blocks,)."""
    b: Array
    """Shape (n_blocks,)."""
    ab: Array
    """Shape (n_blocks, n_factors)."""


def in_blocks(draws: Array, values: Array) -> Blocks:
    """The `values`, shape (n_points,), of a design of n_factors + 2 points a block: A, B, AB_1, AB_2, ...

    `draws` has shape (n_points, n_factors). Points after the last whole block are left out.

    Raises:
        StudyError: the points are not such blocks.
    """
    width = draws.shape[1] + 2
    n_blocks = draws.shape[0] // width
    points = draws[: n_blocks * width].reshape(n_blocks, width, -1)
    a, b, mixed = points[:, 0], points[:, 1], points[:, 2:]
    own = np.eye(width - 2, dtype=bool)
    if not np.array_equal(mixed, np.where(own, b[:, None, :], a[:, None, :])):
        raise StudyError("the points of this study are not the Saltelli blocks that its lock speaks of")
    table = values[: n_blocks * width].reshape(n_blocks, width)
    return Blocks(table[:, 0], table[:, 1], table[:, 2:])


def sobol_indices(
    blocks: Blocks, factors: Sequence[str], n_resamples: int = N_RESAMPLES, seed: int = 0
) -> pl.DataFrame:
    """A row a factor, the largest total index first: SCHEMA's columns, shares of the outcome's variance.

    low and high are the ends of 90% intervals. Null with a `reason` where the outcome is constant or unknown, or
    fewer than LEAST_BLOCKS blocks are left. The estimates are not pressed into [0, 1]: one below zero is noise.
    """
    columns = _columns(blocks)
    reason = why_undefined(np.concatenate([blocks.a, blocks.b, blocks.ab.ravel()]))
    first, total = _indices(columns.sum(axis=0)[None])
    resampled = _indices(resampled_sums(columns, n_resamples, seed))
    (first_low, first_high), (total_low, total_high) = percentiles(resampled[0]), percentiles(resampled[1])
    n_blocks = columns.reshape(len(columns), 7, -1)[:, 0].sum(axis=0)
    numbers = (first[0], first_low, first_high, total[0], total_low, total_high)
    rows = [
        _row(factor, [float(column[i]) for column in numbers], int(n_blocks[i]), reason)
        for i, factor in enumerate(factors)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("total", descending=True, nulls_last=True)


def _row(factor: str, numbers: Sequence[float], n_blocks: int, reason: str | None) -> tuple[object, ...]:
    why = reason or (TOO_FEW if n_blocks < LEAST_BLOCKS else None)
    why = why or (None if np.isfinite(numbers[0]) else NO_VARIANCE)
    shown = [None if why else or_none(number) for number in numbers]
    return factor, *shown, n_blocks, why


def _columns(blocks: Blocks) -> Array:
    """What the indices are sums of, shape (n_blocks, 7 n_factors); zeros where a factor's runs are not complete."""
    known = np.isfinite(blocks.a)[:, None] & np.isfinite(blocks.b)[:, None] & np.isfinite(blocks.ab)
    middle = np.nanmean(np.r_[blocks.a, blocks.b]) if known.any() else 0.0  # large numbers lose digits otherwise
    a, b, ab = (np.where(known, part - middle, 0.0) for part in (blocks.a[:, None], blocks.b[:, None], blocks.ab))
    step = ab - a
    return np.hstack([known.astype(np.float64), a, b, a * a + b * b, b * step, step, step * step])


def _indices(sums: Array) -> tuple[Array, Array]:
    """First order and total, each of shape (n_resamples, n_factors), from sums of `_columns`."""
    n, a, b, squares, products, steps, distances = np.split(sums, 7, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (a + b) / (2.0 * n)
        variance = squares / (2.0 * n) - mean**2
        first = (products - mean * steps) / n / variance
        total = distances / (2.0 * n) / variance
    return first, total
