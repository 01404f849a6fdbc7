"""90% intervals of shares, means and differences, from few independent draws.

What is independent is the draw of the uncertain parameters (the sample): its replicates share it, so they are averaged
first, and the number of samples is the honest count. Intervals of means are Student's, because a spread that is
estimated from few numbers is itself uncertain.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Z_90 = 1.6448536269514722
"""Standard normal quantile of a two-sided 90% interval."""


class Interval(NamedTuple):
    """An estimate and its 90% interval; ends are None where the numbers do not say."""

    value: float
    low: float | None
    high: float | None


def t_90(n_free: float) -> float:
    """Student's quantile of a two-sided 90% interval with `n_free` degrees of freedom (a fraction is allowed).

    >>> round(t_90(1), 3), round(t_90(9), 3)
    (6.314, 1.833)
    """
    from scipy.special import stdtrit  # noqa: PLC0415 -- start-up: only an analysis needs it

    return float(stdtrit(n_free, 0.95))


def share_interval(n_found: float, n_runs: float, n_independent: float) -> tuple[float, float]:
    """Wilson's 90% interval of a share, as if only `n_independent` of the runs were independent draws.

    Replicates of one sample share its parameters, so the number of samples is the honest count.
    """
    p, n, z2 = n_found / n_runs, n_independent, Z_90**2
    middle = (p + z2 / (2 * n)) / (1 + z2 / n)
    half = Z_90 / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def mean_interval(values: NDArray[np.float64]) -> Interval:
    """The mean of independent `values`, shape (n,) with n > 0, and Student's interval; no ends for a single value.

    >>> mean_interval(np.array([1.0, 3.0]))
    Interval(value=2.0, low=-4.313..., high=8.313...)
    """
    mean = float(values.mean())
    if values.size < 2:
        return Interval(mean, None, None)
    half = t_90(values.size - 1) * spread(values) / math.sqrt(values.size)
    return Interval(mean, mean - half, mean + half)


def mean_difference_interval(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> Interval:
    """Mean of `ours` minus mean of `theirs`, which are not paired: Welch's interval (Biometrika 34, 1947)."""
    difference = float(ours.mean() - theirs.mean())
    if min(ours.size, theirs.size) < 2:
        return Interval(difference, None, None)
    parts = np.array([spread(sample) ** 2 / sample.size for sample in (ours, theirs)])
    if parts.sum() == 0.0:
        return Interval(difference, difference, difference)
    n_free = parts.sum() ** 2 / sum(part**2 / (n - 1) for part, n in zip(parts, (ours.size, theirs.size), strict=True))
    half = t_90(n_free) * math.sqrt(parts.sum())
    return Interval(difference, difference - half, difference + half)


def paired_share_interval(changes: NDArray[np.float64]) -> Interval:
    """How much likelier an event is under ours than under theirs, from pairs.

    `changes`, shape (n_samples,): +1 where it came under ours only, -1 under theirs only, 0 where both agree, or the
    mean of these over a sample's replicates. As in McNemar's test only pairs that disagree say anything. The interval
    is that of Bonett and Price (J. Educ. Behav. Stat. 37, 2012): Wald's after one pair more of either kind, which
    keeps what it promises in small samples (with replicates rather more); where no pair disagrees it says how rare
    that may still be.

    >>> paired_share_interval(np.array([1.0] * 5 + [0.0] * 15)).value
    0.25
    """
    more = np.append(changes, [1.0, -1.0])
    half = Z_90 * float(more.std()) / math.sqrt(more.size)
    middle = float(more.mean())
    return Interval(float(changes.mean()), max(middle - half, -1.0), min(middle + half, 1.0))


def share_difference_interval(ours: NDArray[np.float64], theirs: NDArray[np.float64]) -> Interval:
    """Difference of two shares that are not paired: Newcombe's, from two intervals of Wilson (Stat. Med. 17, 1998).

    Each array, shape (n_samples,): whether it happened (0 or 1), or the mean of that over a sample's replicates.
    """
    p, q = float(ours.mean()), float(theirs.mean())
    (p_low, p_high), (q_low, q_high) = (share_interval(v.sum(), v.size, v.size) for v in (ours, theirs))
    low = p - q - math.hypot(p - p_low, q_high - q)
    return Interval(p - q, low, p - q + math.hypot(p_high - p, q - q_low))


def spread(values: NDArray[np.float64]) -> float:
    """Standard deviation of independent `values`; NaN for one of them, which has none."""
    return float(values.std(ddof=1)) if values.size > 1 else math.nan
