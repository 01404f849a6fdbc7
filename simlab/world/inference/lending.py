"""Nights lent to training: what a fleet does not need, hour by hour, works for the research cluster.

In each segment of the day a fleet keeps what it uses over its target load and lends the rest. Accelerators that go
over, and those that come back, are lost for the time of switching: a profile that never changes costs nothing.
"""

from collections.abc import Sequence
from typing import NamedTuple


class Loan(NamedTuple):
    """Accelerators away in each segment of the day, and what comes of it, means over the day."""

    away_h100e: list[float]
    lent_h100e: float
    """At work for research."""
    switching_h100e: float
    """Lost on the way."""


def no_loan(n_segments: int) -> Loan:
    """Everything stays."""
    return Loan([0.0] * n_segments, 0.0, 0.0)


def loan(used: Sequence[float], capacity_h100e: float, target_load_fraction: float, switching_days: float) -> Loan:
    """What to lend with so much used in each segment; nothing where switching would eat it up."""
    away = [max(capacity_h100e - load / target_load_fraction, 0.0) for load in used]
    moved = sum(abs(away[j] - away[j - 1]) for j in range(len(away)))
    switching = moved * switching_days
    lent = sum(away) / len(away) - switching
    return Loan(away, lent, switching) if lent > 0.0 else no_loan(len(away))
