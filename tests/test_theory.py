"""Known answers of queueing theory. A tolerance is 4 standard deviations of the mean over the replications made.

The standard deviations of one replication were measured beforehand with an independent program; they are the `sd`
beside each number. Sample paths are compared exactly in world/test_cluster_exact.py: what is left for statistics is
what no recursion knows, and whether the exact queue is the queue that theory means.
"""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from simlab.stage import Alarm
from simlab.world.cluster import Job, JobState

NewFloor = Callable[..., Any]
"""The fixture of tests/conftest.py."""

HOUR = 1.0 / 24.0


def within(measured: float, expected: float, sd: float, n_replications: int = 1) -> bool:
    """Whether a mean over replications lies within 4 of its standard deviations."""
    return abs(measured - expected) <= 4.0 * sd / math.sqrt(n_replications)


def rng(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def gaps_and_lengths(seed: int, n: int, arrivals_per_day: float, mean_days: float = 1.0) -> list[tuple[float, float]]:
    draw = rng(seed)
    gaps, lengths = draw.exponential(1.0 / arrivals_per_day, n), draw.exponential(mean_days, n)
    return list(zip(gaps.tolist(), lengths.tolist(), strict=True))


def run_queue(new_floor: NewFloor, n_servers: int, customers: list[tuple[Any, ...]], **rules: Any) -> list[Job]:
    floor = new_floor(float(n_servers), **rules)
    jobs = floor.serve(customers)
    floor.run(check=False)
    return jobs


def mean_wait(jobs: list[Job], warm_up: int = 0) -> float:
    return sum(job.queue_days for job in jobs[warm_up:]) / (len(jobs) - warm_up)


def erlang_b(n_servers: int, load: float) -> float:
    """Share of customers lost by `n_servers` without a line."""
    lost = 1.0
    for n in range(1, n_servers + 1):
        lost = load * lost / (n + load * lost)
    return lost


def erlang_c(n_servers: int, load: float) -> float:
    """Share of customers that wait for `n_servers`."""
    lost = erlang_b(n_servers, load)
    return lost / (1.0 - load / n_servers * (1.0 - lost))


@pytest.mark.parametrize(
    ("load", "wait_days", "sd"),
    [(0.5, 1.0, 0.019), (0.8, 4.0, 0.039), pytest.param(0.9, 9.0, 0.071, marks=pytest.mark.slow)],
)
def test_one_server_is_an_mm1_queue(new_floor: NewFloor, load: float, wait_days: float, sd: float):
    waits = [
        mean_wait(run_queue(new_floor, 1, gaps_and_lengths(seed, 100_000, load)), warm_up=10_000) for seed in range(3)
    ]
    assert within(float(np.mean(waits)), wait_days, sd * wait_days, 3)


def test_eight_servers_wait_as_erlang_says(new_floor: NewFloor):
    n, load = 8, 6.4
    runs = []
    for seed in range(4):
        jobs = run_queue(new_floor, n, gaps_and_lengths(seed, 100_000, load))[10_000:]
        waits = np.array([job.queue_days for job in jobs])
        span_days = jobs[-1].submitted_days - jobs[0].submitted_days
        in_system = (waits.sum() + sum(job.running_days for job in jobs)) / span_days
        runs.append([waits.mean(), *((waits > t).mean() for t in (0.0, 0.5, 1.0, 2.0)), in_system])
    chance, wait, *tail, in_system = erlang_c(n, load), 0.286028, 0.205633, 0.0923969, 0.0186546, 8.230580
    assert chance == pytest.approx(0.457645, abs=5e-7)
    expected = [wait, chance, *tail, in_system]
    sds = [0.061 * wait, 0.0082, 0.0082, 0.0069, 0.0037, 0.12]
    for measured, value, sd in zip(np.mean(runs, axis=0), expected, sds, strict=True):
        assert within(measured, value, sd, len(runs)), (measured, value)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("n_servers", "load", "wait_days", "chance", "sd"),
    [
        (2, 1.6, 1.777778, 0.711111, 0.043),
        (4, 3.2, 0.745541, 0.596432, 0.050),
        (16, 12.8, 0.0952762, 0.304884, 0.081),
        (64, 57.6, 0.0485411, 0.310663, 0.159),
    ],
)
def test_any_number_of_servers_waits_as_erlang_says(
    new_floor: NewFloor, n_servers: int, load: float, wait_days: float, chance: float, sd: float
):
    assert erlang_c(n_servers, load) == pytest.approx(chance, abs=5e-7)
    waits = [
        mean_wait(run_queue(new_floor, n_servers, gaps_and_lengths(seed, 100_000, load)), warm_up=10_000)
        for seed in range(10)
    ]
    assert within(float(np.mean(waits)), wait_days, sd * wait_days, 10)


