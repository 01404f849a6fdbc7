"""Claims about text, model size, reinforcement learning and the training cadence: mechanisms 8, 9, 12 and 13."""

import math
from dataclasses import dataclass
from itertools import pairwise

import simpy

from simlab.claims.bench import SEEDS, Bench, Change
from simlab.claims.claim import Claim, Shown, exactly, over_seeds
from simlab.randomness import Streams
from simlab.stage import Stage
from simlab.trace.events import LabMetered, ModelReleased
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams
from simlab.world.recipe import Recipes, Start
from simlab.world.reinforcement import ReinforcementParams, Vintage, lessons, mastery_nats, n_mastered
from simlab.world.scaling import loss_nats
from simlab.world.sizing import SizingParams, best_size, serving_h100e_days
from simlab.world.text import TextParams, fresh

RUNS_FLOP = (1e25, 1e27, 1e29, 1e31)
"""A fixed sequence of runs, far enough for the wall; feasible ones end at 2e29 FLOP in 2030."""
RUN_FLOP, RUN_H100E_DAYS = 1e26, 4e6
USD2025_PER_H100E_DAY = 48.0
"""Accelerator time at 2 USD an hour, to compare environments with compute."""


@dataclass(frozen=True)
class _Parts:
    """The groups that these claims are about, all of which the baseline must have."""

    text: TextParams
    sizing: SizingParams
    reinforcement: ReinforcementParams


def _parts(p: WorldParams) -> _Parts:
    if p.text is None or p.sizing is None or p.reinforcement is None:
        raise ValueError("this scenario leaves out text, sizing or reinforcement learning")
    return _Parts(p.text, p.sizing, p.reinforcement)


def _lost_to_text_nats(p: WorldParams, text: TextParams, run_flop: float) -> float:
    """What the wall costs a lab that serves nobody: how far the best run of so many FLOP is from one on fresh text."""
    lab = p.labs["leader"]
    start = Start(lab.initial_run_flop, 0.0, serves=False)
    stage = Stage(simpy.Environment(), Streams(0), Trace())
    walled = Recipes(stage, text, None, None, p.scaling, p.capability, start)
    free = Recipes(stage, None, None, None, p.scaling, p.capability, start)
    return free.choose(run_flop, 0.0, 1.0, 0.0).gain_nats - walled.choose(run_flop, 0.0, 1.0, 0.0).gain_nats


def _wall(bench: Bench) -> Shown:
    text = _parts(bench.base).text.model_copy(update={"generation": "none"})
    lost = [_lost_to_text_nats(bench.base, text, flop) for flop in RUNS_FLOP]
    said = ", ".join(f"{x:.2f}" for x in lost)
    last = lost[-1] - lost[-2]
    return exactly(
        last / math.log(RUNS_FLOP[-1] / RUNS_FLOP[-2]),
        f"runs of 1e25, 1e27, 1e29 and 1e31 FLOP lose {said} nat: {{value:.0%}} of the growth on the last stretch",
    )


def _way_round_the_wall(bench: Bench) -> Shown:
    text = _parts(bench.base).text
    without, with_ = (
        _lost_to_text_nats(bench.base, text.model_copy(update={"generation": rule}), RUNS_FLOP[-1])
        for rule in ("none", "where_it_pays")
    )
    return exactly(
        1.0 - with_ / without,
        f"at 1e31 FLOP the loss falls from {without:.2f} to {with_:.2f} nat: {{value:.0%}} of it is recovered",
    )


def _size(p: WorldParams, serving_h100e: float) -> float:
    served = 1e11
    ratio = serving_h100e_days(serving_h100e, _parts(p).sizing) / RUN_H100E_DAYS
    return best_size(RUN_FLOP, ratio / served, p.scaling, lambda tokens: fresh(tokens)[1:])


def _smaller_for_serving(bench: Bench) -> Shown:
    sizes = [_size(bench.base, h100e) for h100e in (1e4, 1e5, 1e6)]
    largest_step = max(b / a for a, b in pairwise(sizes))
    said = ", ".join(f"{n / 1e9:.0f}" for n in sizes)
    return exactly(
        largest_step,
        f"10 thousand, 100 thousand and a million accelerators that serve make it {said} billion parameters",
    )


