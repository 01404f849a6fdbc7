"""A row of a design, and what all designs say about their factors."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlab.scenario import DesignSpec
from simlab.scenario.design import Factor

CELLS_AT_ONCE = 2**20
"""How many draws a design holds at a time, however many points it has: 8 MB."""

Uniforms = dict[str, float]
"""The draw of each factor that is not at its own value, by dotted path."""


class Point(NamedTuple):
    """A row of a design."""

    uniforms: Uniforms
    luck: int
    """Whose luck the runs of this point meet: points that are to be compared share it."""


def free(spec: DesignSpec) -> tuple[Factor, ...]:
    """The factors that are not held at their own value."""
    return tuple(factor for factor in spec.factors if not factor.is_held)


def n_places(spec: DesignSpec, factor: Factor) -> int:
    """In how many places a design of levels tries a factor: options of a switch, levels of a number."""
    return factor.n_options or spec.n_levels


def middle(place: int, n_places: int) -> float:
    """The draw in the middle of one of `n_places` equal cells of the unit interval.

    >>> [middle(place, 4) for place in range(4)]
    [0.125, 0.375, 0.625, 0.875]
    """
    return (place + 0.5) / n_places


def pieces(begin: int, end: int, n_columns: int) -> Iterator[tuple[int, int]]:
    """The rows from `begin` to `end` in ranges of at most CELLS_AT_ONCE draws."""
    step = max(1, CELLS_AT_ONCE // max(1, n_columns))
    return ((first, min(first + step, end)) for first in range(begin, end, step))


def by_path(paths: Sequence[str], table: NDArray[np.float64]) -> Iterator[Uniforms]:
    """The rows of a table that has a column for each path."""
    return (dict(zip(paths, row.tolist(), strict=True)) for row in table)
