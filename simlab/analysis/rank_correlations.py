"""Which way an outcome goes with a factor: rank correlations, partial where there are runs enough.

A partial rank correlation takes the other factors' straight effects off both sides, which makes the rest clearer
(Iman and Conover 1979; Saltelli et al. 2008, Global Sensitivity Analysis). It needs several samples a factor; with
fewer, plain rank correlations are shown: the draws are independent by design, so they are no less true, only noisier.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlab.analysis.intervals import Z_90

Array = NDArray[np.float64]

SAMPLES_PER_FACTOR = 3
"""So many samples a factor, and partial correlations are no noisier than plain ones in all but odd cases."""


class RankCorrelations(NamedTuple):
    """Of an outcome with each factor, -1 to 1, each of shape (n_factors,)."""

    correlation: Array
    low: Array
    high: Array
    """Ends of the 90% interval."""
    is_partial: bool


def rank_correlations(draws: Array, values: Array) -> RankCorrelations:
    """From `draws`, shape (n_samples, n_factors), and `values`, shape (n_samples,), without NaN.

    Intervals by Fisher's z with the variance that Bonett and Wright (2000, Psychometrika 65) give for ranks.
    """
    correlation = _correlate(draws, values[:, None])[:, 0]
    n_controls = draws.shape[1] - 1 if _is_partial(draws) else 0
    z = np.arctanh(np.clip(correlation, -1 + 1e-12, 1 - 1e-12))
    half = Z_90 * np.sqrt((1.0 + correlation**2 / 2.0) / max(len(values) - n_controls - 3, 1))
    return RankCorrelations(correlation, np.tanh(z - half), np.tanh(z + half), _is_partial(draws))


def shuffled_largest(draws: Array, shuffled: Array) -> Array:
    """The largest absolute correlation of any factor with each column of `shuffled`, shape (n_samples, n_shuffles)."""
    return np.abs(_correlate(draws, shuffled)).max(axis=0, initial=0.0)


def _is_partial(draws: Array) -> bool:
    return draws.shape[0] >= SAMPLES_PER_FACTOR * draws.shape[1] + 3


def _correlate(draws: Array, columns: Array) -> Array:
    """Shape (n_factors, n_columns). NaN-free: a factor that never moves correlates with nothing."""
    x, y = _standardised(draws), _standardised(columns)
    return _partial(x, y) if _is_partial(draws) else x.T @ y


def _partial(x: Array, y: Array) -> Array:
    """Partial correlations follow from the t values of one regression on all factors."""
    inverse = np.linalg.pinv(x.T @ x)
    slopes = inverse @ (x.T @ y)
    left = np.maximum((y * y).sum(axis=0) - ((x.T @ y) * slopes).sum(axis=0), 0.0)
    weight = np.diag(inverse)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        # t^2 / (t^2 + df) = slope^2 / (slope^2 + weight * left), df cancels
        return np.nan_to_num(slopes / np.sqrt(slopes**2 + weight * left))


def _standardised(columns: Array) -> Array:
    """Ranks of each column, mean zero and length one."""
    from scipy.stats import rankdata  # noqa: PLC0415  # start-up

    ranks = rankdata(columns, axis=0) - (len(columns) + 1) / 2.0
    length = np.sqrt((ranks**2).sum(axis=0))
    return ranks / np.where(length == 0.0, 1.0, length)
