"""Claims about the exact replica: mechanism 17."""

import math
from collections.abc import Callable
from statistics import fmean

import numpy as np

from simlab.claims.bench import Bench
from simlab.claims.claim import Claim, Shown, exactly, over_seeds
from simlab.randomness import Streams
from simlab.trace.recorder import Trace
from simlab.world.build import build_world
from simlab.world.inference.latency import BatchQueue, mean_number
from simlab.world.inference.replica import Replica
from simlab.world.inference.replica_loads import WORKERS, Kind, fluid, kinds_of, measure, most_per_s
from simlab.world.inference.server import Server

Lengths = Callable[[np.random.Generator, int], np.ndarray]
"""Output tokens of so many requests."""

SEEDS = range(8)


def writer(step_s: float, step_per_request_s: float, max_batch: int) -> Server:
    """A replica that only writes, with memory for everything."""
    return Server(1.0, 0.0, step_s, step_per_request_s, 0.0, max_batch, math.inf)


def _kinds(bench: Bench) -> dict[str, tuple[Kind, Server]]:
    """The kinds of requests on the leader's model of day 0."""
    p = bench.base
    assert p.inference is not None  # the baseline serves
    model = build_world(p, Streams(0), Trace()).labs["leader"].training.initial_model()
    return kinds_of(p.inference, p.customers, model)


def _full(bench: Bench) -> Shown:
    n = 64 * 20
    replica = Replica(writer(0.03, 0.0003, 64))
    replica.offer([0.0] * n, [0] * n, [256] * n)
    replica.advance()
    speed = 256 * n / replica.served().ended_s.max()
    return exactly(float(speed), "{value:.2f} tokens a second")


