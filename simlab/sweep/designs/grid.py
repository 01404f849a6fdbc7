"""A full factorial: every combination of every option of the switches and a few levels of the numbers.

A number is tried in the middle of `n_levels` strata of equal probability, a switch at each of its options. The last
factor of the file changes fastest. All points meet the same luck, so that they differ by their factors only.
"""

import math
from collections.abc import Iterator

from simlab.errors import StudyError
from simlab.scenario import DesignSpec
from simlab.sweep.designs.point import Uniforms, free, middle, n_places

MOST_POINTS = 10_000_000
"""A larger grid is taken for a mistake: it doubles with every switch."""


def block_size(spec: DesignSpec) -> int:
    """Points that belong together: the whole grid.

    Raises:
        StudyError: the grid has no levels, or more than MOST_POINTS points.
    """
    if spec.n_levels < 1:
        raise StudyError(f"a grid needs at least 1 level of each number; this one has {spec.n_levels}")
    places = [n_places(spec, factor) for factor in free(spec)]
    size = math.prod(places)
    if size > MOST_POINTS:
        found = f"a grid over {len(places)} factors has about 10^{math.log10(size):.0f} points"
        raise StudyError(f"{found}, and {MOST_POINTS:,} are the most: hold some, or take the design sobol")
    return size


def draws(spec: DesignSpec, seed: int, begin: int, end: int) -> Iterator[Uniforms]:
    """The points from number `begin` up to, not including, `end`; nothing in them is left to the seed."""
    return (_point(spec, number) for number in range(begin, end))


def _point(spec: DesignSpec, number: int) -> Uniforms:
    """The places of the factors are the digits of the point's number."""
    found: Uniforms = {}
    for factor in reversed(free(spec)):
        number, place = divmod(number, n_places(spec, factor))
        found[factor.path] = middle(place, n_places(spec, factor))
    return dict(reversed(found.items()))
