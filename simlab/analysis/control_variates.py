"""Control variates: the same mean from the same runs, known more exactly.

The mean of every factor's draws is known, 1/2, so what an outcome owes to where the draws of this study happened to
fall can be taken off (Lavenberg and Welch 1981, Management Science 27). With one factor that correlates by rho with the
outcome, the variance of the mean shrinks to 1 - rho^2 of itself. What is taken off is fitted on other samples than
those it is taken off (cross-fitting), so that fitting noise neither biases the mean nor flatters the interval.

In a Latin hypercube or a Sobol' sequence the draws are even already, so the mean itself hardly moves; what the plain
formula overstates there is its interval, and this one does not.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlab.analysis.intervals import Z_90
from simlab.analysis.sensitivity_undefined import TOO_FEW, why_undefined

Array = NDArray[np.float64]

LEAST_SAMPLES = 20
N_FOLDS = 10
SAMPLES_PER_CONTROL = 12
WORTH_IT = 0.8
"""A variance ratio below this is worth telling."""


class ControlledMean(NamedTuple):
    """A mean in the outcome's unit with its 90% interval; None with a reason where it is not defined."""

    mean: float | None
    low: float | None
    high: float | None
    variance_ratio: float | None
    """Of the controlled mean's variance to the plain mean's; above 1 the controls do harm."""
    plain_mean: float | None
    plain_low: float | None
    plain_high: float | None
    n_controls: int
    """The most controls that any fold uses."""
    n_samples: int
    reason: str | None

    @property
    def is_worth_it(self) -> bool:
        """Whether the controls narrow the mean by enough to use them."""
        return self.variance_ratio is not None and self.variance_ratio < WORTH_IT


def control_variate_mean(draws: Array, values: Array, seed: int = 0) -> ControlledMean:
    """The mean of `values`, shape (n_samples,), NaN where a sample has no number, controlled by `draws`.

    `draws` has shape (n_samples, n_factors): independent, uniform on (0, 1). For a share reached, `values` are zeros
    and ones (or shares of replicates). A sample without a number is left out, which is right only where samples fail
    whatever their draws.
    """
    known = np.isfinite(values)
    n = int(known.sum())
    reason = why_undefined(values) or (TOO_FEW if n < LEAST_SAMPLES else None)
    if reason:
        return ControlledMean(None, None, None, None, None, None, None, 0, n, reason)
    y = values[known]
    left, n_controls = _left_over(draws[known] - 0.5, y, seed)
    ratio = float(left.var(ddof=1) / y.var(ddof=1))
    return ControlledMean(*_mean(left), ratio, *_mean(y), n_controls, n, None)


def _mean(values: Array) -> tuple[float, float, float]:
    mean, half = float(values.mean()), float(Z_90 * values.std(ddof=1) / np.sqrt(values.size))
    return mean, mean - half, mean + half


def _left_over(controls: Array, values: Array, seed: int) -> tuple[Array, int]:
    """The values without what other samples say the controls add to them, and the most controls used.

    The controls' means are zero and the fit has no say in a fold's own level, so the mean is kept.
    """
    fold = np.random.default_rng(seed).permutation(np.arange(values.size) % N_FOLDS)
    left, most = values.copy(), 0
    for number in range(N_FOLDS):
        mine = fold == number
        chosen, slopes = _fit(controls[~mine], values[~mine])
        left[mine] -= controls[np.ix_(mine, chosen)] @ slopes
        most = max(most, chosen.size)
    return left, most


def _fit(controls: Array, values: Array) -> tuple[NDArray[np.intp], Array]:
    """The controls worth their place, taken one by one, and their slopes.

    A control is worth it where its correlation is larger than the largest that luck gives among so many.
    """
    n, d = controls.shape
    x, y = controls - controls.mean(axis=0), values - values.mean()
    length = np.sqrt((x**2).sum(axis=0))
    size = np.sqrt((y**2).sum()) or 1.0
    scores = np.abs(x.T @ y) / np.where(length > 0, length, np.inf) / size
    threshold = np.sqrt(2.0 * np.log(max(d, 2)) / n)
    chosen = np.argsort(-scores)[: n // SAMPLES_PER_CONTROL]
    chosen = chosen[scores[chosen] > threshold]
    return chosen, np.linalg.lstsq(x[:, chosen], y, rcond=None)[0]
