"""What a claim is, and what showing it gives."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import fmean, stdev

from simlab.claims.bench import Bench

_T_90 = {2: 6.314, 3: 2.920, 4: 2.353, 5: 2.132, 6: 2.015, 7: 1.943, 8: 1.895, 9: 1.860, 10: 1.833, 12: 1.796}
"""90% two-sided Student quantiles by number of seeds."""


@dataclass(frozen=True)
class Shown:
    """What a simulation showed: a value, the 90% interval of its mean over seeds, and a sentence."""

    value: float
    low: float
    high: float
    says: str


@dataclass(frozen=True)
class Claim:
    """A result that must come out of the mechanisms."""

    key: str
    mechanism: int
    """Its row in the list of mechanisms."""
    title: str
    sources_say: str
    low: float
    high: float
    """The band in which the value must lie."""
    measure: Callable[[Bench], Shown]

    def holds(self, shown: Shown) -> bool:
        """Whether the shown value lies in the band."""
        return self.low <= shown.value <= self.high


def over_seeds(values: Sequence[float], says: str) -> Shown:
    """The mean over seeds with its 90% interval. `says` may name {value}, {low} and {high}."""
    mean = fmean(values)
    half = _T_90[len(values)] * stdev(values) / len(values) ** 0.5
    said = says.format(value=mean, low=mean - half, high=mean + half)
    return Shown(mean, mean - half, mean + half, said)


def exactly(value: float, says: str) -> Shown:
    """A value without sampling error."""
    return Shown(value, value, value, says.format(value=value))
