"""Morris's trajectories: walks through the space that change one factor a step, each factor once.

A number is tried in the middle of `n_levels` strata of equal probability (the published grid has draws of 0 and 1,
and there a normal number is infinite). It starts in any of them and moves by STEP, half the interval: up from the
lower half, down from the upper. A switch starts at any option and moves to any other. The points of a trajectory
share their luck.

Where a factor starts and goes, and its turn among the others, follow from the study's seed, the trajectory's number
and the factor's path: neither more trajectories nor more factors change those of another.

Source: M. D. Morris, Technometrics 33 (1991) 161-174.
"""

from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import chain, islice
from typing import NamedTuple

from simlab.errors import StudyError
from simlab.scenario import DesignSpec
from simlab.scenario.design import Factor
from simlab.sweep.designs.point import Uniforms, free, middle, n_places

STEP = 0.5
"""By how much a number's draw changes; with an even number of levels every level is then as likely as another."""


class _Move(NamedTuple):
    """What a trajectory does to one factor."""

    turn: int
    path: str
    start: float
    target: float


def block_size(spec: DesignSpec) -> int:
    """Points that belong together: a trajectory's start, and one for each factor.

    Raises:
        StudyError: the number of levels is not even.
    """
    if spec.n_levels < 2 or spec.n_levels % 2:
        raise StudyError(f"a morris design needs an even number of levels, 4 for example; this one has {spec.n_levels}")
    return 1 + len(free(spec))


def draws(spec: DesignSpec, seed: int, begin: int, end: int) -> Iterator[Uniforms]:
    """The points from number `begin` up to, not including, `end`."""
    size = block_size(spec)
    first, last = begin // size, -(-end // size)
    walks = chain.from_iterable(_walk(spec, seed, number) for number in range(first, last))
    return islice(walks, begin - first * size, end - first * size)


def changed_factor(spec: DesignSpec, seed: int, number: int) -> str | None:
    """The factor that this point and the one before it differ in; None at the start of a trajectory."""
    trajectory, place = divmod(number, block_size(spec))
    return _moves(spec, seed, trajectory)[place - 1].path if place else None


def _walk(spec: DesignSpec, seed: int, trajectory: int) -> Iterator[Uniforms]:
    moves = _moves(spec, seed, trajectory)
    start = {move.path: move.start for move in moves}
    here = {factor.path: start[factor.path] for factor in free(spec)}
    yield here
    for move in moves:
        here = here | {move.path: move.target}
        yield here


@lru_cache(maxsize=2)
def _moves(spec: DesignSpec, seed: int, trajectory: int) -> tuple[_Move, ...]:
    return tuple(sorted(_move(factor, n_places(spec, factor), seed, trajectory) for factor in free(spec)))


def _move(factor: Factor, n_places: int, seed: int, trajectory: int) -> _Move:
    address = f"{seed}\0{trajectory}\0{factor.path}".encode()
    digest = blake2b(address, digest_size=24).digest()
    turn, *dice = (int.from_bytes(digest[i : i + 8], "little") for i in (0, 8, 16))
    start = dice[0] * n_places >> 64
    others = 1 + (dice[1] * (n_places - 1) >> 64) if factor.n_options else n_places // 2
    return _Move(turn, factor.path, middle(start, n_places), middle((start + others) % n_places, n_places))
