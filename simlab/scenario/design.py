"""What a study varies, and by which design: a plain scenario varies all that is uncertain, by a Latin hypercube."""

from typing import NamedTuple

LATIN_HYPERCUBE, SOBOL, GRID = "latin_hypercube", "sobol", "grid"
ONE_AT_A_TIME, SALTELLI, MORRIS = "one_at_a_time", "saltelli", "morris"
KINDS = (LATIN_HYPERCUBE, SOBOL, GRID, ONE_AT_A_TIME, SALTELLI, MORRIS)


class Factor(NamedTuple):
    """A number or a switch that a design varies."""

    path: str
    n_options: int = 0
    """Of a switch, or of a number that takes given values: option i of k stands for draws in [i / k, (i + 1) / k).

    0: a number with a distribution.
    """
    is_held: bool = False
    """It keeps its place among the factors, and with it its dimension, but stays at its own value."""


class DesignSpec(NamedTuple):
    """A design, but for how many points it has."""

    kind: str
    """One of KINDS."""
    factors: tuple[Factor, ...]
    """In an order that says which dimension is whose: new ones come last."""
    n_levels: int = 4
    """Of a number with a distribution, in a grid or in Morris's trajectories."""
