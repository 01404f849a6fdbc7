"""One factor at a time: the centre, then each factor alone at its low and its high end.

A number goes to LOW and HIGH, a switch to each of its options in turn; all others stay at their own values. All points
meet the same luck, so that the distance from the centre is the factor's doing.
"""

from collections.abc import Iterator
from functools import lru_cache

from simlab.scenario import DesignSpec
from simlab.scenario.design import Factor
from simlab.sweep.designs.point import Uniforms, free, middle

LOW, HIGH = 0.1, 0.9
"""The draws that stand for a number's two ends: its 10% and 90% quantiles."""


def block_size(spec: DesignSpec) -> int:
    """Points that belong together: all of them."""
    return len(_ends(spec))


def draws(spec: DesignSpec, seed: int, begin: int, end: int) -> Iterator[Uniforms]:
    """The points from number `begin` up to, not including, `end`; nothing in them is left to the seed."""
    return (dict(point) for point in _ends(spec)[begin:end])


def changed_factor(spec: DesignSpec, seed: int, number: int) -> str | None:
    """The factor that is not at its own value; None at the centre."""
    return next(iter(_ends(spec)[number]), None)


@lru_cache(maxsize=4)
def _ends(spec: DesignSpec) -> tuple[Uniforms, ...]:
    return ({}, *({factor.path: draw} for factor in free(spec) for draw in _tried(factor)))


def _tried(factor: Factor) -> list[float]:
    n_options = factor.n_options
    return [middle(option, n_options) for option in range(n_options)] if n_options else [LOW, HIGH]
