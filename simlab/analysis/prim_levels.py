"""Factors as levels: numbers in slices that hold equally many runs, switches by option.

Scenario discovery only asks on which side of a cut a run lies, so values and draws give the same boxes.
"""

from dataclasses import dataclass, field

import numpy as np
import polars as pl
from numpy.typing import NDArray

MOST_LEVELS = 256
"""A number with more values than this is cut into as many slices."""

LISTED = 20
"""A number with at most so many values is a list: its limits are values of it, not cuts between them."""

Codes = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Scale:
    """What the levels of one factor mean."""

    name: str
    options: tuple[str, ...] = ()
    """Of a switch."""
    lows: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    """Of a number: where each level begins, -inf for the first; a listed number's values."""
    highs: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))

    @property
    def is_switch(self) -> bool:
        """Whether the levels are options without an order."""
        return bool(self.options)

    @property
    def is_listed(self) -> bool:
        """Whether every level of a number is one value."""
        return bool((self.lows == self.highs).all()) and not self.is_switch

    @property
    def n_levels(self) -> int:
        """How many levels there are."""
        return len(self.options) or self.lows.size


@dataclass(frozen=True, slots=True)
class Levels:
    """Every factor of every run as a level."""

    scales: tuple[Scale, ...]
    codes: Codes
    """Shape (n_factors, n_runs)."""

    def of_runs(self, runs: Flags) -> "Levels":
        """The same levels, of some of the runs."""
        return Levels(self.scales, self.codes[:, runs])

    def of_factors(self, factors: NDArray[np.int64]) -> "Levels":
        """Some of the factors."""
        return Levels(tuple(self.scales[j] for j in factors), self.codes[factors])


@dataclass(frozen=True, slots=True)
class Runs:
    """Runs among which a box is looked for."""

    levels: Levels
    is_case: Flags
    """Shape (n_runs,)."""
    groups: NDArray[np.int64]
    """Shape (n_runs,): runs with the same number are no independent draws."""

    @property
    def n_runs(self) -> int:
        """All of them."""
        return self.is_case.size

    @property
    def n_cases(self) -> int:
        """Those that are cases."""
        return int(self.is_case.sum())

    def some(self, runs: Flags) -> "Runs":
        """Some of the runs."""
        return Runs(self.levels.of_runs(runs), self.is_case[runs], self.groups[runs])

    def with_factors(self, factors: NDArray[np.int64]) -> "Runs":
        """The same runs, seen by some of the factors."""
        return Runs(self.levels.of_factors(factors), self.is_case, self.groups)


def levels_of(factors: pl.DataFrame) -> Levels:
    """The columns of `factors` as levels: words are switches, numbers have an order.

    Columns that say nothing (a single value) or not everything (a null) are left out.
    """
    found = [_levels(column) for column in factors.iter_columns() if is_usable(column)]
    codes = np.array([codes for _, codes in found], np.int64).reshape(len(found), factors.height)
    return Levels(tuple(scale for scale, _ in found), codes)


def is_usable(column: pl.Series) -> bool:
    """Whether runs differ in this column, and every run has it."""
    return column.null_count() == 0 and column.n_unique() > 1


def _levels(column: pl.Series) -> tuple[Scale, Codes]:
    if not column.dtype.is_numeric():
        words, codes = np.unique(column.cast(pl.String).to_numpy().astype(str), return_inverse=True)
        return Scale(column.name, options=tuple(map(str, words))), codes
    values, inverse, counts = np.unique(column.cast(pl.Float64).to_numpy(), return_inverse=True, return_counts=True)
    if values.size <= LISTED:
        return Scale(column.name, lows=values, highs=values), inverse
    last = _last_of_slices(counts)
    cuts = (values[last] + values[last + 1]) / 2
    scale = Scale(column.name, lows=np.append(-np.inf, cuts), highs=np.append(cuts, np.inf))
    return scale, np.searchsorted(last, np.arange(values.size))[inverse]


def _last_of_slices(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The last value of every slice but the last one, where value i is that of `counts[i]` runs."""
    if counts.size <= MOST_LEVELS:
        return np.arange(counts.size - 1)
    wanted = np.arange(1, MOST_LEVELS) * counts.sum() / MOST_LEVELS
    last = np.unique(np.searchsorted(np.cumsum(counts), wanted))
    return last[last < counts.size - 1]
