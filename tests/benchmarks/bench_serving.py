"""What a request costs on the exact replica, in microseconds and in bare SimPy timeouts.

    python tests/benchmarks/bench_serving.py

Process CPU time on one core, the cases interleaved round by round in one process, the smallest of the rounds. A
request is offered, served and read back as arrays; drawing it is not counted. The mean sojourn stands beside the cost,
so that a fast wrong answer is seen.
"""

import math
import os
import sys
from time import process_time

import numpy as np
import simpy

from simlab.world.inference.replica import Replica
from simlab.world.inference.server import Server

N_ROUNDS = 5
N_REQUESTS = N_TIMEOUTS = 100_000

Case = tuple[str, Server, float, int, int]
"""Name, replica, requests a second, tokens in, mean tokens out."""

WRITER = Server(1.0, 0.0, 0.03, 0.0003, 0.0, 64, math.inf)
READER = Server(1.0, 2e-4, 0.02, 0.0003, 1e-8, 64, 1e9)
CASES: list[Case] = [
    ("writing only, 1/s", WRITER, 1.0, 0, 256),
    ("writing only, 3/s", WRITER, 3.0, 0, 256),
    ("writing only, always full", WRITER, 1e9, 0, 256),
    ("reading and context, 1.5/s", READER, 1.5, 1_000, 256),
    ("memory binds, 1.5/s", READER._replace(kv_tokens=22_000), 1.5, 1_000, 256),
]


def bare_timeouts() -> float:
    """Seconds of a process that does nothing but wait."""
    env = simpy.Environment()

    def waits():
        for _ in range(N_TIMEOUTS):
            yield env.timeout(1.0)

    env.process(waits())
    begin = process_time()
    env.run()
    return process_time() - begin


def serve(case: Case) -> tuple[float, float]:
    """Seconds of computing, and the mean sojourn."""
    _, server, per_s, n_in, n_out = case
    rng = np.random.Generator(np.random.PCG64(20260801))
    arrived_s = np.cumsum(rng.exponential(1.0 / per_s, N_REQUESTS)).tolist()
    outputs = rng.geometric(1.0 / n_out, N_REQUESTS).tolist()
    begin = process_time()
    replica = Replica(server)
    replica.offer(arrived_s, [n_in] * N_REQUESTS, outputs)
    replica.advance()
    served = replica.served()
    return process_time() - begin, float((served.ended_s - served.arrived_s).mean())


def main() -> None:
    """Print the table."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    bare_s, best_s, sojourn_s = math.inf, [math.inf] * len(CASES), [0.0] * len(CASES)
    for _ in range(N_ROUNDS):
        bare_s = min(bare_s, bare_timeouts())
        for number, case in enumerate(CASES):
            took_s, sojourn_s[number] = serve(case)
            best_s[number] = min(best_s[number], took_s)
    bare_us = bare_s / N_TIMEOUTS * 1e6
    out = sys.stdout
    out.write(f"{'':28} {'us/request':>11} {'bare timeouts':>14} {'mean sojourn s':>15}\n")
    for case, took_s, mean_s in zip(CASES, best_s, sojourn_s, strict=True):
        us = took_s / N_REQUESTS * 1e6
        out.write(f"{case[0]:28} {us:11.2f} {us / bare_us:14.2f} {mean_s:15.2f}\n")
    out.write(f"{'a bare SimPy timeout':28} {bare_us:11.2f} {1.0:14.2f}\n")


if __name__ == "__main__":
    main()
