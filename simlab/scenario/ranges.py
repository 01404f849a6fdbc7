"""From an expert's three numbers to a distribution with exactly these 10%, 50% and 90% quantiles.

The distribution is one family on each side of the median, in the space where the family is simple: `x`
itself, log x, or log((x - a) / (b - x)) between limits a and b. Below the median it has the width that puts a
tenth of the draws below low, above it the width that puts a tenth above high. A field's limits cut the
distribution by rescaling the probabilities of that side (never by moving draws to the limit), and the width
is chosen so that the quantiles stay exact after the cut.
"""

import math
from dataclasses import dataclass

from simlab.randomness import normal_cdf, normal_quantile
from simlab.scenario.shapes import Limits

FAMILIES = ("lognormal", "normal", "logitnormal", "uniform", "loguniform")
_Z_HIGH = normal_quantile(0.9)
_TINY = 2.0**-54


class RangeRefusedError(ValueError):
    """An interval that the family cannot have within the field's limits; the text says why, and the cure."""


@dataclass(frozen=True, slots=True)
class Side:
    """One side of the median; `width` is a standard deviation or, where uniform, the length per probability.

    `cut` is the probability, of the half the side would have without limits, that lies beyond the field's
    limit.
    """

    width: float
    cut: float = 0.0


@dataclass(frozen=True, slots=True)
class Quantiles:
    """Values by probability. `space` maps values to where the family is simple; `a` and `b` are its ends."""

    space: str
    a: float
    b: float
    median: float
    below: Side
    above: Side
    lowest: float
    highest: float
    is_uniform: bool
    is_whole: bool

    def __call__(self, u: float) -> float:
        """The value that a share `u` of all draws does not exceed, for 0 <= u <= 1."""
        side, direction = (self.below, -1.0) if u < 0.5 else (self.above, 1.0)
        distance = direction * side.width * self._steps(max(min(u, 1.0 - u), _TINY), side.cut)
        value = _back(self.space, self.a, self.b, self.median, distance)
        whole = float(round(value)) if self.is_whole else value
        return min(max(whole, self.lowest), self.highest)  # against the last digit's rounding only

    def _steps(self, tail: float, cut: float) -> float:
        if self.is_uniform:
            return 0.5 - tail
        return -normal_quantile(cut + tail * (1.0 - 2.0 * cut))


@dataclass(frozen=True, slots=True)
class Listed:
    """The given values of a number, in canonical units: value i of k for draws in [i / k, (i + 1) / k)."""

    values: tuple[float, ...]

    def __call__(self, u: float) -> float:
        """The value that a draw stands for, 0 <= u <= 1."""
        return self.values[which(u, len(self.values))]


def which(u: float, n_options: int) -> int:
    """The number of the option that a draw stands for, 0 <= u <= 1.

    >>> [which(u, 3) for u in (0.0, 0.33, 0.34, 1.0)]
    [0, 0, 1, 2]
    """
    return min(int(u * n_options), n_options - 1)


def default_family(value: float, low: float, limits: Limits) -> str:
    """How an interval without `dist` is read: logitnormal between limits, lognormal above 0, else normal."""
    if math.isfinite(limits.low) and math.isfinite(limits.high):
        return "logitnormal"
    return "lognormal" if min(low, value) > 0 else "normal"


def quantiles(family: str, value: float, low: float, high: float, limits: Limits, *, whole: bool = False) -> Quantiles:
    """The distribution with these 10%, 50% and 90% quantiles inside `limits`. Raises RangeRefusedError."""
    ends = _ends(limits, whole=whole)
    space, a, b = _space(family, ends)
    for name, x in (("low", low), ("value", value), ("high", high)):
        _check_inside(name, x, family, a, b)
    m, lo, hi = (_forth(space, a, b, x) for x in (value, low, high))
    first, last = (_forth(space, a, b, min(max(x, a), b)) for x in ends)
    is_uniform = family.endswith("uniform")
    make = _uniform_side if is_uniform else _normal_side
    below = make(m - lo, m - first, f"low {low:.12g}", f"the lower limit {limits.low:.12g}")
    above = make(hi - m, last - m, f"high {high:.12g}", f"the upper limit {limits.high:.12g}")
    return Quantiles(space, a, b, value, below, above, *_allowed(limits), is_uniform, whole)


