"""Designs: which points of the uncertain space a study tries.

A point is a draw in (0, 1) for each factor; a factor that has none stays at its own value. Points are addressed by
their number, so a study that grows keeps those it has.
"""

from collections.abc import Iterator
from typing import NamedTuple

from simlab.scenario import DesignSpec
from simlab.sweep.designs import latin_hypercube


class Point(NamedTuple):
    """A row of a design."""

    uniforms: dict[str, float]
    """The draw of each factor that is not at its own value."""
    luck: int
    """Whose luck the runs of this point meet: points that are to be compared share it."""


def n_points(spec: DesignSpec, n: int) -> int:
    """How many points a design of size `n` has."""
    return n


def points(spec: DesignSpec, seed: int, begin: int, end: int) -> Iterator[Point]:
    """The points from number `begin` up to, not including, `end`; a larger design begins with the same."""
    paths = [factor.path for factor in spec.factors]
    for number, uniforms in enumerate(latin_hypercube.samples(seed, paths, end)[begin:], begin):
        yield Point(uniforms, number)
