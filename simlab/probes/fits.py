"""Numbers of growth economics, read off speeds that came out of a simulation, and what luck does to them.

The surface is a CES with a scale,

    speed = A (share people^rho + (1 - share) compute^rho)^(scale / rho),     sigma = 1 / (1 - rho),

people and compute as multiples of the baseline's. At the baseline's point the elasticity to people is scale * share,
that to compute scale * (1 - share). The law of Jones, with G the nats adopted and R the people,

    dG/dt = R^lambda e^(-beta G),

has the parallel exponent lambda, the difficulty beta and the returns r = lambda / beta: doublings of efficiency for
each doubling of the research done.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

RHOS = np.round(np.arange(-6.0, 0.951, 0.05), 2)
SHARES = np.arange(0.02, 0.981, 0.02)
N_RESAMPLES = 500
LOW, HIGH = 0.05, 0.95
"""The ends of a 90% interval."""


class Ces(NamedTuple):
    """Fitted surfaces, a number each."""

    rho: Array
    share: Array
    scale: Array


def fit_ces(people: Array, compute: Array, speeds: Array) -> Ces:
    """The CES nearest, in logarithms, to each row of `speeds` (shape (n_fits, n_points), above 0).

    rho and share are searched over a grid; scale and A are then a straight line.
    """
    rho, share = (x.ravel() for x in np.meshgrid(RHOS, SHARES, indexing="ij"))
    mean = _log_mean(np.log(people), np.log(compute), rho[:, None], share[:, None])
    x = mean - mean.mean(axis=1, keepdims=True)
    y = np.log(speeds)
    y = y - y.mean(axis=1, keepdims=True)
    products = y @ x.T
    squares = (x * x).sum(axis=1)
    explained = np.where(products > 0.0, products * products / squares, -np.inf)
    best = explained.argmax(axis=1)
    return Ces(rho[best], share[best], (products / squares)[np.arange(len(y)), best])


def _log_mean(ln_people: Array, ln_compute: Array, rho: Array, share: Array) -> Array:
    """Logarithm of the CES mean; the weighted geometric mean at rho = 0."""
    safe = np.where(rho == 0.0, 1.0, rho)
    powers = np.logaddexp(np.log(share) + rho * ln_people, np.log1p(-share) + rho * ln_compute) / safe
    return np.where(rho == 0.0, share * ln_people + (1.0 - share) * ln_compute, powers)


def slope(x: Array, values: Array) -> Array:
    """Exponent of each row of `values` (above 0) in `x`: the least-squares slope of the logarithms."""
    ln_x = np.log(x) - np.log(x).mean()
    return np.log(values) @ ln_x / (ln_x @ ln_x)


def difficulty(stocks: Array) -> Array:
    """Beta of each row: shape (n_fits, n_inputs, n_times) of nats adopted at equal distances in time.

    The slope of ln(nats gained) on the nats held in the middle, with a level for each input. Windows in which nothing
    was gained are left out.
    """
    gained, held = np.diff(stocks, axis=2), 0.5 * (stocks[:, :, 1:] + stocks[:, :, :-1])
    used = gained > 0.0
    y = np.where(used, np.log(np.where(used, gained, 1.0)), 0.0)
    n = np.maximum(used.sum(axis=2, keepdims=True), 1)
    y = np.where(used, y - y.sum(axis=2, keepdims=True) / n, 0.0)
    x = np.where(used, held - np.where(used, held, 0.0).sum(axis=2, keepdims=True) / n, 0.0)
    return -(x * y).sum(axis=(1, 2)) / (x * x).sum(axis=(1, 2))


def resamples(n_seeds: int, n: int = N_RESAMPLES) -> Array:
    """Weights of the seeds, shape (n + 1, n_seeds), rows that add up to 1: as they are, then drawn with replacement."""
    drawn = np.random.default_rng(0).multinomial(n_seeds, np.full(n_seeds, 1.0 / n_seeds), size=n) / n_seeds
    return np.vstack([np.full(n_seeds, 1.0 / n_seeds), drawn])


class Estimate(NamedTuple):
    """A number and its 90% interval over luck."""

    value: float
    low: float
    high: float


def estimate(fits: Array) -> Estimate:
    """The first of `fits` is of all seeds, the others of resampled ones."""
    low, high = np.quantile(fits[1:], [LOW, HIGH], method="inverted_cdf")  # without sums: some fits are infinite
    return Estimate(float(fits[0]), float(low), float(high))
