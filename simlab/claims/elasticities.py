"""Claims about what people and compute do to the speed of research, at the baseline's point: mechanisms 7, 10 and 18.

Each is a ratio of speeds in a closed lab that stands still (`simlab.probes.steady`), which nobody typed in.
What falls outside what is published, `simlab elasticities` says with the mechanism that does it.
"""

from collections.abc import Callable, Sequence

import numpy as np

from simlab.claims.bench import SEEDS, Bench
from simlab.claims.claim import Claim, Shown
from simlab.probes.fits import Array, estimate, resamples, slope
from simlab.probes.literature import BANDS
from simlab.probes.numbers import NEAR
from simlab.probes.plan import COPIES, THIRTY, World, question
from simlab.probes.steady import speed_of

FEW = SEEDS[:4]
ONE = World(1.0, 1.0)


def _nats(bench: Bench, world: World, seeds: Sequence[int] = FEW) -> Array:
    """Nats a year, seed by seed."""
    return np.array([speed_of(question(bench.base, world, seed)).nats_per_year for seed in seeds])


def _shown(bench: Bench, worlds: Sequence[World], number: Callable[[list[Array]], Array], says: str) -> Shown:
    """A number of the mean speeds of some worlds, with its interval over resampled seeds."""
    weights = resamples(len(FEW))
    with np.errstate(divide="ignore"):
        found = estimate(number([weights @ _nats(bench, world) for world in worlds]))
    return Shown(*found, says.format(value=found.value, low=found.low, high=found.high))


def _ratio(speeds: list[Array]) -> Array:
    above, below = speeds
    return above / np.maximum(below, 0.0)


def _more_compute(bench: Bench) -> Shown:
    says = "ten times the experiments' compute speeds research {value:.2f} times ({low:.2f} to {high:.2f})"
    return _shown(bench, (World(1.0, 10.0), ONE), _ratio, says)


def _thirty_by_thirty(bench: Bench) -> Shown:
    says = "with as much compute, research is {value:.2f} times as fast ({low:.2f} to {high:.2f})"
    return _shown(bench, (World(COPIES, 1.0, THIRTY), ONE), _ratio, says)


def _parallel(bench: Bench) -> Shown:
    def exponent(speeds: list[Array]) -> Array:
        return slope(np.array(NEAR), np.maximum(np.stack(speeds, axis=1), 0.01))

    says = "from a third to three times the people speed goes as people to the {value:.2f} ({low:.2f} to {high:.2f})"
    return _shown(bench, [World(n, 1.0) for n in NEAR], exponent, says)


CLAIMS = (
    Claim(
        "ten-times-compute",
        7,
        "At the baseline's point ten times the experiments' compute speeds progress 2.5 to 5 times",
        "2.5 (exponent 0.4, davidson-ftm-2023) to 5 times (one lab's estimate, dwarkesh-2024)",
        *BANDS["more_compute"],
        _more_compute,
    ),
    Claim(
        "parallel-exponent",
        10,
        "Speed goes as people to the power 0.15 to 0.7, with compute as it is",
        "0.3 (0.15 to 0.6, eth-davidson-2025), 0.5 (aifm-2025), 0.7 (davidson-ftm-2023)",
        *BANDS["parallel_exponent"],
        _parallel,
    ),
    Claim(
        "thirty-by-thirty",
        18,
        "Thirty workers at thirty times speed for each researcher speed progress 2 to 20 times, with compute as it is",
        "2 to 20 times: interviews with researchers (researcher-interviews-2024); 8 (2 to 32) in eth-davidson-2025",
        *BANDS["thirty_by_thirty"],
        _thirty_by_thirty,
    ),
)
