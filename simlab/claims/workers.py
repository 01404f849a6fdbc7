"""Claims about reliability, test-time compute and AI workers: mechanisms 11, 15 and 18."""

import numpy as np

from simlab.claims.bench import Bench, Change
from simlab.claims.claim import Claim, Shown, exactly, over_seeds
from simlab.claims.compute import experiment_compute
from simlab.world.capability import horizon_50_minutes, success_fraction
from simlab.world.thinking import ThinkingParams, split_effective_flop
from simlab.world.workers.agreement import chance_true
from simlab.world.workers.params import WorkersParams
from simlab.world.workers.scaffolding import horizon_factor
from simlab.world.workers.trust import Effort, Trust

DAY_MINUTES, MONTH_MINUTES = 480.0, 10_020.0
N_DRAWS = 400_000
FASTER_BUILDING: dict[str, Change] = {"researchers.building_people_days": lambda days: days / 100.0}
"""Coding as good as automated, and nothing else."""


def _workers(bench: Bench) -> WorkersParams:
    if bench.base.workers is None:
        raise ValueError("these claims need a scenario with AI workers")
    return bench.base.workers


def _thinking(bench: Bench) -> ThinkingParams:
    if bench.base.thinking is None:
        raise ValueError("these claims need a scenario in which workers can think longer")
    return bench.base.thinking


def _chains(bench: Bench) -> Shown:
    """Chains of simulated tasks of building, done by a model with a horizon of a day, against the product."""
    p, capability = _workers(bench), bench.base.capability
    rng, n_tasks, bundle = np.random.default_rng(0), round(_workers(bench).chain_tasks), p.steps.building
    lengths = bundle.median_minutes * np.exp(bundle.log_sd * rng.standard_normal((N_DRAWS, n_tasks)))
    does = np.vectorize(lambda minutes: success_fraction(minutes, DAY_MINUTES, capability))(lengths)
    came_through = float((rng.random(lengths.shape) < does).all(axis=1).mean())
    product = float(does.mean()) ** n_tasks
    says = (
        f"{n_tasks} tasks that succeed {does.mean():.1%} of the time each came through {came_through:.1%} of the time: "
    )
    return exactly(came_through / product, says + "{value:.3f} of the product")


def _agreement(bench: Bench) -> Shown:
    """Findings of known truth, tried a hundred times each: how many of those found by twenty are true."""
    del bench
    prior, if_true, if_false, n, k = 0.1, 0.22, 0.14, 100, 20
    rng = np.random.default_rng(0)
    is_true = rng.random(10 * N_DRAWS) < prior
    found = rng.binomial(n, np.where(is_true, if_true, if_false))
    frequency, posterior = float(is_true[found == k].mean()), chance_true(prior, k, n, if_true, if_false)
    says = f"found by {k} of {n} tries, {frequency:.1%} of findings are true ({prior:.0%} before): "
    return exactly(frequency / posterior, says + "{value:.3f} of what Bayes says")


def _exchange_rate(bench: Bench) -> Shown:
    """Decades of thinking that make up for a quarter of a decade of training, in the horizon of one try."""
    trust = Trust(_workers(bench), _thinking(bench), bench.base.capability)
    flop, fewer_decades = bench.base.capability.reference_effective_flop, 0.25
    goal, less = (horizon_50_minutes(flop * 10.0**-d, bench.base.capability) for d in (0.0, fewer_decades))
    goal = trust.horizon_50_minutes(goal, Effort(1, 0.0))
    low, high = 0.0, _thinking(bench).most_thinking_decades
    for _ in range(50):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if trust.horizon_50_minutes(less, Effort(1, middle)) >= goal else (middle, high)
    return exactly(high / fewer_decades, "a decade less of training is made up for by {value:.2f} decades of thinking")


def _best_division(bench: Bench) -> Shown:
    """Vary how a fixed total is divided; the reference's thinking is what a tenth of the total would buy."""
    total, p, scaling = 1e27, _thinking(bench), bench.base.scaling
    tokens_of_a_tenth = 0.1 * total / 1e12
    shares = [i / 400.0 for i in range(1, 400)]
    worths = [split_effective_flop(total, share, tokens_of_a_tenth, p, scaling) for share in shares]
    best = max(range(len(shares)), key=worths.__getitem__)
    ends = max(worths[0], worths[-1]) / worths[best]
    return exactly(shares[best], f"best with {{value:.0%}} for training; at the ends {ends:.0%} of that is left")


def _coding_alone(bench: Bench) -> Shown:
    ratios = bench.speed_ratio(bench.lone(FASTER_BUILDING), bench.lone())
    return over_seeds(
        ratios, "building a hundred times as fast is {value:.2f} times the speed ({low:.2f} to {high:.2f})"
    )


def _coding_leaves_compute(bench: Bench) -> Shown:
    """What ten times the experiment compute brings once coding is fast, over what it brings before."""
    more = experiment_compute(10.0)
    after = bench.speed_ratio(bench.lone({**FASTER_BUILDING, **more}), bench.lone(FASTER_BUILDING))
    before = bench.speed_ratio(bench.lone(more), bench.lone())
    ratios = [a / b for a, b in zip(after, before, strict=True)]
    return over_seeds(ratios, "ten times the compute brings {value:.2f} times as much once coding is fast")


def _scaffold(bench: Bench) -> Shown:
    p, start = _workers(bench).scaffolding, bench.base.capability.reference_horizon_minutes
    now, then = horizon_factor(start, p), horizon_factor(MONTH_MINUTES, p)
    says = f"a scaffold is worth {now:.2f} times the horizon at the start and {then:.2f} at a horizon of a month: "
    return exactly((then - 1.0) / (now - 1.0), says + "{value:.0%} of its gain is left")


CLAIMS = (
    Claim(
        "chains-of-draws",
        11,
        "Chains of tasks fail as the product of their tasks",
        "nines of reliability (dwarkesh-2024, dwarkesh-2025)",
        0.98,
        1.02,
        _chains,
    ),
    Claim(
        "thinking-for-training",
        15,
        "Training and thinking substitute for one another at a measured rate",
        "one to two decades of inference for one of training (epoch-tradeoff-2023); 1.18 in jones-2021",
        1.0,
        2.0,
        _exchange_rate,
    ),
    Claim(
        "best-division",
        15,
        "A fixed total of compute has a best division between training and thinking, inside its ends",
        "room on both axes (redpoint-2024); each trades for the other only so far (epoch-tradeoff-2023)",
        0.2,
        0.9,
        _best_division,
    ),
    Claim(
        "agreement",
        18,
        "Agreement of 20 among 100 tries raises the chance of truth as Bayes says",
        "many tries in parallel, and agreement as evidence (dwarkesh-2025)",
        0.95,
        1.05,
        _agreement,
    ),
    Claim(
        "coding-alone",
        18,
        "Coding a hundred times as fast speeds research by less than the rest of people's work allows",
        "building is up to 70% of the people's days of an idea, a factor of 3.3 at most; compute binds (aifm-2025)",
        1.0,
        3.3,
        _coding_alone,
    ),
    Claim(
        "coding-leaves-compute",
        18,
        "Compute is worth more once coding is fast: it is what remains",
        "labour and experiment compute are complements (aifm-2025, dwarkesh-2025)",
        1.0,
        10.0,
        _coding_leaves_compute,
    ),
    Claim(
        "scaffold-fades",
        18,
        "Scaffolding loses its worth as models improve",
        "stronger models do by themselves what scaffolds did (redpoint-2024)",
        0.0,
        0.2,
        _scaffold,
    ),
)
