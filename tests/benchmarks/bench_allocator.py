"""What a job costs: the cluster's allocator against SimPy's own resources, on the same draws.

    python tests/benchmarks/bench_allocator.py

Process CPU time on one core, the cases interleaved round by round, the minimum over the rounds. Every pair of cases
must first agree on every single wait to 1e-9 of a service time, so that both are known to serve the same queue.
"""

import os
import sys
from collections.abc import Callable, Generator
from time import process_time

import numpy as np
import simpy

from simlab.randomness import Streams
from simlab.stage import Alarm, Stage
from simlab.trace.recorder import Trace
from simlab.world.cluster import Cluster, ClusterParams, Job

N_ROUNDS = 5
N_CUSTOMERS = 100_000
N_GANGS = 20_000
N_SERVERS = 8
N_GANG_GPUS = 1024

PARAMS = ClusterParams(
    queue_rule="first_come",
    preemption="never",
    failures_per_h100e_day=0.0,
    checkpoint_rule="fixed",
    checkpoint_interval_days=1.0,
    checkpoint_days=0.0,
    restart_days=0.0,
    estimate_factor=1.0,
    fair_share_half_life_days=7.0,
)

Draws = tuple[list[float], list[float], list[float]]
"""Gaps between arrivals, lengths, amounts."""


def customers(load: float) -> Draws:
    """M/M/8: single accelerators, `load` of them busy."""
    rng = np.random.Generator(np.random.PCG64(20260801))
    gaps = rng.exponential(1.0 / (load * N_SERVERS), N_CUSTOMERS).tolist()
    return gaps, rng.exponential(1.0, N_CUSTOMERS).tolist(), [1.0] * N_CUSTOMERS


def gangs() -> Draws:
    """Jobs of 1 to 64 accelerators, 13.7 in the mean, on a full thousand."""
    rng = np.random.Generator(np.random.PCG64(7))
    amounts = np.minimum(2.0 ** rng.integers(0, 7, N_GANGS), 64.0)
    gaps = rng.exponential(amounts.mean() / (0.9 * N_GANG_GPUS), N_GANGS).tolist()
    return gaps, rng.exponential(1.0, N_GANGS).tolist(), amounts.tolist()


def serve_with_cluster(draws: Draws, capacity_h100e: float) -> list[float]:
    """Waits of the jobs on our allocator."""
    gaps, lengths, amounts = draws
    stage = Stage(simpy.Environment(), Streams(1), Trace())
    cluster = Cluster(stage, PARAMS, 0, capacity_h100e, [1.0], name="bench")
    waits = [0.0] * len(gaps)
    each = iter(zip(range(len(gaps)), [*gaps[1:], 0.0], lengths, amounts, strict=True))

    def arrive(alarm: Alarm) -> None:
        for number, gap, length, amount in each:
            cluster.submit(Job(None, 0, amount, length, ended, number))
            stage.set(alarm, gap)
            return

    def ended(job: Job) -> None:
        waits[job.number] = job.queue_days

    stage.after(gaps[0], arrive)
    stage.env.run()
    return waits


def serve_with_resource(draws: Draws, capacity: float) -> list[float]:
    """Waits of the customers on simpy.Resource, written as SimPy's documentation does."""
    gaps, lengths, _ = draws
    env = simpy.Environment()
    servers = simpy.Resource(env, int(capacity))
    waits = [0.0] * len(gaps)

    def customer(number: int, length: float) -> Generator[simpy.Event, object, None]:
        asked = env.now
        with servers.request() as request:
            yield request
            waits[number] = env.now - asked
            yield env.timeout(length)

    def arrivals() -> Generator[simpy.Event, object, None]:
        for number, (gap, length) in enumerate(zip(gaps, lengths, strict=True)):
            yield env.timeout(gap)
            env.process(customer(number, length))

    env.process(arrivals())
    env.run()
    return waits


def serve_with_container(draws: Draws, capacity: float) -> list[float]:
    """Waits of the gangs on simpy.Container."""
    gaps, lengths, amounts = draws
    env = simpy.Environment()
    pool = simpy.Container(env, capacity, capacity)
    waits = [0.0] * len(gaps)

    def gang(number: int, length: float, amount: float) -> Generator[simpy.Event, object, None]:
        asked = env.now
        yield pool.get(amount)
        waits[number] = env.now - asked
        yield env.timeout(length)
        yield pool.put(amount)

    def arrivals() -> Generator[simpy.Event, object, None]:
        for number, (gap, length, amount) in enumerate(zip(gaps, lengths, amounts, strict=True)):
            yield env.timeout(gap)
            env.process(gang(number, length, amount))

    env.process(arrivals())
    env.run()
    return waits


Case = tuple[str, Callable[[Draws, float], list[float]], Callable[[Draws, float], list[float]], Draws, float]


def compare(case: Case) -> str:
    """One line of the table: both in microseconds a job, and how many times faster ours is."""
    name, ours, theirs, draws, capacity = case
    best = [float("inf"), float("inf")]
    waits: list[list[float]] = []
    for _ in range(N_ROUNDS):
        waits.clear()
        for which, serve in enumerate((ours, theirs)):
            begin = process_time()
            waits.append(serve(draws, capacity))
            best[which] = min(best[which], (process_time() - begin) / len(draws[0]) * 1e6)
        worst = max(abs(a - b) for a, b in zip(*waits, strict=True))
        if worst > 1e-9:
            raise SystemExit(f"{name}: waits differ by up to {worst}")
    n_waited = sum(wait > 0.0 for wait in waits[0])
    share = n_waited / len(draws[0])
    return f"{name:34} {share:7.1%} {best[0]:9.2f} {best[1]:9.2f} {best[1] / best[0]:7.2f}"


def main() -> None:
    """Print the table."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    cases: list[Case] = [
        ("M/M/8, load 0.8, Resource", serve_with_cluster, serve_with_resource, customers(0.8), N_SERVERS),
        ("M/M/8, load 0.1, Resource", serve_with_cluster, serve_with_resource, customers(0.1), N_SERVERS),
        ("M/M/8, load 0.98, Resource", serve_with_cluster, serve_with_resource, customers(0.98), N_SERVERS),
        ("gangs on 1,024, Container", serve_with_cluster, serve_with_container, gangs(), N_GANG_GPUS),
    ]
    out = sys.stdout
    out.write(f"{'':34} {'waited':>7} {'ours us':>9} {'theirs us':>9} {'ratio':>7}\n")
    for case in cases:
        out.write(compare(case) + "\n")
        out.flush()


if __name__ == "__main__":
    main()
