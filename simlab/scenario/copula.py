"""Numbers that are uncertain together: a Gaussian copula that keeps each one's own distribution as it is."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from simlab.randomness import normal_cdf, normal_quantile

_EDGE = 2.0**-54


@dataclass(frozen=True, slots=True)
class Pair:
    """Two paths and Spearman's rank correlation between them."""

    first: str
    second: str
    rank: float


@dataclass(frozen=True, slots=True)
class Copula:
    """`paths` in a fixed order and the lower triangle that mixes their independent normal scores."""

    paths: tuple[str, ...] = ()
    rows: tuple[tuple[float, ...], ...] = ()

    def __call__(self, uniforms: Mapping[str, float]) -> dict[str, float]:
        """The same probabilities, still uniform but correlated where they should be; a path left out is 0.5."""
        joined = dict(uniforms)
        if not any(path in uniforms for path in self.paths):
            return joined
        scores = [normal_quantile(min(max(uniforms.get(path, 0.5), _EDGE), 1.0 - _EDGE)) for path in self.paths]
        for path, row in zip(self.paths, self.rows, strict=True):
            joined[path] = normal_cdf(sum(weight * score for weight, score in zip(row, scores, strict=False)))
        return joined


class ImpossibleError(ValueError):
    """Correlations that cannot hold together.

    `pair` is the last one whose change alone would help; `possible` are the smallest and the largest rank, in steps
    of a hundredth, at which it could stay, or None where no single change helps.
    """

    def __init__(self, pair: Pair, possible: tuple[float, float] | None) -> None:
        super().__init__(pair, possible)
        self.pair, self.possible = pair, possible


def copula(pairs: Sequence[Pair]) -> Copula:
    """The copula with these rank correlations, 0 between all others. Raises ImpossibleError.

    A normal copula has Spearman rank correlation r where its scores correlate by 2 sin(pi r / 6).
    """
    paths = tuple(sorted({path for pair in pairs for path in (pair.first, pair.second)}))
    triangle = _triangle(_matrix(paths, pairs))
    if triangle is None:
        raise _impossible(paths, pairs)
    return Copula(paths, tuple(tuple(row) for row in triangle))


def _matrix(paths: Sequence[str], pairs: Sequence[Pair]) -> list[list[float]]:
    rows = [[float(i == j) for j in range(len(paths))] for i in range(len(paths))]
    for pair in pairs:
        i, j = paths.index(pair.first), paths.index(pair.second)
        rows[i][j] = rows[j][i] = 2.0 * math.sin(math.pi * pair.rank / 6.0)
    return rows


def _impossible(paths: Sequence[str], pairs: Sequence[Pair]) -> ImpossibleError:
    for pair in reversed(pairs):
        others = [other for other in pairs if other != pair]
        changed = ((r / 100, [*others, replace(pair, rank=r / 100)]) for r in range(-99, 100))
        possible = [rank for rank, trial in changed if _triangle(_matrix(paths, trial)) is not None]
        if possible:
            return ImpossibleError(pair, (possible[0], possible[-1]))
    return ImpossibleError(pairs[-1], None)


def _triangle(matrix: Sequence[Sequence[float]]) -> list[list[float]] | None:
    """Cholesky's lower triangle, or None where the matrix is not positive definite."""
    rows: list[list[float]] = []
    for i, wanted in enumerate(matrix):
        row: list[float] = []
        for j in range(i):
            mixed = sum(a * b for a, b in zip(row, rows[j], strict=False))
            row.append((wanted[j] - mixed) / rows[j][j])
        left = wanted[i] - sum(x * x for x in row)
        if left <= 1e-9:
            return None
        rows.append([*row, math.sqrt(left)])
    return rows
