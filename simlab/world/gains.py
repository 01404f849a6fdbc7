"""How much ideas are worth: a spike of duds and a heavy-tailed slab of improvements, as one monotone function.

An idea has one latent score x, standard normal in its area. Its gain is a monotone function of x: above a threshold it
helps, log-normally; below, it harms, log-normally. Because the function is monotone, what a prior knows about x it
knows about the gain, so a researcher's taste can be stated in bits of mutual information without approximation.

Source: spike-and-slab with a log-normal slab fits public records of accepted ideas (modded-nanogpt-records).
"""

import math
from array import array
from collections.abc import Sequence
from functools import lru_cache
from typing import Annotated, NamedTuple

import numpy as np
from annotated_types import Gt, Lt

from simlab.parameters import Params, Unit
from simlab.randomness import normal_cdf, normal_quantile

_N_TASTES = 50
_SCORE_LIMIT = 4.5
_STEPS_PER_UNIT = 4
_N_STEPS = round(2 * _SCORE_LIMIT * _STEPS_PER_UNIT)
_Z = np.linspace(-6.4, 6.4, 161)
_WEIGHTS = np.exp(-0.5 * _Z * _Z) / np.exp(-0.5 * _Z * _Z).sum()
"""Trapezoid rule for a standard normal, far into the tails: the largest gains make most of a prior's spread."""


class GainParams(Params):
    """How large the gains of one area's ideas are at the scale of the frontier run."""

    helpful_fraction: Annotated[float, Gt(0), Lt(1), Unit("1")]
    """Share of conceivable ideas that truly help."""
    helpful_median_nats: Annotated[float, Gt(0), Unit("nat")]
    """Median gain of those that help."""
    helpful_log_sd: Annotated[float, Gt(0), Unit("1")]
    """Standard deviation of the logarithm of the gain of those that help."""
    harm_median_nats: Annotated[float, Gt(0), Unit("nat")]
    """Median loss from the others."""
    harm_log_sd: Annotated[float, Gt(0), Unit("1")]
    """Standard deviation of the logarithm of that loss."""


def gain_nats(score: float, p: GainParams) -> float:
    """The gain of an idea with latent `score`, in nats of effective compute. Increases with the score."""
    below = normal_cdf(score)
    above = 1.0 - below if score < 0.0 else normal_cdf(-score)
    if above < p.helpful_fraction:
        return p.helpful_median_nats * math.exp(p.helpful_log_sd * -_quantile(above / p.helpful_fraction))
    return -p.harm_median_nats * math.exp(p.harm_log_sd * -_quantile(below / (1.0 - p.helpful_fraction)))


def _quantile(p: float) -> float:
    # The tails beyond 1e-15 are out of reach of a float64 latent; holding p inside keeps the logarithm finite.
    return normal_quantile(min(max(p, 1e-15), 1.0 - 1e-15))


class Prior(NamedTuple):
    """What a team believes of a candidate before any test, for gains at full scale."""

    mean_nats: float
    sd_nats: float
    upside_nats: float
    """Expected gain if the truth could be known for free: E[max(gain, 0)]."""


class Priors:
    """Moments of the gain given the signal that a team's taste gives it.

    signal = r * score + sqrt(1 - r^2) * noise, r = sqrt(1 - 2^(-2 bits)); then score given signal is normal with mean
    r * signal and variance 1 - r^2. The moments are tabulated over (r, signal); nearest in r, linear in the signal.
    """

    def __init__(self, p: GainParams) -> None:
        self._table = _moments(tuple(getattr(p, name) for name in GainParams.model_fields))
        self.upsides_nats = [array("d", [prior.upside_nats for prior in row]) for row in self._table]
        """The upsides alone: a row for each taste level."""

    def of(self, signal: float, taste_level: int) -> Prior:
        """Prior of a candidate whose signal is `signal`, for a team at `taste_level` (see `taste_level`)."""
        row = self._table[taste_level]
        position = (signal + _SCORE_LIMIT) * _STEPS_PER_UNIT
        if position <= 0.0:
            return row[0]
        if position >= _N_STEPS:
            return row[_N_STEPS]
        i = int(position)
        f = position - i
        a, b = row[i], row[i + 1]
        return Prior(a[0] + f * (b[0] - a[0]), a[1] + f * (b[1] - a[1]), a[2] + f * (b[2] - a[2]))

    def upside_nats(self, signal: float, taste_level: int) -> float:
        """The upside alone of that prior: all that choosing between candidates needs."""
        return upside_nats(self.upsides_nats[taste_level], signal)


def upside_nats(row: Sequence[float], signal: float) -> float:
    """The upside of a candidate with this signal, from a taste level's row of upsides."""
    position = (signal + _SCORE_LIMIT) * _STEPS_PER_UNIT
    if 0.0 < position < _N_STEPS:
        i = int(position)
        below = row[i]
        return below + (position - i) * (row[i + 1] - below)
    return row[0] if position <= 0.0 else row[_N_STEPS]


def taste_correlation(taste_bits: float) -> float:
    """Correlation of signal and score that carries `taste_bits` of mutual information: sqrt(1 - 2^(-2 bits))."""
    return math.sqrt(1.0 - 4.0**-taste_bits)


def taste_level(correlation: float) -> int:
    """The row of the prior table nearest to this correlation."""
    return min(int(correlation * _N_TASTES + 0.5), _N_TASTES - 1)


@lru_cache(maxsize=64)
def _moments(numbers: tuple[float, ...]) -> list[list[Prior]]:
    p = GainParams(**dict(zip(GainParams.model_fields, numbers, strict=True)))
    scores = np.linspace(-9.0, 9.0, 1801)
    gains = np.array([gain_nats(x, p) for x in scores.tolist()])
    signals = np.linspace(-_SCORE_LIMIT, _SCORE_LIMIT, _N_STEPS + 1)
    table = []
    for level in range(_N_TASTES):
        r = level / _N_TASTES
        x = r * signals[:, None] + math.sqrt(1.0 - r * r) * _Z[None, :]  # (signals, nodes)
        g = np.interp(x, scores, gains)
        mean = (g * _WEIGHTS).sum(1)
        sd = np.sqrt(((g - mean[:, None]) ** 2 * _WEIGHTS).sum(1))
        upside = (np.maximum(g, 0.0) * _WEIGHTS).sum(1)
        rows = zip(mean.tolist(), sd.tolist(), upside.tolist(), strict=True)
        table.append([Prior(*row) for row in rows])
    return table