def lognormal(draw: np.random.Generator, n: int) -> np.ndarray:
    sigma = math.sqrt(math.log(5.0))  # coefficient of variation 2
    return draw.lognormal(-0.5 * sigma**2, sigma, n)


LENGTHS: dict[str, Callable[[np.random.Generator, int], np.ndarray]] = {
    "constant": lambda draw, n: np.ones(n),
    "Erlang-4": lambda draw, n: draw.gamma(4.0, 0.25, n),
    "log-normal, cv 2": lognormal,
}


@pytest.mark.parametrize(
    ("law", "wait_days", "sd"),
    [
        ("constant", 2.0, 0.026),
        ("Erlang-4", 2.5, 0.028),
        pytest.param("log-normal, cv 2", 10.0, 0.099, marks=pytest.mark.slow),
    ],
)
def test_the_spread_of_lengths_costs_waiting_as_pollaczek_and_khinchine_say(
    new_floor: NewFloor, law: str, wait_days: float, sd: float
):
    waits = []
    for seed in range(2):
        draw = rng(seed)
        gaps, lengths = draw.exponential(1.25, 100_000), LENGTHS[law](draw, 100_000)
        jobs = run_queue(new_floor, 1, list(zip(gaps.tolist(), lengths.tolist(), strict=True)))
        waits.append(mean_wait(jobs, warm_up=10_000))
    assert within(float(np.mean(waits)), wait_days, sd * wait_days, 2)


def lose(new_floor: NewFloor, capacity: float, arrivals: list[tuple[float, float, float]]) -> tuple[list[Job], float]:
    """A system without a line: who does not start at once is withdrawn. Jobs, and mean accelerators held."""
    floor = new_floor(capacity)
    each = iter(arrivals)

    def arrive(alarm: Alarm) -> None:
        for gap, length, amount in each:
            job = floor.submit(amount, length)
            if job.state is JobState.WAITING:
                floor.cluster.withdraw(job)
            floor.stage.set(alarm, gap)
            return

    floor.stage.after(0.0, arrive)
    floor.stage.env.run()
    meter = floor.cluster.read_meter()
    return floor.jobs, meter.frontier_h100e_days / meter.time_days


def test_without_a_line_eight_servers_lose_as_erlang_says(new_floor: NewFloor):
    customers = [(gap, length, 1.0) for gap, length in gaps_and_lengths(4, 100_000, 6.4)]
    jobs, _ = lose(new_floor, 8.0, customers)
    lost = sum(job.state is JobState.WITHDRAWN for job in jobs) / len(jobs)
    assert erlang_b(8, 6.4) == pytest.approx(0.144394, abs=5e-7)
    assert within(lost, 0.144394, 0.0026)


@pytest.mark.parametrize("law", [pytest.param("exponential", marks=pytest.mark.slow), "constant"])
def test_gangs_are_lost_as_kaufman_and_roberts_say_whatever_the_law_of_lengths(new_floor: NewFloor, law: str):
    n = 200_000
    draw, amounts, loads = rng(11), np.array([1.0, 8.0, 32.0]), np.array([16.0, 2.0, 0.25])
    gaps = draw.exponential(1.0 / loads.sum(), n)
    kinds = draw.choice(3, n, p=loads / loads.sum())
    lengths = draw.exponential(1.0, n) if law == "exponential" else np.ones(n)
    arrivals = zip(gaps.tolist(), lengths.tolist(), amounts[kinds].tolist(), strict=True)
    jobs, busy = lose(new_floor, 64.0, list(arrivals))
    lost = np.array([job.state is JobState.WITHDRAWN for job in jobs])
    # sd over 400,000 arrivals .0004, .0021, .0060; these are half as many
    for kind, expected, sd in zip(range(3), (0.00885776, 0.0796575, 0.506454), (0.0004, 0.0021, 0.006), strict=True):
        assert within(lost[kinds == kind].mean(), expected, sd * math.sqrt(2.0))
    assert within(busy, 34.53213, 0.1)


def two_priorities(seed: int, n: int) -> list[tuple[float, float, float, int, int]]:
    draw = rng(seed)
    gaps, lengths = draw.exponential(1.0 / 0.8, n), draw.exponential(1.0, n)
    priorities = (draw.random(n) > 0.3 / 0.8).astype(int)
    return [
        (gap, length, 1.0, 0, priority)
        for gap, length, priority in zip(gaps.tolist(), lengths.tolist(), priorities.tolist(), strict=True)
    ]