def mean_at_hand(server: Server, per_s: float, lengths: Lengths, n: int, seed: int) -> float:
    """Mean number at hand, by Little's law, over one run of `n` requests without its first tenth."""
    rng = np.random.default_rng((17, seed))
    replica = Replica(server)
    arrived_s = np.cumsum(rng.exponential(1.0 / per_s, n)).tolist()
    replica.offer(arrived_s, [0] * n, lengths(rng, n).tolist())
    replica.advance()
    served = replica.served()
    return per_s * float((served.ended_s - served.arrived_s)[n // 10 :].mean())


def _against_theory(
    step_s: float, more_s: float, max_batch: int, tokens: int, per_s: float
) -> Callable[[Bench], Shown]:
    def show(bench: Bench) -> Shown:
        theory = mean_number(per_s, BatchQueue(tokens * step_s, tokens * more_s, max_batch))
        server = writer(step_s, more_s, max_batch)
        found = [mean_at_hand(server, per_s, lambda rng, n: rng.geometric(1.0 / tokens, n), 30_000, s) for s in SEEDS]
        says = f"{fmean(found):.2f} at hand, {theory:.2f} by theory: {{value:.3f}} times ({{low:.3f}} to {{high:.3f}})"
        return over_seeds([number / theory for number in found], says)

    return show


def _log_normal(rng: np.random.Generator, n: int) -> np.ndarray:
    """Lengths of mean 2,000 and a coefficient of variation of 2."""
    sd = math.sqrt(math.log(5.0))
    return np.ceil(rng.lognormal(math.log(2_000.0) - 0.5 * sd * sd, sd, n)).astype(int)


LAWS: dict[str, Lengths] = {
    "exponential": lambda rng, n: rng.geometric(1.0 / 2_000, n),
    "fixed": lambda rng, n: np.full(n, 2_000),
    "log-normal": _log_normal,
}


def _processor_sharing(bench: Bench) -> Shown:
    """A step without weights to read gives each of n requests an n-th of the replica."""
    server = writer(0.0, 1.0 / 2_000, 10**9)
    means = {
        law: fmean(mean_at_hand(server, 0.8, lengths, 40_000, seed) / 0.8 for seed in SEEDS)
        for law, lengths in LAWS.items()
    }
    told = ", ".join(f"{law} {mean:.2f} s" for law, mean in means.items())
    worst = max(means.values(), key=lambda mean: abs(mean - 5.0))
    return exactly(worst / 5.0, f"{told}: at worst {{value:.3f}} times the 5 s of theory")


def _fluid_agrees(bench: Bench) -> Shown:
    """Where memory is no narrower than the batch limit, for requests of which at least fifty run at a time."""
    apart: dict[str, float] = {}
    for name, (kind, server) in _kinds(bench).items():
        queue = fluid(server, kind)
        if queue.max_batch < 50:
            continue
        ample = server._replace(max_batch=queue.max_batch, kv_tokens=1e12)
        flat_out = fmean(most_per_s(ample, kind, 20_000, Streams(seed)) for seed in range(4))
        apart[f"{name}, flat out"] = abs(flat_out / queue.max_per_s - 1.0)
        for load in (0.3, 0.6, 0.9):
            means = [_mean_s(ample, kind, load, seed) for seed in range(4)]
            apart[f"{name} at {load:.0%} load"] = abs(fmean(means) / queue.mean_s(load * queue.max_per_s) - 1.0)
    where, worst = max(apart.items(), key=lambda pair: pair[1])
    return exactly(worst, f"at most {{value:.1%}} apart ({where}), over {len(apart)} cases")


def _mean_s(server: Server, kind: Kind, load: float, seed: int) -> float:
    served = measure(server, kind, load, 20_000, Streams(seed)).served
    return float((served.ended_s - served.arrived_s).mean())


def _near_saturation(bench: Bench) -> Shown:
    """Loads relative to what the replica really serves, for the AI workers' requests."""
    kind, server = _kinds(bench)[WORKERS]
    most = most_per_s(server, kind, 20_000, Streams(0)) / fluid(server, kind).max_per_s
    ratios, whole = [], []
    for seed in range(4):
        low, high = (measure(server, kind, load * most, 40_000, Streams(seed)).served for load in (0.70, 0.95))
        firsts = [float((run.first_token_s - run.arrived_s).mean()) for run in (low, high)]
        ends = [float((run.ended_s - run.arrived_s).mean()) for run in (low, high)]
        ratios.append(firsts[1] / firsts[0])
        whole.append(ends[1] / ends[0])
    says = "the first token takes {value:.0f} times as long ({low:.0f} to {high:.0f}), "
    return over_seeds(ratios, says + f"the whole request {fmean(whole):.2f} times")


CLAIMS = (
    Claim(
        "batch-full",
        17,
        "A batch that is always full writes what arithmetic says",
        "64 / (0.03 + 0.0003 x 64) = 1,300.81 tokens a second",
        1300.80,
        1300.82,
        _full,
    ),
    Claim(
        "batch-below-limit",
        17,
        "The exact replica has the mean number at hand of the birth-death chain below its batch limit",
        "8.402 at hand: rates n / (L (alpha + beta n)), lambda 1/s, L 256, alpha 0.03, beta 0.0003, at most 64",
        0.97,
        1.03,
        _against_theory(0.03, 0.0003, 64, 256, 1.0),
    ),
    Claim(
        "batch-at-limit",
        17,
        "And where the limit binds",
        "30.351 at hand: lambda 2/s, L 400, alpha 0.02, beta 0.0005, at most 32; lengths geometric",
        0.92,
        1.08,
        _against_theory(0.02, 0.0005, 32, 400, 2.0),
    ),
    Claim(
        "processor-sharing",
        17,
        "Without weights to read it is processor sharing, whatever the law of lengths",
        "mean sojourn 1 / (mu - lambda) = 5 s at load 0.8: exponential, fixed, log-normal with a variation of 2",
        0.95,
        1.05,
        _processor_sharing,
    ),
    Claim(
        "fluid-agrees",
        17,
        "The fluid form agrees with the exact replica up to 90% load where memory does not bind",
        "capacity and mean time within 5%; where context fills the memory the fluid form promises too much",
        0.0,
        0.05,
        _fluid_agrees,
    ),
    Claim(
        "saturation",
        17,
        "Waiting explodes near saturation: the first token at 95% of capacity against 70%",
        "as 1 / (1 - load) and worse: at least (1 - 0.7) / (1 - 0.95) / 2 = 3 times",
        3.0,
        math.inf,
        _near_saturation,
    ),
)
