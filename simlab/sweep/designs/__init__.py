"""Designs: which points of the uncertain space a study tries.

A point is a draw in (0, 1) for each factor; a factor that has none stays at its own value. Points are addressed by
their number, so a study that grows keeps those it has.

  latin_hypercube  n points. For a plain scenario, which varies hundreds of numbers that have no lasting order.
  sobol            n points. For sweeps: most even where the factors are few, best at powers of two.
  grid             All combinations of options and of `n_levels` levels; for a few switches whose every
                   combination matters. n says nothing.
  one_at_a_time    The centre, and each factor alone at its ends; a tornado in few runs, blind to
                   interactions. n says nothing.
  morris           n trajectories of a point more than there are factors: which of many factors
                   matter at all, and which act on their own. Ten or twenty trajectories do.
  saltelli         n blocks of two points more than there are factors: Sobol' indices, which say what
                   share of the variance is whose. Take some hundred blocks or more, a power of two.

The designs that have an n grow in it without moving a point: the first points of a larger design are the smaller one.
A new factor at the end of the list, or one that is held, moves no other factor's draws (of a block there are then
more or fewer points). Another seed gives other draws, save in grid and one_at_a_time, which leave nothing to chance.

Points that are to be compared with one another lie in one block and meet the same luck: that of the block's number.
Replicates give them other lucks.
"""

from collections.abc import Iterator
from typing import Protocol

from simlab.errors import StudyError
from simlab.scenario import DesignSpec
from simlab.scenario.design import GRID, LATIN_HYPERCUBE, MORRIS, ONE_AT_A_TIME, SALTELLI, SOBOL
from simlab.sweep.designs import grid, latin_hypercube, morris, one_at_a_time, saltelli, sobol
from simlab.sweep.designs.point import Point, Uniforms

__all__ = ["Point", "block_size", "changed_factor", "n_points", "points"]


class _Design(Protocol):
    """What a module of this package offers."""

    def block_size(self, spec: DesignSpec) -> int: ...
    def draws(self, spec: DesignSpec, seed: int, begin: int, end: int) -> Iterator[Uniforms]: ...


_DESIGNS: dict[str, _Design] = {
    LATIN_HYPERCUBE: latin_hypercube,
    SOBOL: sobol,
    GRID: grid,
    ONE_AT_A_TIME: one_at_a_time,
    SALTELLI: saltelli,
    MORRIS: morris,
}
_CHANGES = {ONE_AT_A_TIME: one_at_a_time, SALTELLI: saltelli, MORRIS: morris}
_WITHOUT_N = (GRID, ONE_AT_A_TIME)


def n_points(spec: DesignSpec, n: int) -> int:
    """How many points a design of size `n` has.

    Raises:
        StudyError: there is no such design of these factors.
    """
    return block_size(spec) * (1 if spec.kind in _WITHOUT_N else n)


def points(spec: DesignSpec, seed: int, begin: int, end: int) -> Iterator[Point]:
    """The points from number `begin` up to, not including, `end`; a larger design begins with the same.

    Takes the same memory for any number of points.

    Raises:
        StudyError: there is no such design of these factors, or it has not so many points whatever its n.
    """
    size = block_size(spec)
    if spec.kind in _WITHOUT_N and end > size:
        raise StudyError(f"there is no point {end - 1:,}: this {spec.kind} design has {size:,}, numbered from 0")
    uniforms = _DESIGNS[spec.kind].draws(spec, seed, begin, end)
    return (Point(draws, number // size) for number, draws in enumerate(uniforms, begin))


def block_size(spec: DesignSpec) -> int:
    """How many successive points belong together: they share their luck and are compared with one another.

    1 for latin_hypercube and sobol; all points of grid and one_at_a_time; a trajectory of morris; A, B and their
    mixtures of saltelli.

    Raises:
        StudyError: there is no such design of these factors.
    """
    return _DESIGNS[spec.kind].block_size(spec)


def changed_factor(spec: DesignSpec, seed: int, number: int) -> str | None:
    """The path of the one factor in which point `number` differs from the point it is compared with.

    That is the point before it in morris, the block's first point (A) in saltelli, the centre in one_at_a_time. None
    for a point that others are compared with, for B in saltelli, and in the designs that change everything at once.
    """
    design = _CHANGES.get(spec.kind)
    return design.changed_factor(spec, seed, number) if design else None
