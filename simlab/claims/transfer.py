"""Claims about the ladder of scales: mechanism 2, and the winner's curse of mechanism 4."""

from itertools import combinations
from statistics import fmean, median
from typing import Any

from simlab.claims.bench import SEEDS, Bench, Change
from simlab.claims.claim import Claim, Shown, exactly, over_seeds
from simlab.trace.events import ExperimentEnded, IdeaDecided, IdeaEnded, Outcome
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams

SMALLER_MODEL_DECADES = 0.85
"""A model 6 to 7 times smaller."""
COMPUTE_DECADES = 2.0 * SMALLER_MODEL_DECADES
"""Compute-optimal training compute goes with the square of model size."""


def _truths(trace: Trace) -> dict[tuple[float, ...], float]:
    return {(e.lab, e.area, e.idea, e.team): e.true_gain_nats for e in trace.of(IdeaEnded)}


def _first_looks(trace: Trace) -> dict[tuple[float, ...], float]:
    """The gain at full scale that each idea's first good campaign promised, in nats."""
    looks: dict[tuple[float, ...], float] = {}
    for e in trace.of(ExperimentEnded):
        if e.outcome == Outcome.OK and e.lab == 0:
            looks.setdefault((e.lab, e.area, e.idea, e.team), e.estimated_gain_nats)
    return looks


def _pairwise_accuracy(bench: Bench) -> Shown:
    def share_right(seed: int) -> float:
        base = bench.research({"warm_up_days": 0.0}, labs=("leader",)).model_dump()
        params = WorldParams(**{**base, "experiments": _one_rung(base["experiments"])})
        trace = bench.trace(params, seed, 1.0, detail=True)
        truths, looks = _truths(trace), _first_looks(trace)
        pairs = combinations([(seen, truths[key]) for key, seen in looks.items() if key in truths], 2)
        return fmean((a[0] > b[0]) == (a[1] > b[1]) for a, b in pairs)

    says = (
        "of the first year's ideas, the better of two is told right in {value:.0%} of pairs ({low:.0%} to {high:.0%})"
    )
    return over_seeds([share_right(seed) for seed in SEEDS], says)


def _one_rung(experiments: dict[str, Any]) -> dict[str, Any]:
    """The ladder's upper rung alone, moved to where a model is that much smaller."""
    rung = {**experiments["ladder"][-1], "below_target_decades": COMPUTE_DECADES}
    return {**experiments, "ladder": (rung,)}


def _wins_that_reverse(bench: Bench) -> Shown:
    def share(seed: int) -> float:
        trace = bench.trace(bench.research(), seed, 3.0, detail=True)
        truths = _truths(trace)
        wins = [
            truths[e.lab, e.area, e.idea, e.team] < 0.0
            for e in trace.of(IdeaDecided)
            if e.rung == 0 and e.believed_gain_nats > e.believed_sd_nats and (e.lab, e.area, e.idea, e.team) in truths
        ]
        return fmean(wins)

    says = "{value:.0%} of ideas that looked good by a standard error on the lowest rung are harmful at the target"
    return over_seeds([share(seed) for seed in SEEDS[:4]], says)


def _overestimate(bench: Bench, repeats: float, seed: int) -> float:
    """By how much ideas that looked good at first were overestimated, median in nats.

    Every campaign has `repeats` times the repeats of the baseline, which divides its noise by their root.
    """
    changes: dict[str, Change] = {"warm_up_days": 0.0, "experiments.noise_nats": lambda sd: sd / repeats**0.5}
    params = bench.research(changes, labs=("leader",))
    trace = bench.trace(params, seed, 1.0, detail=True)
    truths, looks = _truths(trace), _first_looks(trace)
    return median(seen - truths[key] for key, seen in looks.items() if seen > 0.0 and key in truths)


def _winners_curse(bench: Bench) -> Shown:
    few, many = (fmean(_overestimate(bench, n, seed) for seed in SEEDS) for n in (1.0, 16.0))
    says = f"what looked good is overestimated by {few:.4f} nat (median), with sixteen times the repeats by {many:.4f}"
    return exactly(many / few, says + ": {value:.2f} times as much")


CLAIMS = (
    Claim(
        "pairs-told-right",
        2,
        "Pairwise decisions at a 6 to 7 times smaller model are mostly right",
        "about 80% right from 150M to 1B parameters (datadecide-2025)",
        0.70,
        0.90,
        _pairwise_accuracy,
    ),
    Claim(
        "wins-reverse",
        2,
        "Some small-scale wins reverse",
        "2 of 18 small-scale wins lost at scale (nanochat-log): 1.4% to 35%, the exact 95% interval of such a count",
        0.014,
        0.35,
        _wins_that_reverse,
    ),
    Claim(
        "winners-curse",
        4,
        "Selection on noise flatters the winners, and less so with more repeats",
        "repeats protect from noise (research-skill)",
        0.0,
        0.95,
        _winners_curse,
    ),
)
