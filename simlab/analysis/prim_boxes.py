"""What scenario discovery asks and tells: settings, boxes of restrictions, and how they were found."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
import polars as pl

from simlab.analysis.prim_chance import chances_without, likelihood_gain
from simlab.analysis.prim_levels import Flags, Runs, Scale
from simlab.analysis.prim_peel import Region


@dataclass(frozen=True, slots=True)
class Settings:
    """How boxes are looked for."""

    peeling_fraction: float = 0.05
    """Of the runs inside, what one slice takes at least."""
    pasting_fraction: float = 0.01
    """What one slice gives back at least: limits are as fine as that."""
    least_runs: int = 8
    """A smaller box is not looked at; nor fewer cases than these."""
    least_fraction: float = 0.01
    """A box of a smaller share of the runs is not looked at."""
    most_factors: int = 40
    """Of more factors, these many take part: those that tell most on their own."""
    chance_limit: float = 0.05
    """Restrictions with a larger quasi-p-value are dropped; a factor takes part for one that is smaller by the number
    of all factors."""
    n_shuffles: int = 99
    n_halves: int = 20
    density: float | None = None
    """The least density wanted; None: the best split."""
    step: int | None = None
    """A region of the trajectory by its number, instead of the best split."""
    n_boxes: int = 1
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Restriction:
    """What a box asks of one factor."""

    factor: str
    low: float | None = None
    """Runs at or above it are inside; None: no limit below."""
    high: float | None = None
    is_listed: bool = False
    """Whether the limits are values that runs have, not cuts between them."""
    options: tuple[str, ...] = ()
    """Of a switch: those inside."""
    n_options: int = 0
    """Of a switch: how many it has."""
    chance: float = 1.0
    """Quasi-p-value: as many cases inside by chance, had this restriction no bearing."""
    returned_fraction: float | None = None
    """Share of the halves of the runs in which this factor was restricted again."""

    def holds(self, column: pl.Series) -> pl.Series:
        """Which values of the factor are inside."""
        if self.options:
            return column.cast(pl.String).is_in(self.options)
        above = column >= (-np.inf if self.low is None else self.low)
        return above & (column <= (np.inf if self.high is None else self.high))


@dataclass(frozen=True, slots=True)
class Box:
    """A region in the factors, and how well it tells the cases."""

    restrictions: tuple[Restriction, ...]
    n_runs: int
    """Inside."""
    n_cases: int
    """Inside."""
    coverage: float
    """Share of all cases that are inside."""
    density: float
    """Share of the runs inside that are cases."""
    mass: float
    """Share of the runs that are inside."""
    likelihood_gain_nats: float
    """See `simlab.analysis.prim_chance.likelihood_gain`."""

    def inside(self, factors: pl.DataFrame) -> Flags:
        """Shape (n_runs,): which rows of `factors` lie inside."""
        found = np.ones(factors.height, np.bool_)
        for restriction in self.restrictions:
            found &= restriction.holds(factors[restriction.factor]).to_numpy()
        return found


@dataclass(frozen=True, slots=True)
class Found:
    """One search: the way to its box, the box, and why there is none."""

    n_runs: int
    n_cases: int
    trajectory: tuple[Box, ...] = ()
    """The whole first, then ever smaller boxes."""
    step: int | None = None
    """The box's number in the trajectory."""
    box: Box | None = None
    reason: str = ""
    """Why there is no box."""
    n_shuffles: int = 0
    """How many shuffles were tried; the first that gives as good a region ends the search."""
    returned: Mapping[str, float] = field(default_factory=dict)
    """Factor to the share of halves in which it was restricted."""


@dataclass(frozen=True, slots=True)
class Discovery:
    """The searches, each among the runs that the boxes before it left."""

    searches: tuple[Found, ...]
    factors: tuple[str, ...]
    """All that took part, in the order of their columns."""
    unusable: tuple[str, ...]
    """Columns that do not vary, or are not known in every run."""

    @property
    def boxes(self) -> tuple[Box, ...]:
        """The boxes found."""
        return tuple(search.box for search in self.searches if search.box is not None)


def box_of(region: Region, runs: Runs) -> Box:
    """What the region is in the factors' own values, and how well it tells the cases of these runs."""
    inside, scales = region.inside(runs.levels), runs.levels.scales
    n_runs, n_cases = int(inside.sum()), int(runs.is_case[inside].sum())
    chances = chances_without(region, runs) if region.allowed else {}
    told = [
        replace(_restriction(scales[factor], region.allowed[factor]), chance=chances[factor])
        for factor in sorted(chances, key=lambda factor: chances[factor])
    ]
    return Box(
        restrictions=tuple(told),
        n_runs=n_runs,
        n_cases=n_cases,
        coverage=n_cases / runs.n_cases,
        density=n_cases / n_runs,
        mass=n_runs / runs.n_runs,
        likelihood_gain_nats=likelihood_gain(n_runs, n_cases, runs.n_runs, runs.n_cases),
    )


def _restriction(scale: Scale, flags: Flags) -> Restriction:
    if scale.is_switch:
        kept = tuple(option for option, inside in zip(scale.options, flags, strict=True) if inside)
        return Restriction(scale.name, options=kept, n_options=scale.n_levels)
    first, last = np.flatnonzero(flags)[[0, -1]]
    low = float(scale.lows[first]) if first > 0 else None
    high = float(scale.highs[last]) if last < flags.size - 1 else None
    return Restriction(scale.name, low, high, is_listed=scale.is_listed)
