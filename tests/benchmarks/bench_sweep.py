"""What handing out runs costs: time beside the runs' own, the driver's memory, two workers against one, and others.

With the extra `bench` installed, run it alone on a quiet machine:
``python tests/benchmarks/bench_sweep.py [long] [many] [others]``; without a word, all of them.
Goals: (workers x wall) / (CPU of the runs) at most 1.15 for runs of half a second; two workers 1.9 times one;
3 ms a run beside the own CPU of 20,000 trivial runs; less than 50 MB more in the driver then than at 1,000 runs.

The others (EMA Workbench, joblib, Dask's `client.map`) call the same function, and are asked for no more than the
outcome's row: no tables on disk, no time limit, no ledger.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from simlab.sweep.designs import points
from simlab.sweep.execute import Workers, execute
from simlab.sweep.handle import ONE_THREAD
from simlab.sweep.one import Job, Planned, attempt
from simlab.sweep.runs import RunKey

sys.path.insert(0, str(Path(__file__).parents[1] / "sweep" / "toys"))

toys: Any = import_module("toys")


N_LONG, N_FEW, N_MANY, N_OTHERS = 120, 1_000, 20_000, 2_000
BLOCK = 64
LONG, TRIVIAL = "half_second", "run"


class Cost(NamedTuple):
    """Of a sweep."""

    n_runs: int
    n_workers: int
    wall_s: float
    cpu_s: float
    """Of the runs alone."""
    driver_mb: float
    """The most memory that the driver held."""

    @property
    def ratio(self) -> float:
        """Of all that was spent to what the runs took."""
        return self.n_workers * self.wall_s / self.cpu_s

    @property
    def overhead_ms(self) -> float:
        """What was spent on a run beside its own CPU time."""
        return (self.n_workers * self.wall_s - self.cpu_s) / self.n_runs * 1e3


def coming(n_runs: int) -> Iterator[Planned]:
    """The runs, made as they are wanted."""
    design = toys.toy_scenario().design
    for begin in range(0, n_runs, BLOCK):
        block = points(design, 3, begin, min(begin + BLOCK, n_runs))
        yield from (Planned(RunKey("baseline", sample, 0), *point) for sample, point in enumerate(block, begin))


Sweep = Callable[[Job, int, int], Sequence[float]]
"""Does so many runs on so many workers; the CPU time of each."""


def simlab(job: Job, n_runs: int, n_workers: int) -> list[float]:
    """With all there is: limits, tables on disk, the ledger."""
    return [entry.cpu_seconds or 0.0 for entry in execute(job, coming(n_runs), Workers(n_workers))]


def work(job: Job, planned: Planned) -> float:
    """The same for others: the run and its tables, which nobody keeps."""
    result = attempt(job, planned, watched=False)
    return result.cpu_seconds or 0.0


def with_joblib(job: Job, n_runs: int, n_workers: int) -> Sequence[float]:
    """Processes of joblib."""
    from joblib import Parallel, delayed  # pyright: ignore[reportMissingImports] -- of the extra `bench`

    done: Any = Parallel(n_jobs=n_workers)(delayed(work)(job, planned) for planned in coming(n_runs))
    return done


def with_client_map(job: Job, n_runs: int, n_workers: int) -> Sequence[float]:
    """Processes of Dask, a task a run."""
    from distributed import Client, LocalCluster

    with (
        LocalCluster(n_workers=n_workers, threads_per_worker=1, dashboard_address="127.0.0.1:0") as cluster,
        Client(cluster) as client,
    ):
        done: Any = client.gather(client.map(work, [job] * n_runs, list(coming(n_runs)), pure=False))
    return done


def with_ema(job: Job, n_runs: int, n_workers: int) -> Sequence[float]:
    """Processes of EMA Workbench, which draws the points itself."""
    from ema_workbench import (  # pyright: ignore[reportMissingImports] -- of the extra `bench`
        Model,
        MultiprocessingEvaluator,
        RealParameter,
        ScalarOutcome,
    )

    names = {f"u{i}": factor.path for i, factor in enumerate(job.scenario.design.factors)}
    model = Model("toy", function=EmaWork(job, names))
    model.uncertainties = [RealParameter(name, 0.001, 0.999) for name in names]
    model.outcomes = [ScalarOutcome("cpu_seconds")]
    with MultiprocessingEvaluator(model, n_processes=n_workers) as evaluator:
        done: Any = evaluator.perform_experiments(n_runs)
    return done[1]["cpu_seconds"].tolist()


class EmaWork(NamedTuple):
    """What EMA Workbench calls with its draws."""

    job: Job
    names: dict[str, str]
    __name__ = "toy"

    def __call__(self, **draws: float) -> dict[str, float]:
        uniforms = {self.names[name]: draw for name, draw in draws.items()}
        return {"cpu_seconds": work(self.job, Planned(RunKey("baseline", 0, 0), uniforms, 0))}


SWEEPS: dict[str, Sweep] = {
    "simlab": simlab,
    "joblib": with_joblib,
    "client.map": with_client_map,
    "EMA Workbench": with_ema,
}


def measure(who: str, simulator: str, n_runs: int, n_workers: int) -> Cost:
    """Sweep once, in a driver of its own."""
    command = [sys.executable, __file__, "sweep", who, simulator, str(n_runs), str(n_workers)]
    told = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, env=os.environ | ONE_THREAD).stdout
    return Cost(*json.loads(told.splitlines()[-1]))


def measure_here(who: str, simulator: str, n_runs: int, n_workers: int) -> None:
    """The same, told as a line of JSON. Starting up counts, importing this file does not."""
    with tempfile.TemporaryDirectory() as folder:
        job = toys.job(Path(folder) / "study", simulator, limit_s=600.0)
        began = time.perf_counter()
        cpu_s = sum(SWEEPS[who](job, n_runs, n_workers))
        wall_s = time.perf_counter() - began
    driver_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps(Cost(n_runs, n_workers, wall_s, cpu_s, driver_mb)))


def tell(text: str, cost: Cost) -> None:
    """A line of results."""
    print(
        f"{text:40} {cost.wall_s:7.1f} s wall, {cost.cpu_s:7.1f} s CPU of runs, ratio {cost.ratio:5.2f}, "
        f"{cost.overhead_ms:6.2f} ms a run beside it, driver {cost.driver_mb:5.0f} MB",
        flush=True,
    )


def long() -> None:
    """Runs of half a second, on one worker and on two."""
    one, two = (measure("simlab", LONG, N_LONG, n_workers) for n_workers in (1, 2))
    tell(f"{N_LONG} runs of 0.5 s, one worker", one)
    tell(f"{N_LONG} runs of 0.5 s, two workers", two)
    print(f"two workers are {one.wall_s / two.wall_s:.2f} times as fast as one")


def many() -> None:
    """Trivial runs, few and many."""
    few, many = (measure("simlab", TRIVIAL, n_runs, 2) for n_runs in (N_FEW, N_MANY))
    tell(f"{N_FEW} trivial runs, two workers", few)
    tell(f"{N_MANY} trivial runs, two workers", many)
    print(f"driver: {many.driver_mb - few.driver_mb:.0f} MB more")


def others() -> None:
    """The same toy elsewhere."""
    for who in SWEEPS:
        tell(f"{who}, {N_OTHERS} trivial runs", measure(who, TRIVIAL, N_OTHERS, 2))
    for who in SWEEPS:
        tell(f"{who}, {N_LONG} runs of 0.5 s", measure(who, LONG, N_LONG, 2))


def main(words: Sequence[str]) -> None:
    """Measure and print."""
    if words and words[0] == "sweep":
        measure_here(words[1], words[2], int(words[3]), int(words[4]))
        return
    for part in (long, many, others):
        if not words or part.__name__ in words:
            part()


if __name__ == "__main__":
    main(sys.argv[1:])