def _allowed(limits: Limits) -> tuple[float, float]:
    """The smallest and the largest allowed value."""
    low = math.nextafter(limits.low, math.inf) if limits.low_open else limits.low
    high = math.nextafter(limits.high, -math.inf) if limits.high_open else limits.high
    return low, high


def _ends(limits: Limits, *, whole: bool) -> tuple[float, float]:
    if not whole:
        return limits.low, limits.high
    first = limits.low if not limits.low_open or math.isinf(limits.low) else math.floor(limits.low) + 1
    last = limits.high if not limits.high_open or math.isinf(limits.high) else math.ceil(limits.high) - 1
    return first - 0.5, last + 0.5


def _space(family: str, ends: tuple[float, float]) -> tuple[str, float, float]:
    if family in ("lognormal", "loguniform"):
        return "log", max(0.0, ends[0] if family == "lognormal" and math.isinf(ends[1]) else 0.0), math.inf
    if family == "logitnormal":
        low, high = (0.0, 1.0) if math.isinf(ends[0]) or math.isinf(ends[1]) else ends
        return "logit", low, high
    return "linear", -math.inf, math.inf


def _check_inside(name: str, x: float, family: str, a: float, b: float) -> None:
    if not a < x < b:
        room = f"above {a:.12g}" if math.isinf(b) else f"between {a:.12g} and {b:.12g}"
        raise RangeRefusedError(f"{name} {x:.12g} does not fit {family}, whose draws all lie {room}")


def _forth(space: str, a: float, b: float, x: float) -> float:
    if space == "linear":
        return x
    with_room = x - a
    if space == "log":
        return math.inf if math.isinf(x) else (math.log(with_room) if with_room > 0 else -math.inf)
    left = b - x
    return math.inf if left <= 0 else (math.log(with_room / left) if with_room > 0 else -math.inf)


def _back(space: str, a: float, b: float, median: float, distance: float) -> float:
    """The value `distance` away from `median` in `space`; exactly `median` at distance 0."""
    if distance == 0.0:
        return median
    if space == "linear":
        return median + distance
    if space == "log":
        return a + (median - a) * math.exp(distance)
    odds = (median - a) / (b - median) * math.exp(distance)
    return (b - a) * odds / (1.0 + odds) + a


def _uniform_side(distance: float, room: float, name: str, limit: str) -> Side:
    """A tenth of the draws beyond `distance`: the side is 5/4 of it long, which must fit into `room`."""
    if 1.25 * distance > room * (1 + 1e-12):
        raise RangeRefusedError(
            f"{name} is so far out that a uniform range would cross {limit}; use lognormal or normal"
        )
    return Side(distance / 0.4)


def _normal_side(distance: float, room: float, name: str, limit: str) -> Side:
    """The standard deviation with a tenth of the draws beyond `distance` though none lie beyond `room`."""
    if distance == 0.0 or math.isinf(room):
        return Side(distance / _Z_HIGH)
    if distance >= 0.79 * room:
        raise RangeRefusedError(
            f"{name} is so near {limit} that a tenth of the draws would not fit between; try another dist"
        )
    tight, wide = distance / _Z_HIGH, 64.0 * room
    for _ in range(80):
        middle = 0.5 * (tight + wide)
        cut = normal_cdf(-room / middle)
        tight, wide = (
            (middle, wide) if normal_cdf(-distance / middle) < cut + 0.1 * (1.0 - 2.0 * cut) else (tight, middle)
        )
    return Side(tight, normal_cdf(-room / tight))
