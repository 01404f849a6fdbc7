"""What chance would do: how good a split is, whether a restriction is needed, which factors matter at all.

A run's replicates, and the same sample under other policies, are no independent draws. So runs come in groups:
shuffles keep a group's outcomes together, halves take whole groups, and a binomial test counts groups, not runs.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from simlab.analysis.prim_levels import Flags, Runs
from simlab.analysis.prim_peel import Region

MOST_BINS, RUNS_PER_BIN = 8, 16


def likelihood_gain(n_in: int, cases_in: int, n_runs: int, n_cases: int) -> float:
    """Nats by which one rate inside and one outside explain the cases better than one rate everywhere.

    0 where the rate inside is not the higher one. M. Kulldorff, A spatial scan statistic, Communications in
    Statistics 26 (1997), for cases among a known number.
    """
    n_out, cases_out = n_runs - n_in, n_cases - cases_in
    if n_in == 0 or n_out == 0 or cases_in * n_out <= cases_out * n_in:
        return 0.0
    split = _log_likelihood(cases_in, n_in) + _log_likelihood(cases_out, n_out)
    return split - _log_likelihood(n_cases, n_runs)


def _log_likelihood(cases: int, runs: int) -> float:
    parts = np.array([cases, runs - cases])
    parts = parts[parts > 0]
    return float((parts * np.log(parts / runs)).sum())


def chance_of(cases: NDArray[np.float64], runs: float, densities: NDArray[np.float64]) -> NDArray[np.float64]:
    """The chances that of `runs` draws at least `cases` are cases, where each is one with probability `densities`.

    Counts may be fractions: the binomial tail as an incomplete beta function.
    """
    from scipy.special import betainc  # noqa: PLC0415  # start-up: heavy, and only this needs it

    return np.where(cases <= 0.0, 1.0, betainc(np.maximum(cases, 1e-9), runs - cases + 1.0, densities))


def chances_without(region: Region, runs: Runs) -> dict[int, float]:
    """The quasi-p-value of each restriction: as many cases inside by chance, had it no bearing on them.

    B. P. Bryant and R. J. Lempert, Thinking inside the box, Technological Forecasting and Social Change 77 (2010).
    """
    outside = np.array([~flags[runs.levels.codes[factor]] for factor, flags in region.allowed.items()])
    n_broken = outside.sum(axis=0)
    inside, alone = n_broken == 0, outside & (n_broken == 1)  # alone: only this restriction keeps the run out
    n_inside, n_cases = int(inside.sum()), int(runs.is_case[inside].sum())
    densities = (n_cases + (alone & runs.is_case).sum(axis=1)) / (n_inside + alone.sum(axis=1))
    n_groups = int((np.bincount(runs.groups[inside]) > 0).sum())
    cases = np.full(densities.shape, n_cases / n_inside * n_groups)
    return dict(zip(region.allowed, chance_of(cases, n_groups, densities).tolist(), strict=True))


def needed(region: Region, runs: Runs, limit: float) -> Region:
    """The region without restrictions that chance could stand for, the least needed taken away first."""
    while region.allowed:
        chances = chances_without(region, runs)
        worst = max(chances, key=lambda factor: chances[factor])
        if chances[worst] <= limit:
            break
        region = region.without(worst)
    return region


def screened(runs: Runs, most: int) -> Runs:
    """The runs as the at most `most` factors see them that tell most about the cases on their own, in file order."""
    if len(runs.levels.scales) <= most:
        return runs
    return runs.with_factors(np.sort(np.argsort(_log_chances(runs), kind="stable")[:most]))


def telling(runs: Runs, limit: float) -> NDArray[np.int64]:
    """The positions of the factors that tell on their own what chance would at most with probability `limit`."""
    return np.flatnonzero(_log_chances(runs) <= np.log(limit))


def _log_chances(runs: Runs) -> NDArray[np.float64]:
    """Shape (n_factors,): by the probability of Pearson's chi-squared.

    Over up to eight slices of a number with equally many runs, or over the options of a switch.
    """
    each = zip(runs.levels.scales, runs.levels.codes, strict=True)
    found = [_log_chance(codes if scale.is_switch else _binned(codes), runs.is_case) for scale, codes in each]
    return np.array(found, np.float64)


def _log_chance(bins: NDArray[np.int64], is_case: Flags) -> float:
    """The logarithm of the probability that a factor without bearing differs as much between its bins."""
    from scipy.special import gammaincc  # noqa: PLC0415

    counts = np.bincount(bins).astype(float)
    runs, cases = counts[counts > 0], np.bincount(bins[is_case], minlength=counts.size)[counts > 0]
    share = is_case.mean()
    squares = float((((cases - share * runs) ** 2) / (runs * share * (1.0 - share))).sum())
    chance = float(gammaincc((runs.size - 1) / 2, squares / 2))
    return np.log(chance) if chance > 0.0 else -squares  # beyond the smallest float the larger one is the less likely


def _binned(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Levels put together to slices of about equally many runs."""
    n_bins = int(np.clip(codes.size // RUNS_PER_BIN, 2, MOST_BINS))
    counts = np.bincount(codes)
    middle = counts.cumsum() - counts / 2
    return (n_bins * middle / codes.size).astype(np.int64)[codes]


def shuffled(runs: Runs, rng: np.random.Generator) -> Runs:
    """The same outcomes in an order that no factor can know, groups kept together.

    Where groups differ in size, one may be laid over the border of two others.
    """
    order = np.argsort(runs.groups, kind="stable")
    blocks = np.split(order, np.flatnonzero(np.diff(runs.groups[order])) + 1)
    taken = np.concatenate([rng.permutation(blocks[i]) for i in rng.permutation(len(blocks))])
    is_case = np.empty_like(runs.is_case)
    is_case[order] = runs.is_case[taken]
    return replace(runs, is_case=is_case)


def half(runs: Runs, rng: np.random.Generator) -> Runs:
    """Half of the groups, drawn by lot."""
    known = np.unique(runs.groups)
    return runs.some(np.isin(runs.groups, rng.permutation(known)[: (known.size + 1) // 2]))
