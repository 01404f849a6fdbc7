"""Morris's elementary effects: which factors matter at all, from few runs.

A trajectory moves one factor at a time; the change of the outcome over the change of the draw is the factor's
elementary effect, in the outcome's unit for a way through the factor's whole range. Morris (1991, Technometrics 33):
mu is their mean, sigma their standard deviation (interaction or bend); Campolongo et al. (2007, Environmental Modelling
& Software 22): mu* the mean of their absolute values. Intervals resample trajectories.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl
from numpy.typing import NDArray

from simlab.analysis.sensitivity_bootstrap import N_RESAMPLES, percentiles, resampled_sums
from simlab.analysis.sensitivity_undefined import TOO_FEW, or_none, why_undefined
from simlab.errors import StudyError

Array = NDArray[np.float64]

MEASURES = ("mu_star", "mu", "sigma")
LEAST_FOR_INTERVALS = 5
"""Fewer trajectories, resampled, would say that they are sure of what they cannot know."""

SCHEMA = {
    "factor": pl.String,
    **{f"{measure}{end}": pl.Float64 for measure in MEASURES for end in ("", "_low", "_high")},
    "n_trajectories": pl.Int64,
    "reason": pl.String,
}


def elementary_effects(draws: Array, values: Array) -> Array:
    """Shape (n_trajectories, n_factors), from a design of n_factors + 1 points a trajectory.

    `draws` has shape (n_points, n_factors), `values` (n_points,). NaN where one of an effect's two runs has no
    number. Points after the last whole trajectory are left out.

    Raises:
        StudyError: the points are not such trajectories.
    """
    n_factors = draws.shape[1]
    n = draws.shape[0] // (n_factors + 1)
    points = draws[: n * (n_factors + 1)].reshape(n, n_factors + 1, n_factors)
    steps = np.diff(points, axis=1)
    moved = np.argmax(steps != 0.0, axis=2)
    if ((steps != 0.0).sum(axis=2) != 1).any() or (np.sort(moved, axis=1) != np.arange(n_factors)).any():
        raise StudyError("the points of this study are not the trajectories that its lock speaks of")
    changes = np.diff(values[: n * (n_factors + 1)].reshape(n, n_factors + 1), axis=1)
    slopes = changes / np.take_along_axis(steps, moved[:, :, None], axis=2)[:, :, 0]
    return np.take_along_axis(slopes, np.argsort(moved, axis=1), axis=1)


def morris(
    draws: Array, values: Array, factors: Sequence[str], n_resamples: int = N_RESAMPLES, seed: int = 0
) -> pl.DataFrame:
    """A row a factor, the largest mu_star first: SCHEMA's columns, in the outcome's unit, with 90% intervals.

    Null with a `reason` where the outcome is constant or unknown. An effect with a failed run at one of its ends is
    left out, and `n_trajectories` says how many each factor has; of fewer than LEAST_FOR_INTERVALS there are no
    intervals.
    """
    effects = elementary_effects(draws, values)
    reason = why_undefined(values)
    n = np.isfinite(effects).sum(axis=0)
    found = np.stack(_measures(_columns(effects).sum(axis=0)[None]))[:, 0]
    spread = [percentiles(part) for part in _measures(resampled_sums(_columns(effects), n_resamples, seed))]
    rows = []
    for i, factor in enumerate(factors):
        why = reason or (TOO_FEW if n[i] < 2 else None)
        few = np.nan if n[i] < LEAST_FOR_INTERVALS else 0.0
        numbers = [x for m in range(len(MEASURES)) for x in (found[m, i], *(end[i] + few for end in spread[m]))]
        rows.append((factor, *(None if why else or_none(x) for x in numbers), int(n[i]), why))
    return pl.DataFrame(rows, schema=SCHEMA, orient="row").sort("mu_star", descending=True, nulls_last=True)


def _columns(effects: Array) -> Array:
    known = np.isfinite(effects)
    held = np.where(known, effects, 0.0)
    return np.hstack([known.astype(np.float64), np.abs(held), held, held * held])


def _measures(sums: Array) -> tuple[Array, Array, Array]:
    """mu*, mu and sigma, each of shape (n_resamples, n_factors), from sums of `_columns`."""
    n, sizes, total, squares = np.split(sums, 4, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = total / n
        spread = squares - n * mean**2
        variance = np.where(spread < 1e-12 * squares, 0.0, spread) / (n - 1.0)  # rounding is no spread
        return sizes / n, mean, np.sqrt(variance)
