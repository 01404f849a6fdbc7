"""The numbers that a table of speeds holds, each with its formula, its interval over luck and what is published."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from simlab.probes.fits import Array, Estimate, difficulty, estimate, fit_ces, resamples, slope
from simlab.probes.literature import band
from simlab.probes.plan import COPIES, THIRTY, TIMES, World

NEAR = TIMES[1:4]
"""Where a slope at the baseline's point is taken: from a third to three times."""


class Number(NamedTuple):
    """One row of the table."""

    key: str
    title: str
    formula: str
    found: Estimate

    @property
    def is_inside(self) -> bool | None:
        """Whether it lies in the published range; None where there is none."""
        published = band(self.key)
        return None if published is None else published[0] <= self.found.value <= published[1]


SAID = {
    "less_compute": ("A tenth of the experiments’ compute slows by", "v(1, 1) / v(1, 1/10)"),
    "more_compute": ("Ten times the experiments’ compute speeds by", "v(1, 10) / v(1, 1)"),
    "compute_exponent": ("Exponent of compute, people fixed", "slope of ln v on ln C, 1/3 to 3, L = 1"),
    "parallel_exponent": ("Parallel exponent λ: people, compute fixed", "slope of ln v on ln L, 1/3 to 3, C = 1"),
    "both_exponent": ("Exponent of both together", "slope of ln v on ln L, 1/3 to 3, C = L"),
    "people_share": ("Share of people", "λ / (λ + exponent of compute)"),
    "rho": ("ρ of people and compute", "v = A (a L^ρ + (1 - a) C^ρ)^(s/ρ) over the grid"),
    "sigma": ("Elasticity of substitution σ", "1 / (1 - ρ)"),
    "people_limit": ("Limit of people without end, compute fixed", "(1 - a)^(s/ρ) where ρ < 0"),
    "compute_limit": ("Limit of compute without end, people fixed", "a^(s/ρ) where ρ < 0"),
    "thirty_by_thirty": (
        "Thirty workers at thirty times speed for each person",
        "v(30 people, hands 30 times as fast)",
    ),
    "difficulty": ("Difficulty β: ideas get harder", "slope of -ln(dG/dt) on G, at fixed people and compute"),
    "returns": ("Returns r: doublings per doubling of research", "λ / β"),
}
"""Key to title and formula; v(people, compute) is speed relative to the baseline's point."""


def numbers(speeds: Mapping[World, Array], stocks: Array) -> list[Number]:
    """All numbers. `speeds` has a row of seeds for each world; `stocks` is (seed, inputs, time), nats adopted."""
    weights = resamples(stocks.shape[0])
    means = {world: weights @ seeds for world, seeds in speeds.items()}
    fits = _ratios(means) | _slopes(means) | _surface(means)
    fits["difficulty"] = difficulty(np.einsum("fs,sit->fit", weights, stocks))
    fits["returns"] = fits["parallel_exponent"] / fits["difficulty"]
    return [Number(key, *said, estimate(fits[key])) for key, said in SAID.items()]


def _ratios(means: Mapping[World, Array]) -> dict[str, Array]:
    one = means[World(1.0, 1.0)]
    with np.errstate(divide="ignore"):
        return {
            "less_compute": one / np.maximum(means[World(1.0, 0.1)], 0.0),
            "more_compute": means[World(1.0, 10.0)] / one,
            "thirty_by_thirty": means[World(COPIES, 1.0, THIRTY)] / one,
        }


def _slopes(means: Mapping[World, Array]) -> dict[str, Array]:
    x = np.array(NEAR)

    def along(line: list[World]) -> Array:
        return slope(x, np.stack([_above_zero(means[world]) for world in line], axis=1))

    people = along([World(n, 1.0) for n in NEAR])
    compute = along([World(1.0, n) for n in NEAR])
    both = along([World(n, n) for n in NEAR])
    shares = {"people_share": people / (people + compute)}
    return {"parallel_exponent": people, "compute_exponent": compute, "both_exponent": both, **shares}


def _surface(means: Mapping[World, Array]) -> dict[str, Array]:
    """Points at which luck alone decides, so that a resampled mean is not above 0, are left out."""
    grid = [world for world in means if not world.without and (means[world] > 0.0).all()]
    people, compute = (np.array([world[axis] for world in grid]) for axis in (0, 1))
    found = fit_ces(people, compute, np.stack([means[world] for world in grid], axis=1))
    return {
        "rho": found.rho,
        "sigma": 1.0 / (1.0 - found.rho),
        "people_limit": _limit(1.0 - found.share, found.scale, found.rho),
        "compute_limit": _limit(found.share, found.scale, found.rho),
    }


def _limit(rest: Array, scale: Array, rho: Array) -> Array:
    """What speed tends to as the other input grows without end; infinite where it can stand in for this one."""
    exponent = np.where(rho < 0.0, scale / np.where(rho < 0.0, rho, -1.0), np.inf)
    return np.where(rho < 0.0, rest ** np.where(rho < 0.0, exponent, 0.0), np.inf)


def _above_zero(values: Array) -> Array:
    """Speeds of which a logarithm is wanted: below a hundredth of a nat a year it is luck which."""
    return np.maximum(values, 0.01)
