"""Bootstrap of statistics that follow from sums: one matrix product instead of a loop."""

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

N_RESAMPLES = 1000
LEVELS = (0.05, 0.95)
"""Ends of a 90% interval."""

_CELLS = 4_000_000
"""Weights held in memory at a time."""


def resampled_sums(columns: Array, n_resamples: int = N_RESAMPLES, seed: int = 0) -> Array:
    """Sums of each column over bootstrap resamples of the rows, shape (n_resamples, n_columns).

    `columns` has shape (n_rows, n_columns). A resample draws n_rows rows with replacement (Efron 1979), so its sum
    weighs each row by how often it was drawn.
    """
    n = columns.shape[0]
    rng, size = np.random.default_rng(seed), max(1, _CELLS // n)
    batches = (min(size, n_resamples - begin) for begin in range(0, n_resamples, size))
    even = np.full(n, 1.0 / n)
    return np.concatenate([rng.multinomial(n, even, size=batch).astype(np.float64) @ columns for batch in batches])


def percentiles(resampled: Array) -> tuple[Array, Array]:
    """The 90% percentile interval of each statistic, from shape (n_resamples, n_statistics); NaN where undefined.

    Resamples in which a statistic is undefined (a constant outcome) are left out of its interval.
    """
    known = np.where(np.isfinite(resampled), resampled, np.nan)
    low, high = np.full(known.shape[1], np.nan), np.full(known.shape[1], np.nan)
    some = np.isfinite(known).any(axis=0)
    if some.any():
        low[some], high[some] = np.nanquantile(known[:, some], LEVELS, axis=0)
    return low, high