def test_without_preemption_priorities_wait_as_cobham_and_kleinrock_say(new_floor: NewFloor):
    jobs = run_queue(new_floor, 1, two_priorities(2, 200_000))  # the sd are those of twice as many
    first, second = (mean_wait([job for job in jobs if job.priority == k]) for k in (0, 1))
    assert within(first, 1.142857, 0.007 * math.sqrt(2.0))
    assert within(second, 5.714286, 0.11 * math.sqrt(2.0))
    # What is conserved under any order of service that knows no lengths: the waiting, weighted by load.
    assert within(0.3 * first + 0.5 * second, 3.2, 0.06 * math.sqrt(2.0))


def test_with_preemption_the_first_priority_sees_only_itself(new_floor: NewFloor):
    jobs = run_queue(new_floor, 1, two_priorities(3, 100_000), preemption="priority")
    for priority, sojourn, sd in ((0, 1.428571, 0.006), (1, 7.142857, 0.115)):
        days = [job.ended_days - job.submitted_days for job in jobs if job.priority == priority]
        assert within(sum(days) / len(days), sojourn, 2.0 * sd)  # a quarter as many as the sd
    assert sum(job.lost_days for job in jobs) == 0.0


@pytest.mark.parametrize(
    ("n_people", "n_servers", "jobs_per_hour", "sd", "response_hours"),
    [
        (10, 2, 0.495344, 0.0028, 12.1880),
        (20, 4, 0.998988, 0.0050, 12.0203),
        (20, 8, 1.617972, 0.0046, 4.36115),
        (50, 16, 3.843584, 0.0073, 5.00869),
    ],
)
def test_a_closed_lab_is_the_machine_repairman(
    new_floor: NewFloor, n_people: int, n_servers: int, jobs_per_hour: float, sd: float, response_hours: float
):
    # People think for 8 hours, then run a job of 4; here an hour is a day of the clock.
    floor, draw, hours = new_floor(float(n_servers)), rng(n_people + n_servers), 50_000.0
    think, work = (iter(draw.exponential(mean, 400_000).tolist()) for mean in (8.0, 4.0))
    count = 0

    def ask(_: Alarm) -> None:
        job = floor.submit(1.0, next(work))
        job.on_end = back

    def back(_: Job) -> None:
        nonlocal count
        count += 1
        floor.stage.after(next(think), ask)

    for _ in range(n_people):
        floor.stage.after(next(think), ask)
    floor.stage.env.run(hours)
    rate = count / hours
    assert within(rate, jobs_per_hour, sd)
    assert within(n_people / rate - 8.0, response_hours, n_people / rate**2 * sd)


def test_who_loses_patience_leaves_as_erlang_a_says(new_floor: NewFloor):
    floor, draw, n = new_floor(8.0), rng(7), 200_000
    gaps, lengths, patience = (draw.exponential(mean, n).tolist() for mean in (0.1, 1.0, 2.0))
    each = iter(zip(gaps, lengths, patience, strict=True))

    def arrive(alarm: Alarm) -> None:
        for gap, length, patient_days in each:
            job = floor.submit(1.0, length)
            if job.state is JobState.WAITING:
                floor.stage.after(patient_days, give_up, job)
            floor.stage.set(alarm, gap)
            return

    def give_up(alarm: Alarm) -> None:
        if alarm.owner.state is JobState.WAITING:
            floor.cluster.withdraw(alarm.owner)

    floor.stage.after(0.0, arrive)
    floor.stage.env.run()
    meter = floor.cluster.read_meter()
    sd = 0.0012 * math.sqrt(2.0)
    assert within(floor.cluster.n_withdrawn / n, 0.227218, sd)
    assert within(meter.queue_job_days / meter.time_days, 4.544369, sd * 10.0 / 0.5 + 0.02)


@pytest.mark.slow
def test_three_clusters_in_a_network_are_jacksons(new_floor: NewFloor):
    # Arrivals 4 a day at the first; on to (1, 2, 3) with these chances, else away.
    onward = [(0.0, 0.7, 1.0), (0.2, 0.2, 0.7), (0.0, 0.1, 0.1)]
    days, warm_up_days, per_day = 3_000.0, 300.0, (0.8, 0.9, 0.6)
    runs = [jackson(new_floor, seed, onward, per_day, days, warm_up_days) for seed in range(10)]
    mean, error = np.mean(runs, axis=0), np.std(runs, axis=0, ddof=1) / math.sqrt(len(runs))
    expected = [6.856389, 4.638184, 5.455144, 4.237429]
    for measured, value, standard_error in zip(mean, expected, error, strict=True):
        assert abs(measured - value) <= 4.0 * standard_error
        assert standard_error < 0.02 * value