def _total_cost(p: WorldParams, n: float, loss: float, serving_h100e: float) -> float:
    """Accelerator time to train a model of `n` parameters to that loss and to serve it; infinite if it cannot."""
    s = p.scaling
    left = loss - loss_nats(n, math.inf, s)
    if left <= 0.0:
        return math.inf
    tokens = (left / s.token_scale) ** (-1.0 / s.token_exponent)
    training = RUN_H100E_DAYS * 6.0 * n * tokens / RUN_FLOP
    return training + serving_h100e_days(serving_h100e, _parts(p).sizing) * n / 1e11


def _best_size(bench: Bench) -> Shown:
    """The size of least total cost, by brute force, over the size that the lab takes."""
    p, serving_h100e = bench.base, 1e5
    chosen = _size(p, serving_h100e)
    loss = loss_nats(chosen, RUN_FLOP / (6.0 * chosen), p.scaling)
    sizes = [chosen * 10.0 ** (k / 200.0) for k in range(-200, 201)]
    costs = [_total_cost(p, n, loss, serving_h100e) for n in sizes]
    best = min(range(len(costs)), key=costs.__getitem__)
    dearer = costs[-1] / costs[best]
    return exactly(
        sizes[best] / chosen if 0 < best < len(costs) - 1 else math.inf,
        f"least at {{value:.3f}} of the size taken; ten times as large costs {dearer:.1f} times as much in all",
    )


def _taught_nats(p: WorldParams, environments: float, flop: float, horizon_minutes: float) -> float:
    rl = _parts(p).reinforcement
    found = lessons([Vintage(environments, rl.initial_task_minutes)], horizon_minutes, rl, p.capability)
    return mastery_nats(n_mastered(flop, 1e11, found, rl), rl)


def _flat_steep_slow(bench: Bench) -> Shown:
    """Rise over the middle third of its decades, relative to the larger of the rises over the outer thirds."""
    rl = _parts(bench.base).reinforcement
    taught = [_taught_nats(bench.base, rl.initial_environments, 10.0 ** (18 + k), 15.0) for k in range(0, 10, 3)]
    flat, steep, slow = (b - a for a, b in pairwise(taught))
    return exactly(
        steep / max(flat, slow),
        f"from 1e18 FLOP three decades bring {flat:.2f} nat, the next three {steep:.2f}, the last three {slow:.2f}",
    )


def _success_first(bench: Bench) -> Shown:
    """What the same compute teaches a model of a minute's horizon and one of a second's, on hour-long tasks."""
    rl = _parts(bench.base).reinforcement
    able, unable = (_taught_nats(bench.base, rl.initial_environments, 1e22, h) for h in (10.0, 0.01))
    return exactly(
        able / unable,
        f"1e22 FLOP bring {able:.2f} nat where an attempt succeeds now and then, {unable:.2f} where hardly ever",
    )


def _environments_or_compute(bench: Bench) -> Shown:
    """The share of 30 million USD that is best spent on environments; the rest buys compute."""
    p, rl = bench.base, _parts(bench.base).reinforcement
    usd2025, flop_per_usd2025 = 3e7, RUN_FLOP / RUN_H100E_DAYS / USD2025_PER_H100E_DAY
    shares = [k / 200.0 for k in range(1, 200)]

    def taught(share: float) -> float:
        environments = share * usd2025 / rl.environment_usd2025
        return _taught_nats(p, environments, (1.0 - share) * usd2025 * flop_per_usd2025, 15.0)

    best = max(shares, key=taught)
    says = f"{taught(best):.2f} nat with {{value:.0%}} of the money in environments, {taught(shares[0]):.2f} with 0.5%"
    return exactly(best, f"{says}, {taught(shares[-1]):.2f} with 99.5%")


