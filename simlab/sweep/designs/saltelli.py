"""Saltelli's blocks: what first-order and total Sobol' indices are estimated from.

Block j has two independent points A_j and B_j, and for each factor a copy of A_j that takes this factor's draw from
B_j. The points are Sobol' points: A has dimension 2i for the i-th factor of the file, B has 2i + 1, each with a digital
shift of its own, so that a new factor at the end moves no column of the others. A block's points share their luck.

With more than some 50 factors take 1,024 blocks or more: before, late dimensions go together (see `sobol`).

Sources: A. Saltelli et al., Computer Physics Communications 181 (2010) 259-270, the blocks; M. J. W. Jansen, the same
117 (1999) 35-43, the estimators they are made for.
"""

from collections.abc import Iterator
from itertools import islice

from simlab.scenario import DesignSpec
from simlab.sweep.designs.point import Uniforms, free
from simlab.sweep.designs.sobol import Column, require_dimensions, rows, shift


def block_size(spec: DesignSpec) -> int:
    """Points that belong together: A, B, and one for each factor.

    Raises:
        StudyError: there are not two dimensions for each factor.
    """
    require_dimensions(spec, 2)
    return 2 + len(free(spec))


def draws(spec: DesignSpec, seed: int, begin: int, end: int) -> Iterator[Uniforms]:
    """The points from number `begin` up to, not including, `end`."""
    size = block_size(spec)
    first, last = begin // size, -(-end // size)
    a, b = (rows(_columns(spec, seed, letter), first, last) for letter in "ab")
    blocks = (point for pair in zip(a, b, strict=True) for point in _block(*pair))
    return islice(blocks, begin - first * size, end - first * size)


def changed_factor(spec: DesignSpec, seed: int, number: int) -> str | None:
    """The factor whose draw comes from B while all others come from A; None for A and for B."""
    place = number % block_size(spec) - 2
    return None if place < 0 else free(spec)[place].path


def _columns(spec: DesignSpec, seed: int, letter: str) -> list[Column]:
    places = enumerate(spec.factors)
    dimension = "ab".index(letter)
    return [Column(f.path, 2 * i + dimension, shift(seed, f.path, letter)) for i, f in places if not f.is_held]


def _block(a: Uniforms, b: Uniforms) -> Iterator[Uniforms]:
    yield a
    yield b
    for path, draw in b.items():
        yield a | {path: draw}
