"""Laws that hold on every sample path, to the last digit: no statistics anywhere."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from heapq import heapify, heapreplace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from simlab.world.cluster import Job

NewFloor = Callable[..., Any]
"""The fixture of tests/conftest.py."""

Customers = list[tuple[float, float]]
"""Gap since the last arrival, length."""

EXACT = 1e-9


def kiefer_wolfowitz(customers: Iterable[tuple[float, float]], n_servers: int) -> list[float]:
    """Waits of a first-come queue with `n_servers`, by recursion over the servers' free times."""
    free = [0.0] * n_servers
    heapify(free)
    now, waits = 0.0, []
    for gap, length in customers:
        now += gap
        start = max(now, free[0])
        heapreplace(free, start + length)
        waits.append(start - now)
    return waits


def draws(seed: int, n: int, load: float) -> Customers:
    rng = np.random.Generator(np.random.PCG64(seed))
    gaps, lengths = rng.exponential(1.0 / load, n), rng.exponential(1.0, n)
    return list(zip(gaps.tolist(), lengths.tolist(), strict=True))


def largest_difference(a: Iterable[float], b: Iterable[float]) -> float:
    return max(abs(x - y) for x, y in zip(a, b, strict=True))


def test_every_wait_of_100_000_customers_is_the_recursions(new_floor: NewFloor):
    customers = draws(20260801, 100_001, 6.4)[:-1]
    floor = new_floor(8.0)
    jobs = floor.serve(customers)
    floor.run(check=False)
    waits = [job.queue_days for job in jobs]
    assert largest_difference(waits, kiefer_wolfowitz(customers, 8)) < EXACT
    assert sum(waits) / len(waits) == pytest.approx(0.300196, abs=5e-7)


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize("n_servers", [1, 3, 16])
def test_every_wait_is_the_recursions_for_any_number_of_servers(new_floor: NewFloor, seed: int, n_servers: int):
    customers = draws(seed, 2_000, 0.9 * n_servers)
    floor = new_floor(float(n_servers))
    jobs = floor.serve(customers)
    floor.run(check=False)
    assert largest_difference((job.queue_days for job in jobs), kiefer_wolfowitz(customers, n_servers)) < EXACT


AWKWARD = {
    "constant and full": [(1.0, 1.0)] * 50,
    "constant and overloaded": [(1.0, 1.5)] * 50,
    "batches of five": [(5.0 if n % 5 == 0 else 0.0, 1.0) for n in range(50)],
    "all at once": [(0.0, 1.0)] * 50,
    "of zero length": [(0.1, 0.0)] * 50,
    "all at once and of zero length": [(0.0, 0.0)] * 50,
    "long and nothing in turn": [(0.5, 2.0 if n % 2 else 0.0) for n in range(50)],
}


@pytest.mark.parametrize("name", AWKWARD)
@pytest.mark.parametrize("n_servers", [1, 2, 5])
def test_ties_batches_and_jobs_of_zero_length_wait_as_the_recursion_says(
    new_floor: NewFloor, name: str, n_servers: int
):
    floor = new_floor(float(n_servers))
    jobs = floor.serve(AWKWARD[name])
    floor.run()
    expected = kiefer_wolfowitz(AWKWARD[name], n_servers)
    assert largest_difference((job.queue_days for job in jobs), expected) < EXACT
    assert floor.cluster.n_ended == 50


def test_littles_law_is_an_identity(new_floor: NewFloor):
    floor = new_floor(8.0)
    floor.serve(draws(3, 5_000, 7.0))
    env, area, last = floor.stage.env, {"queue": 0.0, "service": 0.0}, 0.0
    while env.peek() < float("inf"):
        n_waiting, n_running = floor.cluster.n_waiting, floor.cluster.n_running
        env.step()
        area["queue"] += n_waiting * (env.now - last)
        area["service"] += n_running * (env.now - last)
        last = env.now
    jobs, meter = floor.jobs, floor.cluster.read_meter()
    assert area["queue"] == pytest.approx(sum(job.queue_days for job in jobs), rel=EXACT)
    assert area["service"] == pytest.approx(sum(job.running_days for job in jobs), rel=EXACT)
    assert meter.queue_job_days == pytest.approx(area["queue"], rel=EXACT)
    sojourns = sum(job.ended_days - job.submitted_days for job in jobs)
    assert sum(area.values()) == pytest.approx(sojourns, rel=EXACT)