AT_ONCE: dict[str, Change] = {"training.cadence_days": 1.0}
"""The next run starts as soon as the last one has ended."""
FASTER: dict[str, Change] = {
    **AT_ONCE,
    "researchers.thinking_people_days": lambda days: days / 10.0,
    "researchers.building_people_days": lambda days: days / 10.0,
    "researchers.reading_people_days": lambda days: days / 10.0,
    "experiments.runs_per_repeat": lambda runs: runs / 10.0,
}
"""Research work ten times as fast as well, with the experiment compute to match."""
YEARS = 2.5
GAIN_NATS = 2.0
"""Well beyond what the lab opens with."""


def _trace(bench: Bench, changes: dict[str, Change], seed: int) -> Trace:
    return bench.trace(bench.research(changes, labs=("leader",)), seed, YEARS)


def _cadence(bench: Bench) -> Shown:
    """Shortest time between releases over the length of a run, where research is ten times as fast."""

    def shortest(seed: int) -> float:
        models = _trace(bench, FASTER, seed).of(ModelReleased)
        released = [e.time_days for e in models if e.generation > 0]
        return min(b - a for a, b in pairwise(released)) / bench.base.training.run_days

    says = "with research ten times as fast, releases are never closer than {value:.3f} runs"
    return over_seeds([shortest(s) for s in SEEDS[:3]], says)


def _days_to_gain(trace: Trace) -> tuple[float, float]:
    """Days until the lab has adopted the gain, and until a released model has it."""
    adopted = next(e.time_days for e in trace.of(LabMetered) if e.adopted_true_nats >= GAIN_NATS)
    released = next(e.time_days for e in trace.of(ModelReleased) if e.algorithmic_gain_nats >= GAIN_NATS)
    return adopted, released


def _lag(bench: Bench) -> Shown:
    """How many times sooner models have the gain, over how many times sooner the lab has it."""

    def passed_on(seed: int) -> float:
        slow, fast = (_days_to_gain(_trace(bench, changes, seed)) for changes in (AT_ONCE, FASTER))
        return (slow[1] / fast[1]) / (slow[0] / fast[0])

    says = "of how many times sooner the lab finds two nats of gain, {value:.0%} arrives in its models"
    return over_seeds([passed_on(s) for s in SEEDS[:3]], says)


CLAIMS = (
    Claim(
        "research-waits-for-runs",
        8,
        "Research ten times as fast cannot beat the training cadence",
        "retraining takes 90 to 120 days (forethought-2025)",
        0.999,
        10.0,
        _cadence,
    ),
    Claim(
        "models-lag-research",
        8,
        "Models get better by less than research gets faster",
        "pre-training cannot be mended half way (dwarkesh-2025)",
        0.0,
        0.99,
        _lag,
    ),
    Claim(
        "flat-steep-slow",
        12,
        "Reinforcement learning is flat, then steep, then slow in the logarithm of compute",
        "a sigmoid (khatri-2025)",
        1.5,
        1e6,
        _flat_steep_slow,
    ),
    Claim(
        "success-first",
        12,
        "Without some success there is nothing to learn from",
        "one needs the first reward on tasks one cares about (dwarkesh-2025)",
        2.0,
        1e9,
        _success_first,
    ),
    Claim(
        "environments-or-compute",
        12,
        "A fixed budget has a best split between environments and compute, inside",
        "compute without tasks is wasted, and tasks without compute (mechanize-2025)",
        0.01,
        0.99,
        _environments_or_compute,
    ),
    Claim(
        "text-wall",
        13,
        "The end of fresh text slows training",
        "repetition beyond some 16 epochs is worth little (muennighoff-2023); the stock is used up around 2028",
        0.05,
        1.0,
        _wall,
    ),
    Claim(
        "generated-text",
        13,
        "Generated and verified text gives part of it back",
        "synthetic data may carry scaling on (villalobos-2024)",
        0.05,
        1.0,
        _way_round_the_wall,
    ),
    Claim(
        "served-models-shrink",
        13,
        "The heavier the serving load, the smaller the best model",
        "models that serve much should be smaller and trained longer (sardana-2024)",
        0.0,
        0.99,
        _smaller_for_serving,
    ),
    Claim(
        "best-size",
        13,
        "Total cost has its minimum inside, at the size that the lab takes",
        "the optimum of sardana-2024",
        0.98,
        1.02,
        _best_size,
    ),
)
