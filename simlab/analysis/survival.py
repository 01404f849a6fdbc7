"""By when a share of the runs is there, although not all of them were followed equally long.

A run that ended before its event has not refused it: its date is later than the day until which it was followed
(right-censored). The estimator is the product-limit one (Kaplan and Meier, J. Am. Stat. Assoc. 53, 1958): at each date
the share that arrives among those still followed. Where all were followed to the same day it is the plain share of
runs, to the last bit.

Intervals are Greenwood's on the scale log(-log) (Kalbfleisch and Prentice 1980), which stays between 0 and 1.
Replicates of a sample are one cluster: the influences of its runs are added before they are squared, which without
replicates is Greenwood's formula exactly.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlab.analysis.intervals import Z_90, share_interval

Floats = NDArray[np.float64]

MOST_KNOTS = 400
"""With replicates the variance is worked out at so many dates, and between them drawn straight."""


class Quantile(NamedTuple):
    """The day by which a share of runs is there, and its 90% interval; None: later than anything that was seen."""

    days: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True, slots=True)
class Curve:
    """A share of runs that grows in steps. Entry 0 of the shares is before the first step."""

    days: Floats
    """Shape (n_steps,), ascending: when some run arrives."""
    reached: Floats
    """Shape (n_steps + 1,): share of the runs that is there from that day on."""
    low: Floats
    high: Floats
    """The ends of its 90% interval, day by day."""
    last_day: float
    """The longest that any run was followed: beyond it nothing is known."""

    def at(self, days: Floats) -> tuple[Floats, Floats, Floats]:
        """Share and interval on each of `days`."""
        step = np.searchsorted(self.days, days, side="right")
        return self.reached[step], self.low[step], self.high[step]

    def quantile(self, share: float) -> Quantile:
        """The first day by which at least `share` is there; its interval as by Brookmeyer and Crowley (1982).

        The interval holds each day at which the curve's own interval has `share` in it.
        """
        return Quantile(*(self._first(ends, share) for ends in (self.reached, self.high, self.low)))

    def _first(self, shares: Floats, share: float) -> float | None:
        there = np.flatnonzero(shares[1:] >= share - 1e-12)
        return float(self.days[there[0]]) if there.size else None

    def mean_days(self, until_days: float) -> float:
        """Mean day of arrival, those later than `until_days` counted as then (the restricted mean).

        Raises:
            ValueError: no run was followed that long.
        """
        if until_days > self.last_day:
            raise ValueError(f"followed for {self.last_day:g} days, so nothing is known of day {until_days:g}")
        edges = np.concatenate([[0.0], np.minimum(self.days, until_days), [until_days]])
        return float((1.0 - self.reached) @ np.diff(edges))


def curve(days: Floats, followed_days: Floats, samples: NDArray[np.int64]) -> Curve:
    """The curve of runs that arrive at `days`.

    All of shape (n_runs,) with n_runs > 0: the day of arrival, NaN where it was not seen; the day until which the run
    was followed, whether or not it arrived; and the sample, which its replicates share.
    """
    seen = days <= followed_days
    until = np.where(seen, days, followed_days)
    step_days, n_arrive = np.unique(days[seen], return_counts=True)
    steps = _Steps(step_days, until.size - np.searchsorted(np.sort(until), step_days, side="left"), n_arrive)
    n_left = _n_left(steps, until.size)
    last_day = float(followed_days.max())
    log_variance = np.append(0.0, _log_variance(steps, until, seen, samples))
    n_independent = _n_followed(
        np.append(step_days[:1] if step_days.size else last_day, step_days), followed_days, samples
    )
    low, high = _interval(n_left / until.size, log_variance, n_independent)
    return Curve(step_days, (until.size - n_left) / until.size, low, high, last_day)


class _Steps(NamedTuple):
    """The days on which runs arrive, how many are still followed and on their way before, and how many arrive."""

    days: Floats
    n_at_risk: NDArray[np.int64]
    n_arrive: NDArray[np.int64]


def _n_left(steps: _Steps, n_runs: int) -> Floats:
    """Runs that would be on their way still, had none been lost from sight: shape (n_steps + 1,).

    The product of (at risk - arriving) / at risk, in an order in which it cancels exactly where nobody is lost.
    """
    left = (steps.n_at_risk - steps.n_arrive).astype(float)
    before = np.append(n_runs, left)
    return np.append(n_runs, left * np.cumprod(before[:-1] / steps.n_at_risk))


def _log_variance(steps: _Steps, until: Floats, seen: NDArray[np.bool_], samples: NDArray[np.int64]) -> Floats:
    """Variance of the logarithm of the share that is on its way, shape (n_steps,); 0 where none is left."""
    left = steps.n_at_risk - steps.n_arrive
    weight = np.divide(1.0, left, out=np.zeros(left.size), where=left > 0)
    hazard = np.cumsum(weight * steps.n_arrive / steps.n_at_risk)
    clusters, cluster = np.unique(samples, return_inverse=True)
    if clusters.size == samples.size or not left.size:
        return hazard
    place = np.searchsorted(steps.days, until, side="right")
    own = np.where(seen, weight[place - 1], 0.0)
    knots = np.unique(np.linspace(0, left.size - 1, min(left.size, MOST_KNOTS)).astype(int))
    found = [
        _squares(np.append(0.0, hazard)[np.minimum(place, k + 1)] - own * (place <= k + 1), cluster) for k in knots
    ]
    return np.interp(np.arange(left.size), knots, found)


def _squares(influences: Floats, cluster: NDArray[np.int64]) -> float:
    """Sum of the squared influences of clusters, as if one degree of freedom were lost; no end for one cluster."""
    sums = np.bincount(cluster, weights=influences)
    return float(sums @ sums) * sums.size / (sums.size - 1) if sums.size > 1 else math.inf


def _n_followed(days: Floats, followed_days: Floats, samples: NDArray[np.int64]) -> NDArray[np.int64]:
    """Samples with a run that was followed at least until each of `days`."""
    clusters, cluster = np.unique(samples, return_inverse=True)
    longest = np.full(clusters.size, -np.inf)
    np.maximum.at(longest, cluster, followed_days)
    return clusters.size - np.searchsorted(np.sort(longest), days, side="left")


def _interval(left: Floats, log_variance: Floats, n_independent: NDArray[np.int64]) -> tuple[Floats, Floats]:
    """Ends of the interval of the share that is there, `left` of the runs being on their way.

    Where that is all or none, the logarithm says nothing, and Wilson's interval does.
    """
    inner = (left > 0.0) & (left < 1.0)
    logs = np.log(left, out=np.full(left.size, -1.0), where=inner)
    stretch = np.exp(Z_90 * np.sqrt(log_variance) / -logs)
    low, high = 1.0 - np.exp(logs / stretch), 1.0 - np.exp(logs * stretch)
    for step in np.flatnonzero(~inner):
        low[step], high[step] = share_interval(1.0 - left[step], 1, n_independent[step])
    return low, high