def stormy(new_floor: NewFloor, rule: str, preemption: str, *, slower: float = 1.0, seed: int = 5) -> Any:
    """Two classes of gangs, failures, checkpoints and a capacity that jumps: everything at once."""
    floor = new_floor(
        64.0,
        (0.6, 0.4),
        seed=seed,
        queue_rule=rule,
        preemption=preemption,
        failures_per_h100e_day=0.02 / slower,
        checkpoint_rule="daly",
        checkpoint_interval_days=0.5 * slower,
        checkpoint_days=0.01 * slower,
        restart_days=0.05 * slower,
        estimate_factor=2.0,
        fair_share_half_life_days=2.0 * slower,
    )
    rng = np.random.Generator(np.random.PCG64(seed))
    rows = zip(
        rng.exponential(0.15, 300), rng.exponential(1.0, 300), rng.integers(1, 24, 300), rng.integers(0, 2, 300),
        rng.integers(0, 3, 300), strict=True,
    )  # fmt: skip
    floor.serve([(gap * slower, length * slower, float(n), int(k), int(p)) for gap, length, n, k, p in rows])
    for time_days, capacity in ((10.0, 40.5), (15.0, 96.0), (25.0, 20.0), (30.0, 64.0)):
        floor.at(time_days * slower, lambda capacity=capacity: floor.cluster.resize(capacity))
    return floor


RULES = [
    (rule, preemption)
    for rule in ("first_come", "easy_backfill", "fair_share")
    for preemption in ("never", "borrowed", "priority")
]


@pytest.mark.parametrize(("rule", "preemption"), RULES)
def test_accelerators_time_and_jobs_are_conserved_in_a_storm(new_floor: NewFloor, rule: str, preemption: str):
    floor = stormy(new_floor, rule, preemption)
    env, cluster = floor.stage.env, floor.cluster
    capacity_days = held_days = idle_days = last = 0.0
    readings = []
    while env.peek() < float("inf"):
        before = cluster.capacity_h100e, cluster.held_h100e(0) + cluster.held_h100e(1), cluster.free_h100e
        env.step()
        cluster.check()
        days = env.now - last
        assert days >= 0.0
        capacity_days, held_days = capacity_days + before[0] * days, held_days + before[1] * days
        idle_days, last = idle_days + before[2] * days, env.now
        if len(readings) * 7.0 < env.now:
            readings.append(cluster.read_meter())
    readings.append(cluster.read_meter())
    total = {name: sum(getattr(reading, name) for reading in readings) for name in readings[0]._fields[2:]}
    held = total["frontier_h100e_days"] + total["experiments_h100e_days"]
    productive = sum(job.n_h100e * job.run_days for job in floor.jobs)
    overhead = sum(total[f"{name}_h100e_days"] for name in ("lost", "checkpoint", "restart"))
    assert total["capacity_h100e_days"] == pytest.approx(capacity_days, rel=EXACT)
    assert held == pytest.approx(held_days, rel=EXACT)
    assert total["idle_h100e_days"] == pytest.approx(idle_days, rel=EXACT)
    assert productive + overhead + idle_days == pytest.approx(capacity_days, rel=EXACT)
    assert total["lost_h100e_days"] == pytest.approx(sum(job.lost_h100e_days for job in floor.jobs), rel=EXACT)
    assert held == pytest.approx(sum(job.used_h100e_days for job in floor.jobs), rel=EXACT)
    assert (cluster.n_ended, total["n_started"], total["n_ended"]) == (300, 300, 300)


@pytest.mark.parametrize(("rule", "preemption"), RULES)
def test_no_job_starts_before_it_asks_or_ends_before_it_starts(new_floor: NewFloor, rule: str, preemption: str):
    floor = stormy(new_floor, rule, preemption)
    floor.run(check=False)
    for job in floor.jobs:
        assert job.submitted_days <= job.started_days <= job.ended_days
        lived_days = job.ended_days - job.submitted_days
        assert lived_days == pytest.approx(job.queue_days + job.running_days, rel=EXACT)
        assert job.running_days >= job.run_days + job.lost_days - EXACT


def log_hash(floor: Any) -> str:
    floor.run(check=False)
    lines = [f"{job.number} {job.started_days!r} {job.ended_days!r} {job.lost_days!r}\n" for job in floor.jobs]
    return hashlib.sha256("".join(lines).encode()).hexdigest()


@pytest.mark.parametrize(("rule", "preemption"), RULES)
def test_the_same_seed_gives_the_same_history(new_floor: NewFloor, rule: str, preemption: str):
    once, twice = (log_hash(stormy(new_floor, rule, preemption)) for _ in range(2))
    assert once == twice
    assert once != log_hash(stormy(new_floor, rule, preemption, seed=6))


HASH_FILE = "SIMLAB_TEST_HASH_FILE"


def test_the_history_does_not_depend_on_the_hash_seed_of_the_process(tmp_path: Path):
    hashes = set()
    for hash_seed in ("1", "2"):
        out = tmp_path / hash_seed
        env = {**os.environ, "PYTHONHASHSEED": hash_seed, HASH_FILE: str(out)}
        this = f"{__file__}::test_a_process_can_tell_its_history"
        run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", this]
        subprocess.run(run, capture_output=True, env=env, check=True)
        hashes.add(out.read_text())
    assert len(hashes) == 1


