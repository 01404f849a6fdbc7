"""Sobol' points: the design that covers few factors most evenly, and grows in points and in factors.

Dimension i of the sequence belongs to the i-th factor of the file, whether or not it is held; the sequence is moved as
a whole by a digital shift (an exclusive or of the bits) that follows from the study's seed and the factor's path. So a
factor at the end of the list, one that is held, or more points leave all other draws as they were. A shift
keeps what makes the points even: any 2^k points that begin at a multiple of 2^k hit each of the 2^k equal strata
of every factor once.

Measured at 256 points over 200 seeds, as the error of the mean of a product of linear functions of all factors (mean
1, standard deviation 1.2 to 1.3), and as the largest correlation between two factors:

              5 factors             300 factors
  sobol       0.012  0.00           0.051  0.94
  latin       0.044  0.12           0.056  0.27
  independent 0.082  0.12           0.085  0.27

So with many factors the mean is no worse, but some late dimensions go together until there are more points: among 300
the largest correlation is 0.20 at 1,024 points, among the first 100 it is 0.24 at 256. Scrambling each dimension by a
random matrix does not help (0.94 as well).

Sources: I. M. Sobol', USSR Computational Mathematics and Mathematical Physics 7 (1967) 86-112, the sequence; S. Joe
and F. Y. Kuo, SIAM Journal on Scientific Computing 30 (2008) 2635-2654, the direction numbers (those of SciPy).
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simlab.errors import StudyError
from simlab.scenario import DesignSpec
from simlab.sweep.designs.point import Uniforms, by_path, pieces

MOST_DIMENSIONS = 21_201
"""For so many dimensions there are direction numbers."""
_BITS = 32
"""Of a coordinate; a draw lies in the middle of one of 2^32 cells: never on 0, on 1, or on an edge of strata."""


class Column(NamedTuple):
    """One coordinate of the sequence, in the service of a factor."""

    path: str
    dimension: int
    shift: int


def block_size(spec: DesignSpec) -> int:
    """Points that belong together: every point is for itself.

    Raises:
        StudyError: the sequence has no dimension for the last of the factors.
    """
    require_dimensions(spec, 1)
    return 1


def draws(spec: DesignSpec, seed: int, begin: int, end: int) -> Iterator[Uniforms]:
    """The points from number `begin` up to, not including, `end`."""
    return rows(columns(spec, seed), begin, end)


def columns(spec: DesignSpec, seed: int) -> list[Column]:
    """The coordinate of each factor that is not held."""
    factors = enumerate(spec.factors)
    return [Column(f.path, i, shift(seed, f.path)) for i, f in factors if not f.is_held]


def rows(chosen: Sequence[Column], begin: int, end: int) -> Iterator[Uniforms]:
    """The points from `begin` to `end`, in these coordinates only."""
    paths = [column.path for column in chosen]
    for first, last in pieces(begin, end, len(chosen)):
        yield from by_path(paths, table(chosen, first, last))


def table(chosen: Sequence[Column], begin: int, end: int) -> NDArray[np.float64]:
    """The draws in (0, 1), shape (end - begin, len(chosen))."""
    n_bits = max(1, (end - 1).bit_length())
    dimensions = [column.dimension for column in chosen]
    directions = _directions(1 + max(dimensions, default=0), n_bits)[:, dimensions]
    numbers = np.arange(begin, end)
    order = numbers ^ (numbers >> 1)  # Gray code: as published, and as SciPy has it
    found = np.empty((end - begin, len(chosen)), dtype=np.uint32)
    found[:] = [column.shift for column in chosen]
    for bit, direction in enumerate(directions):
        found ^= (order >> bit & 1).astype(np.uint32)[:, None] * direction
    return (found + 0.5) / 2**_BITS


def shift(seed: int, *name: str) -> int:
    """The bits that the coordinate of this name is shifted by."""
    address = "\0".join([str(seed), *name]).encode()
    return int.from_bytes(blake2b(address, digest_size=_BITS // 8).digest(), "little")


def require_dimensions(spec: DesignSpec, n_each: int) -> None:
    """Raises StudyError if the sequence has not `n_each` dimensions for every factor, held ones included."""
    n_factors, most = len(spec.factors), MOST_DIMENSIONS // n_each
    if n_factors > most:
        found = f"a {spec.kind} design can have {most:,} factors, held ones included; this one has {n_factors:,}"
        raise StudyError(f"{found}: name fewer, or take the design latin_hypercube")


@lru_cache(maxsize=4)
def _directions(n_dimensions: int, n_bits: int) -> NDArray[np.uint32]:
    """What each bit of a point's number, in Gray code, changes in its coordinates, shape (n_bits, n_dimensions).

    Point 2^k has the two bits k and k - 1, so the directions follow one from the other.
    """
    from scipy.stats import qmc  # noqa: PLC0415 (slow to load, and most commands need no points)

    sequence = qmc.Sobol(n_dimensions, scramble=False, bits=_BITS)
    found = [np.zeros(n_dimensions, dtype=np.uint32)]
    for bit in range(n_bits):
        sequence.fast_forward(2**bit - sequence.num_generated)
        found.append((sequence.random(1)[0] * 2.0**_BITS).astype(np.uint32) ^ found[-1])
    return np.stack(found[1:])
