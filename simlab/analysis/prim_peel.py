"""Peeling and pasting: from all runs to a small box in which nearly all are cases.

J. H. Friedman and N. I. Fisher, Bump hunting in high-dimensional data, Statistics and Computing 9 (1999). Of all
slices that can be cut off (a low or a high end of a number, an option of a switch) the one is cut off
whose loss raises the density most for each run that goes (their criterion for factors whose slices differ in
size). Pasting gives slices back, thinner ones, as long as the density does not fall.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from simlab.analysis.prim_levels import Flags, Levels, Runs


@dataclass(frozen=True, slots=True)
class Region:
    """A box in levels. The key is the factor's position, the value says which of its levels are inside."""

    allowed: Mapping[int, Flags] = field(default_factory=dict)

    def inside(self, levels: Levels) -> Flags:
        """Shape (n_runs,): which runs lie inside."""
        found = np.ones(levels.codes.shape[1], np.bool_)
        for factor, flags in self.allowed.items():
            found &= flags[levels.codes[factor]]
        return found

    def without(self, factor: int) -> "Region":
        """The same region with this factor free."""
        return Region({known: flags for known, flags in self.allowed.items() if known != factor})

    def limited(self, factor: int, flags: Flags) -> "Region":
        """The same region with these levels of this factor; all of them is no restriction."""
        rest = self.without(factor)
        return rest if flags.all() else Region({**rest.allowed, factor: flags})


def peel(runs: Runs, fraction: float, least_runs: int) -> Iterator[Region]:
    """Ever smaller regions, the whole first, until no slice raises the density or too few runs would be left."""
    region, slices = Region(), _Slices(runs.levels, runs.is_case)
    while True:
        yield region
        cut = slices.best(fraction, least_runs)
        if cut is None:
            return
        factor, removed = cut
        slices.remove(factor, removed)
        now = region.allowed.get(factor, np.ones(runs.levels.scales[factor].n_levels, np.bool_))
        region = region.limited(factor, now & ~removed[: now.size])


class _Slices:
    """How many runs and cases are left at every level of every factor."""

    def __init__(self, levels: Levels, is_case: Flags) -> None:
        n_factors, n_runs = levels.codes.shape
        self._codes, self._is_case = levels.codes, is_case
        self._width = max((scale.n_levels for scale in levels.scales), default=1)
        self._shape = (n_factors, self._width)
        self._flat = levels.codes + self._width * np.arange(n_factors)[:, None]
        self._is_switch = np.array([scale.is_switch for scale in levels.scales], np.bool_)
        self._left = np.arange(n_runs)
        self._runs, self._cases = self._counted(self._left)

    def best(self, fraction: float, least_runs: int) -> tuple[int, Flags] | None:
        """The factor and the levels of it to cut off, None where nothing is left to gain."""
        n_runs, n_cases = self._left.size, int(self._is_case[self._left].sum())
        least = max(math.ceil(fraction * n_runs), 1)
        found = [self._ends(least), self._ends(least, reverse=True), self._options()]
        factors, first, last, runs, cases = (np.concatenate(parts) for parts in zip(*found, strict=True))
        possible = (runs > 0) & (n_runs - runs >= least_runs)
        if not possible.any():
            return None
        rest = np.maximum(n_runs - runs, 1)
        gain = np.where(possible, (n_cases / n_runs - cases / np.maximum(runs, 1)) / rest, -np.inf)
        chosen = int(gain.argmax())
        if gain[chosen] <= 1e-12:
            return None
        places = np.arange(self._width)
        return int(factors[chosen]), (first[chosen] <= places) & (places <= last[chosen])

    def remove(self, factor: int, removed: Flags) -> None:
        """Cut off these levels."""
        gone = removed[self._codes[factor, self._left]]
        runs, cases = self._counted(self._left[gone])
        self._runs, self._cases = self._runs - runs, self._cases - cases
        self._left = self._left[~gone]

    def _counted(self, runs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        size = self._shape[0] * self._shape[1]
        cases = runs[self._is_case[runs]]
        both = (np.bincount(self._flat[:, some].ravel(), minlength=size) for some in (runs, cases))
        of_runs, of_cases = (counts.reshape(self._shape) for counts in both)
        return of_runs, of_cases

    def _ends(self, least: int, *, reverse: bool = False) -> tuple[NDArray[np.int64], ...]:
        """The shortest slice at one end of every number that holds `least` runs: factor, levels, runs, cases."""
        factors = np.flatnonzero(~self._is_switch)
        step = -1 if reverse else 1
        runs, cases = (counts[factors, ::step].cumsum(axis=1) for counts in (self._runs, self._cases))
        end = (runs >= least).argmax(axis=1)
        rows = np.arange(factors.size)
        first = np.zeros_like(end) if not reverse else self._width - 1 - end
        last = end if not reverse else np.full_like(end, self._width - 1)
        return factors, first, last, runs[rows, end], cases[rows, end]

    def _options(self) -> tuple[NDArray[np.int64], ...]:
        """Every option of every switch: factor, level twice, runs, cases."""
        factors = np.flatnonzero(self._is_switch)
        rows, level = (places.ravel() for places in np.indices((factors.size, self._width)))
        at = factors[rows]
        return at, level, level, self._runs[at, level], self._cases[at, level]


def paste(region: Region, runs: Runs, fraction: float) -> Region:
    """Slices given back, the densest first, as long as the density does not fall."""
    levels, is_case = runs.levels, runs.is_case
    while True:
        inside = region.inside(levels)
        wider = list(_wider(region, levels, max(math.ceil(fraction * inside.sum()), 1)))
        densities = [is_case[other.inside(levels)].mean() for other in wider]
        if not wider or max(densities) < is_case[inside].mean():
            return region
        region = wider[int(np.argmax(densities))]


def _wider(region: Region, levels: Levels, least: int) -> Iterator[Region]:
    """The region with one more slice of at least `least` runs at one end, or one more option."""
    for factor, flags in region.allowed.items():
        near = levels.codes[factor, region.without(factor).inside(levels)]
        runs = np.bincount(near, minlength=flags.size)
        if levels.scales[factor].is_switch:
            yield from (region.limited(factor, _with(flags, [int(level)])) for level in np.flatnonzero(~flags))
            continue
        first, last = np.flatnonzero(flags)[[0, -1]]
        for beyond in (np.arange(first - 1, -1, -1), np.arange(last + 1, flags.size)):
            if beyond.size:
                enough = int((runs[beyond].cumsum() < least).sum()) + 1
                yield region.limited(factor, _with(flags, beyond[:enough]))


def _with(flags: Flags, levels: list[int] | NDArray[np.int64]) -> Flags:
    more = flags.copy()
    more[levels] = True
    return more
