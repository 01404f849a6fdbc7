"""Where in the space of factors runs fail: failures that lie in a corner bend every index that leaves them out."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST_FAILED_FRACTION = 0.1
"""Above this share of runs without a number, indices of the others would say little about all."""

LEAST_FAILED = 3
SURE = 0.01
"""A factor is named where luck alone, over all factors, would name one in fewer than one of a hundred studies."""


class Region(NamedTuple):
    """The factor along which failed and finished runs lie furthest apart."""

    factor: str
    failed_median: float
    """Median draw of the failed runs, 0 to 1 of the factor's range."""
    finished_median: float
    p_value: float
    """Of a rank test, times the number of factors."""

    @property
    def words(self) -> str:
        """What to tell of it."""
        side = "high" if self.failed_median > self.finished_median else "low"
        return (
            f"they lie where {self.factor} is {side}: the median failed run at {self.failed_median:.0%} of its range, "
            f"the median finished one at {self.finished_median:.0%}"
        )


def failed_region(draws: Array, is_failed: NDArray[np.bool_], factors: Sequence[str]) -> Region | None:
    """Where runs fail: `draws` has shape (n_points, n_factors), `is_failed` (n_points,). None where nothing tells.

    Mann and Whitney's rank test of failed against finished draws, factor by factor, Bonferroni's correction for
    having looked at all of them.
    """
    from scipy.stats import mannwhitneyu  # noqa: PLC0415  # start-up

    if is_failed.sum() < LEAST_FAILED or (~is_failed).sum() < LEAST_FAILED:
        return None
    failed, finished = draws[is_failed], draws[~is_failed]
    p_values = np.asarray(mannwhitneyu(failed, finished, axis=0).pvalue) * len(factors)
    i = int(np.argmin(p_values))
    if p_values[i] > SURE:
        return None
    return Region(factors[i], float(np.median(failed[:, i])), float(np.median(finished[:, i])), float(p_values[i]))


def too_many_missing(draws: Array, values: Array, is_done: NDArray[np.bool_], factors: Sequence[str]) -> str | None:
    """What to say where so many runs lack a number that indices of the others mislead; None where few do.

    `values` has shape (n_points, n_replicates), NaN where a run has no number; `is_done` says which runs have ended:
    those still to do say nothing about where runs fail.
    """
    lacks = np.isnan(values) & is_done
    share = float(lacks.sum() / max(is_done.sum(), 1))
    if share <= MOST_FAILED_FRACTION or share == 1.0:
        return None
    is_tried = np.asarray(is_done.any(axis=1)) & np.isfinite(draws).all(axis=1)
    region = failed_region(draws[is_tried], np.asarray(lacks.any(axis=1))[is_tried], factors)
    where = region.words if region else "no single factor says where"
    return f"{share:.0%} of the runs have no number, more than {MOST_FAILED_FRACTION:.0%}; {where}"
