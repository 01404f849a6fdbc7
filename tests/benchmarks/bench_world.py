"""What an experiment costs, all told, in bare SimPy timeouts; what a baseline run costs, and what recording costs.

Run it alone: ``python tests/benchmarks/bench_world.py [scenario]``. Every figure is process CPU time, pinned to one
core, the cases interleaved round by round in one process, the smallest of several rounds; ratios are what to compare.
"""

import os
import resource
import sys
import time
from pathlib import Path
from typing import Any, cast

import simpy

from simlab.randomness import Streams
from simlab.run import simulate
from simlab.scenario import load_scenario
from simlab.trace.events import IdeaEnded
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams

N_PROCESSES, N_TIMEOUTS = 100, 2_000
ROUNDS = 3
BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"


def bare_timeouts() -> int:
    """100 concurrent processes that do nothing but wait."""
    env = simpy.Environment()

    def waits():
        for _ in range(N_TIMEOUTS):
            yield env.timeout(1.0)

    for _ in range(N_PROCESSES):
        env.process(waits())
    env.run()
    return N_PROCESSES * N_TIMEOUTS


class Deaf(Trace):
    """A notebook that writes nothing, to see what writing costs."""

    def record(self, event: Any) -> None:
        """Drop the event."""


def simulate_deaf(params: WorldParams, horizon_days: float) -> None:
    """The same run without a record of it."""
    from simlab.run import finish
    from simlab.world.build import build_world

    finish(build_world(params, Streams(1), Deaf(detail=True)), horizon_days)


def cpu_seconds(work: Any) -> tuple[float, Any]:
    """Process CPU time of one call, and what it returned."""
    begin = time.process_time()
    result = work()
    return time.process_time() - begin, result


def main() -> None:
    """Measure and print."""
    os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[-1]})
    scenario = load_scenario(Path(sys.argv[1]) if len(sys.argv) > 1 else BASELINE)
    params, horizon = cast(WorldParams, scenario.params()), scenario.horizon_days
    cases = {
        "timeouts": bare_timeouts,
        "run": lambda: simulate(params, horizon, Streams(1)),
        "detail": lambda: simulate(params, horizon, Streams(1), detail=True),
        "deaf": lambda: simulate_deaf(params, horizon),
    }
    simulate(params, min(horizon, 365.0), Streams(1))
    best = dict.fromkeys(cases, float("inf"))
    last: dict[str, Any] = {}
    for _ in range(ROUNDS):
        for name, work in cases.items():
            seconds, last[name] = cpu_seconds(work)
            best[name] = min(best[name], seconds)
    trace = last["run"]
    ended = trace.of(IdeaEnded)
    experiments = sum(e.n_experiments for e in ended)
    timeout_us = best["timeouts"] / last["timeouts"] * 1e6
    experiment_us = best["run"] / experiments * 1e6
    print(f"bare timeout, {N_PROCESSES} processes      {timeout_us:8.3f} us")
    print(f"baseline run                      {best['run']:8.2f} s for {experiments:,.0f} experiments")
    print(f"ideas ended                       {len(ended):8,}")
    print(f"one experiment, all told          {experiment_us:8.1f} us = {experiment_us / timeout_us:.0f} bare timeouts")
    print(f"experiments per second            {experiments / best['run']:8,.0f}")
    print(f"recording, summary tables         {best['run'] / best['deaf'] - 1:8.1%} of the run without")
    print(f"recording, full event log         {best['detail'] / best['deaf'] - 1:8.1%}")
    print(f"trace memory per ended idea       {trace.n_bytes / len(ended):8.0f} bytes")
    print(f"peak memory of this process       {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:8.0f} MB")


if __name__ == "__main__":
    main()