def jackson(
    new_floor: NewFloor,
    seed: int,
    onward: list[tuple[float, ...]],
    per_day: tuple[float, ...],
    days: float,
    warm_up_days: float,
) -> list[float]:
    """Mean number at each of three stations, and mean time in the network by Little's law."""
    draw = rng(seed)
    env = new_floor(1.0).stage.env
    floors = [new_floor(float(c), env=env) for c in (8, 6, 10)]

    def visit(station: int) -> None:
        job = floors[station].submit(1.0, draw.exponential(1.0 / per_day[station]))
        job.on_end = lambda _: go_on(station)

    def go_on(station: int) -> None:
        u = draw.random()
        for target, chance in enumerate(onward[station]):
            if u < chance:
                return visit(target)
        return None

    def arrive(alarm: Alarm) -> None:
        visit(0)
        floors[0].stage.set(alarm, draw.exponential(0.25))

    floors[0].stage.after(draw.exponential(0.25), arrive)
    env.run(warm_up_days)
    for floor in floors:
        floor.cluster.read_meter()
    env.run(warm_up_days + days)
    meters = [floor.cluster.read_meter() for floor in floors]
    numbers = [(meter.queue_job_days + meter.frontier_h100e_days) / days for meter in meters]
    return [*numbers, sum(numbers) / 4.0]


@pytest.mark.parametrize("rule", ["first_come", "easy_backfill", "fair_share"])
def test_the_load_is_what_is_asked_for_whatever_the_order(new_floor: NewFloor, rule: str):
    n, draw = 20_000, rng(5)
    gaps, lengths = draw.exponential(0.25, n), draw.exponential(1.0, n)
    amounts, kinds = draw.choice([1.0, 2.0, 8.0], n), draw.integers(0, 2, n)
    floor = new_floor(24.0, (0.5, 0.5), queue_rule=rule)
    rows = zip(gaps.tolist(), lengths.tolist(), amounts.tolist(), kinds.tolist(), strict=True)
    floor.serve(list(rows))
    floor.run(until_days=float(gaps.sum()), check=False)
    meter = floor.cluster.read_meter()
    busy = (meter.frontier_h100e_days + meter.experiments_h100e_days) / meter.capacity_h100e_days
    asked = (amounts * lengths).sum() / 24.0 / gaps.sum()
    assert busy == pytest.approx(asked, rel=0.01)  # what still waits or runs at the end is all that is missing


@pytest.mark.parametrize(
    ("mtbf_hours", "interval_hours", "write_hours", "restart_hours", "goodput"),
    [
        (54.0 * 24.0 / 419.0, 0.5, 1 / 60, 1 / 6, 0.842522),
        (7.9, 1.0, 1 / 60, 1 / 6, 0.902432),
        (1.8, 1 / 6, 1 / 60, 1 / 6, 0.787209),
    ],
)
def test_a_job_that_fails_is_as_slow_as_daly_says(
    new_floor: NewFloor,
    mtbf_hours: float,
    interval_hours: float,
    write_hours: float,
    restart_hours: float,
    goodput: float,
):
    # E[T] of a segment = exp(lambda r) (exp(lambda (tau + d)) - 1) / lambda; the last segment writes nothing.
    rate = 1.0 / mtbf_hours

    def segment_hours(work_and_write: float) -> float:
        return math.exp(rate * restart_hours) * math.expm1(rate * work_and_write) / rate

    full_hours = segment_hours(interval_hours + write_hours)
    assert interval_hours / full_hours == pytest.approx(goodput, abs=5e-6)
    n_segments, n_jobs = 10, 4_000
    expected_hours = (n_segments - 1) * full_hours + segment_hours(interval_hours)
    floor = new_floor(
        1e9,
        failures_per_h100e_day=24.0 * rate,
        checkpoint_interval_days=interval_hours * HOUR,
        checkpoint_days=write_hours * HOUR,
        restart_days=restart_hours * HOUR,
    )
    for _ in range(n_jobs):
        floor.submit(1.0, n_segments * interval_hours * HOUR)
    floor.run(check=False)
    hours = np.array([job.running_days for job in floor.jobs]) / HOUR
    assert within(hours.mean(), expected_hours, hours.std(), n_jobs)
    assert hours.std() / math.sqrt(n_jobs) < 0.01 * expected_hours


def test_one_timer_a_job_fails_as_often_as_all_its_accelerators_would(new_floor: NewFloor):
    floor = new_floor(1e6, failures_per_h100e_day=0.001)
    for _ in range(2_000):
        floor.submit(50.0, 40.0)
    floor.run(check=False)
    n_failures = [job.n_failures for job in floor.jobs]
    # Poisson with mean 50 * 40 * 0.001 = 2; its variance is its mean
    assert within(float(np.mean(n_failures)), 2.0, math.sqrt(2.0), 2_000)
    assert within(float(np.var(n_failures)), 2.0, math.sqrt(2.0 + 2.0 * 4.0), 2_000)
    assert all(job.running_days == pytest.approx(40.0) for job in floor.jobs)