def test_a_process_can_tell_its_history(new_floor: NewFloor):
    found = log_hash(stormy(new_floor, "easy_backfill", "priority"))
    assert len(found) == 64
    if HASH_FILE in os.environ:
        Path(os.environ[HASH_FILE]).write_text(found)


@pytest.mark.parametrize(("rule", "preemption"), RULES)
def test_twice_as_slow_is_the_same_history_with_all_times_doubled(new_floor: NewFloor, rule: str, preemption: str):
    fast, slow = (stormy(new_floor, rule, preemption, slower=slower) for slower in (1.0, 2.0))
    fast.run(check=False)
    slow.run(check=False)
    assert [2.0 * job.ended_days for job in fast.jobs] == [job.ended_days for job in slow.jobs]
    assert [2.0 * job.lost_days for job in fast.jobs] == [job.lost_days for job in slow.jobs]


# The fixture only makes floors, so that hypothesis may share it between examples.
MANY = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANY
@given(seed=st.integers(0, 10_000), n_servers=st.integers(1, 6))
def test_another_server_makes_nobody_wait_longer(new_floor: NewFloor, seed: int, n_servers: int):
    customers = draws(seed, 60, 0.95 * n_servers)
    waits = []
    for n in (n_servers, n_servers + 1):
        floor = new_floor(float(n))
        jobs: list[Job] = floor.serve(customers)
        floor.run(check=False)
        waits.append([job.queue_days for job in jobs])
    assert all(more <= fewer + EXACT for fewer, more in zip(*waits, strict=True))


def test_who_else_runs_moves_nobodys_failures(new_floor: NewFloor):
    def failure_times(n_others: int, seed: int) -> dict[int, list[int]]:
        floor = new_floor(1e6, seed=seed, failures_per_h100e_day=0.05, restart_days=0.1)
        for number in range(20 + n_others):
            floor.submit(1.0 + number % 3, 30.0)
        floor.run(check=False)
        return {job.number: [job.n_failures, job.ended_days] for job in floor.jobs[:20]}

    assert failure_times(0, 1) == failure_times(100, 1)
    assert failure_times(0, 1) != failure_times(0, 2)


def test_the_trace_may_be_on_or_off(new_floor: NewFloor):
    loud, still = (stormy(new_floor, "first_come", "borrowed") for _ in range(2))
    still.stage.trace.detail = False
    assert log_hash(loud) == log_hash(still)


SCRIPT = st.lists(
    st.one_of(
        st.tuples(
            st.just("submit"),
            st.sampled_from([0.3, 1.0, 1.0 / 3.0, 2.5, 4.0, 7.9, 8.0, 12.0]),
            st.sampled_from([0.0, 0.1, 1.0, 3.0]),
            st.integers(0, 2),
            st.integers(0, 2),
            st.booleans(),
        ),
        st.tuples(st.just("withdraw"), st.integers(0, 30)),
        st.tuples(st.just("resize"), st.sampled_from([0.0, 1.0, 1e-7, 10.0 / 3.0, 8.0, 20.0])),
        st.tuples(st.just("shares"), st.sampled_from([(0.5, 0.3, 0.2), (1.0, 1.0, 1.0), (0.0, 0.0, 1.0)])),
        st.tuples(st.just("advance"), st.integers(1, 10)),
    ),
    max_size=60,
)


def act(floor: Any, action: tuple[Any, ...]) -> None:
    what, *how = action
    if what == "submit":
        n_h100e, run_days, job_class, priority, preemptible = how
        floor.submit(n_h100e, run_days, job_class, priority=priority, preemptible=preemptible)
    elif what == "withdraw" and floor.jobs:
        job = floor.jobs[how[0] % len(floor.jobs)]
        if job.state.name in {"WAITING", "RUNNING"}:
            floor.cluster.withdraw(job)
    elif what == "resize":
        floor.cluster.resize(how[0])
    elif what == "shares":
        floor.cluster.set_shares(how[0])
    elif what == "advance":
        for _ in range(how[0]):
            if floor.stage.env.peek() < float("inf"):
                floor.stage.env.step()
                floor.cluster.check()


@MANY
@given(script=SCRIPT, rules=st.sampled_from(RULES), failures=st.sampled_from([0.0, 0.3]))
def test_whatever_owners_do_the_invariants_hold_after_every_event(
    new_floor: NewFloor, script: list[tuple[Any, ...]], rules: tuple[str, str], failures: float
):
    floor = new_floor(
        8.0, (0.5, 0.3, 0.2), queue_rule=rules[0], preemption=rules[1], failures_per_h100e_day=failures,
        checkpoint_interval_days=0.25, checkpoint_days=0.01, restart_days=0.05,
    )  # fmt: skip
    for action in script:
        act(floor, action)
        floor.cluster.check()
    floor.cluster.resize(20.0)  # now everything fits, so everything has to end
    floor.run()
    assert floor.cluster.n_ended + floor.cluster.n_withdrawn == len(floor.jobs)
    assert floor.cluster.free_h100e == 20.0
