"""Claims about frontier runs, launch timing, reliability and emergence: mechanisms 8, 9, 11 and 14."""

import math
from itertools import pairwise
from statistics import fmean

from simlab.claims.bench import SEEDS, Bench, Change
from simlab.claims.claim import Claim, Shown, exactly, over_seeds
from simlab.trace.events import ModelReleased
from simlab.units import DAYS_PER_YEAR

WAITS_DAYS = (0.0, 90.0, 180.0, 270.0, 360.0, 450.0, 510.0)
RELEASE_DAY = 540.0
"""A release date a year and a half ahead."""


def _leaders_models(
    bench: Bench, seed: int, years: float, changes: dict[str, Change] | None = None
) -> list[ModelReleased]:
    params = bench.research(changes)
    return [e for e in bench.trace(params, seed, years).of(ModelReleased) if e.lab == 0]


def _damping(bench: Bench) -> Shown:
    """Shortest time between releases over the length of a run, for a lab that may launch at once and has 4x people."""
    changes: dict[str, Change] = {"training.cadence_days": 1.0, "labs.leader.initial_people": lambda n: 4.0 * n}

    def shortest(seed: int) -> float:
        released = [e.time_days for e in _leaders_models(bench, seed, 4.0, changes) if e.generation > 0]
        return min(b - a for a, b in pairwise(released)) / bench.base.training.run_days

    return over_seeds(
        [shortest(s) for s in SEEDS[:3]], "with four times the people, releases are never closer than {value:.3f} runs"
    )


def _algorithms_wait_for_training(bench: Bench) -> Shown:
    """Share of algorithmic gain steps that fall on a release: gain reaches models only through runs."""
    models = _leaders_models(bench, 0, 6.0)
    gains = [e.algorithmic_gain_nats for e in models]
    rises = [b - a for a, b in pairwise(gains)]
    return exactly(float(len(rises)), f"{len(rises)} releases in six years carry all of {sum(rises):.1f} nat, in steps")


def _best_wait_days(bench: Bench, seed: int, changes: dict[str, Change]) -> tuple[float, float]:
    """The wait that gives the best model on the release day, and the gain of that wait over none, in nats."""
    levels = []
    for wait in WAITS_DAYS:
        late: dict[str, Change] = {
            "labs.leader.first_launch_day": wait,
            "training.run_days": RELEASE_DAY - wait,
            "training.rollbacks_per_day": 0.0,
            "training.cadence_days": 10_000.0,
        }
        params = bench.research({**changes, **late}, labs=("leader",))
        trace = bench.trace(params, seed, (RELEASE_DAY + 5.0) / DAYS_PER_YEAR)
        levels.append(math.log(next(e.effective_flop for e in trace.of(ModelReleased) if e.generation == 1)))
    best = max(range(len(levels)), key=levels.__getitem__)
    return WAITS_DAYS[best], levels[best] - levels[0]


def _optimal_wait(bench: Bench) -> Shown:
    waits = [_best_wait_days(bench, seed, {})[0] for seed in SEEDS[:4]]
    says = (
        "the best model on day 540 starts training on day {value:.0f} ({low:.0f} to {high:.0f}): not at once, not last"
    )
    return over_seeds(waits, says)


def _wait_moves_with_progress(bench: Bench) -> Shown:
    """Longer wait when algorithms move faster: the difference against a lab whose people find half as large ideas."""
    areas = bench.research().ideas.areas
    slow: dict[str, Change] = {f"ideas.areas.{a}.helpful_median_nats": lambda gain: 0.25 * gain for a in areas}
    differences = [_best_wait_days(bench, s, {})[0] - _best_wait_days(bench, s, slow)[0] for s in SEEDS[:4]]
    return over_seeds(differences, "with ideas a quarter as large the best start is {value:.0f} days earlier")


def _horizon_ratio(bench: Bench) -> Shown:
    ratios = [e.horizon_80_minutes / e.horizon_50_minutes for s in SEEDS[:2] for e in _leaders_models(bench, s, 6.0)]
    spread = max(ratios) / min(ratios) - 1.0
    return exactly(
        spread, f"the 80% horizon is {fmean(ratios):.3f} of the 50% horizon in {len(ratios)} models, to {{value:.1e}}"
    )


def _chains_multiply(bench: Bench) -> Shown:
    n = bench.base.capability.chain_length
    models = _leaders_models(bench, 0, 6.0)
    gap = max(abs(e.chain_success_fraction - e.hour_task_success_fraction**n) for e in models)
    return exactly(gap, f"chains of {n:.0f} steps succeed as the product of their steps, to {{value:.1e}}")


def _emergence(bench: Bench) -> Shown:
    """Largest fold change between successive models: the thresholded metric's over the smooth one's."""

    def ratio(seed: int) -> float:
        models = _leaders_models(bench, seed, 6.0)
        smooth = max(b.hour_task_success_fraction / a.hour_task_success_fraction for a, b in pairwise(models))
        sharp = max(b.chain_success_fraction / a.chain_success_fraction for a, b in pairwise(models))
        return sharp / smooth

    says = "between two releases the chain of tasks jumps {value:.1f} times as much as the single task"
    return over_seeds([ratio(s) for s in SEEDS[:4]], says)


CLAIMS = (
    Claim(
        "damping",
        8,
        "Faster research cannot shorten the cadence below the training run",
        "retraining takes 90 to 120 days (forethought-2025)",
        0.999,
        10.0,
        _damping,
    ),
    Claim(
        "gains-come-with-runs",
        8,
        "A better algorithm pays only when the next run is trained",
        "pre-training cannot be mended half way (dwarkesh-2025)",
        3.0,
        12.0,
        _algorithms_wait_for_training,
    ),
    Claim(
        "optimal-wait",
        9,
        "A best time to start a run exists between at once and the last moment",
        "a run started later runs on better algorithms and chips",
        1.0,
        WAITS_DAYS[-1] - 1.0,
        _optimal_wait,
    ),
    Claim(
        "wait-moves",
        9,
        "It moves with the rate of algorithmic progress",
        "the faster progress is, the longer waiting pays",
        1.0,
        WAITS_DAYS[-1],
        _wait_moves_with_progress,
    ),
    Claim(
        "horizon-ratio",
        11,
        "The 80% horizon is a fixed fraction of the 50% horizon",
        "success is a logistic of log task length (metr-2025)",
        0.0,
        1e-9,
        _horizon_ratio,
    ),
    Claim(
        "chains-multiply",
        11,
        "Chains of steps fail as the product says",
        "nines of reliability (dwarkesh-2025)",
        0.0,
        1e-12,
        _chains_multiply,
    ),
    Claim(
        "emergence",
        14,
        "A thresholded metric jumps where the smooth one does not",
        "smooth loss, thresholded skills (science-of-ai)",
        2.0,
        1e6,
        _emergence,
    ),
)
