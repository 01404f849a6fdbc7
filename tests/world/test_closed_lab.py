"""The research loop as a closed queueing network: researchers who think, and a cluster that serves them.

N researchers think for an exponential time (mean 8 h) and then run one experiment of exponential length (mean 4 h)
on one of c accelerators: the machine-repairman model, whose throughput and response time are known. Nothing is mocked:
the teams, the ladder and the cluster of the world run with their richer parts switched off by parameters.
"""

from math import factorial
from pathlib import Path

import pytest
import simpy

from simlab.randomness import Streams
from simlab.scenario import load_scenario
from simlab.stage import Stage
from simlab.trace.recorder import Trace
from simlab.world.build import WorldParams
from simlab.world.cluster import Cluster
from simlab.world.experiments import Experiments
from simlab.world.ideas import IdeaPool
from simlab.world.knowledge import Knowledge
from simlab.world.researchers import Researchers
from simlab.world.throughput import flop_per_h100e_day

THINK_HOURS, JOB_HOURS = 8.0, 4.0
BASELINE = Path(__file__).parents[2] / "scenarios" / "baseline.yaml"


def bare_params() -> WorldParams:
    """The baseline with everything switched off that the closed queue does not have."""
    world = load_scenario(BASELINE).params().model_dump()
    area = world["ideas"]["areas"]["architecture"] | {"n_open_ideas": 60_000}
    world["ideas"]["areas"] = {"architecture": area}
    researchers, experiments = world["researchers"], world["experiments"]
    researchers |= {"ideas_in_flight_per_person": 1.0, "thinking_people_days": THINK_HOURS / 24.0, "stage_cv": 1.0}
    researchers |= {"building_people_days": 0.0, "reading_people_days": 0.0, "blocked_fraction": 0.0}
    researchers["hurdle_fraction"] = 0.0  # there is always something to do
    researchers["organisation"]["merge_people_days"] = 0.0
    researchers["skills"] |= {"engineering_log_sd": 0.0, "paranoia_median_se": 1.0, "paranoia_log_sd": 0.0}
    researchers["skills"] |= {"communication_median_fraction": 1e-6, "communication_logit_sd": 0.0}
    experiments |= {"size_cv": 1.0, "crashing_fraction": 0.0, "largest_job_fraction": 1.0, "runs_per_repeat": 1.0}
    experiments |= {"patience_days": 1e9}
    rung = {"below_target_decades": 1.0, "run_days": JOB_HOURS / 24.0, "diverging_fraction": 0.0}
    experiments["ladder"] = [rung]
    world["knowledge"]["expected_gain_nats_per_day"] = 1e9  # one look and out: nothing beats the next idea
    world["cluster"] |= {"failures_per_h100e_day": 0.0, "checkpoint_days": 0.0}
    world["throughput"]["mfu_size_exponent"] = 0.0
    return WorldParams(**world)


def closed_lab(n_researchers: int, n_servers: int, hours: float, seed: int) -> tuple[float, float]:
    """Simulated (jobs per hour, mean hours from submission to result) after a tenth of warm-up."""
    p = bare_params()
    stage = Stage(simpy.Environment(), Streams(seed), Trace())
    pool = IdeaPool(stage, p.ideas, 1)
    cluster = Cluster(stage, p.cluster, 0, float(n_servers), (0.0, 1.0), name="closed")
    knowledge = Knowledge(stage, p.knowledge, pool, 0)
    experiments = Experiments(stage, p.experiments, p.ideas, p.throughput, cluster, 0)
    experiments.aim(10.0 * flop_per_h100e_day(1.0, p.throughput) * JOB_HOURS / 24.0)
    researchers = Researchers(stage, p.researchers, pool, experiments, knowledge, "closed", lambda project: None)
    knowledge.price(n_researchers, n_servers)
    for _ in range(n_researchers):
        researchers.found(1, 0)
    stage.env.run(until=0.1 * hours / 24.0)
    before = cluster.n_ended, cluster.read_meter()
    stage.env.run(until=hours / 24.0)
    after = cluster.read_meter()
    jobs = cluster.n_ended - before[0]
    in_system_days = after.queue_job_days + after.experiments_h100e_days
    return jobs / (0.9 * hours), 24.0 * in_system_days / jobs


def machine_repairman(n: int, c: int) -> float:
    """Throughput in jobs per hour of the closed M/M/c//N queue, from its stationary distribution."""
    ratio = JOB_HOURS / THINK_HOURS
    weights = [
        factorial(n) / factorial(n - k) * ratio**k / (factorial(k) if k <= c else factorial(c) * c ** (k - c))
        for k in range(n + 1)
    ]
    busy = sum(min(k, c) * w for k, w in enumerate(weights)) / sum(weights)
    return busy / JOB_HOURS


# N, c, jobs per hour, its standard deviation over 50,000 simulated hours
CASES = [
    (10, 2, 0.495344, 0.0028),
    (20, 4, 0.998988, 0.0050),
    (20, 8, 1.617972, 0.0046),
    (50, 16, 3.843584, 0.0073),
]


@pytest.mark.parametrize(("n", "c", "jobs_per_hour", "_sd"), CASES)
def test_the_formula_gives_the_published_throughput(n: int, c: int, jobs_per_hour: float, _sd: float):
    assert machine_repairman(n, c) == pytest.approx(jobs_per_hour, abs=5e-7)


@pytest.mark.parametrize(("n", "c", "jobs_per_hour", "sd"), CASES[:3])
def test_researchers_and_cluster_are_a_machine_repairman_queue(n: int, c: int, jobs_per_hour: float, sd: float):
    hours = 10_000.0
    tolerance = 4.0 * sd * (50_000.0 / (0.9 * hours)) ** 0.5
    simulated, response_hours = closed_lab(n, c, hours, seed=11)
    assert simulated == pytest.approx(jobs_per_hour, abs=tolerance)
    # the interactive response time law, R = N / X - Z, at the simulated throughput, up to the thinking times' luck
    assert response_hours == pytest.approx(n / simulated - THINK_HOURS, rel=0.05)


@pytest.mark.slow
@pytest.mark.parametrize(("n", "c", "jobs_per_hour", "sd"), CASES)
def test_the_closed_lab_over_fifty_thousand_hours(n: int, c: int, jobs_per_hour: float, sd: float):
    simulated, response_hours = closed_lab(n, c, 50_000.0, seed=12)
    assert simulated == pytest.approx(jobs_per_hour, abs=4.0 * sd / 0.9**0.5)
    assert response_hours == pytest.approx(n / jobs_per_hour - THINK_HOURS, rel=0.03)
