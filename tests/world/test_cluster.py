"""What the cluster does, case by case: lines, shares, lending and taking back, capacity, withdrawal, the meter."""

import math
import pickle
from collections.abc import Callable
from typing import Any

import pytest
import simpy

from simlab.errors import WorldError
from simlab.trace.events import Interruption, JobInterrupted
from simlab.world.cluster import Job

NewFloor = Callable[..., Any]
"""The fixture of tests/conftest.py."""
HOUR = 1.0 / 24.0

FOUR_JOBS = [(6.0, 10.0), (8.0, 5.0), (2.0, 8.0), (2.0, 12.0)]
"""The textbook case of backfill on 8 accelerators: amounts and hours."""


@pytest.mark.parametrize(
    ("rule", "starts", "mean_wait"),
    [("first_come", [0.0, 10.0, 15.0, 15.0], 10.0), ("easy_backfill", [0.0, 10.0, 0.0, 15.0], 6.25)],
)
def test_backfill_lets_pass_only_who_does_not_delay_the_first(new_floor: NewFloor, rule, starts, mean_wait):
    floor = new_floor(8.0, queue_rule=rule)
    jobs = [floor.submit(n_h100e, hours) for n_h100e, hours in FOUR_JOBS]
    floor.run()
    assert [job.started_days for job in jobs] == starts
    assert sum(job.queue_days for job in jobs) / 4 == mean_wait
    assert floor.stage.env.now == 27.0


def test_backfill_goes_by_the_owners_estimates(new_floor: NewFloor):
    # Third job: 8 hours estimated as 24 would reach past the reservation of the second at 30.
    floor = new_floor(8.0, queue_rule="easy_backfill", estimate_factor=4.0)
    jobs = [floor.submit(n_h100e, hours) for n_h100e, hours in FOUR_JOBS]
    floor.run()
    assert [job.started_days for job in jobs] == [0.0, 10.0, 0.0, 15.0]
    floor = new_floor(8.0, queue_rule="easy_backfill", estimate_factor=1.0)
    floor.submit(6.0, 10.0)
    first, passes, waits = floor.submit(7.0, 5.0), floor.submit(1.0, 50.0), floor.submit(1.0, 10.5)
    floor.run()
    assert passes.started_days == 0.0  # longer than the wait, but beside the first there is one to spare
    assert first.started_days == 10.0
    assert waits.started_days == 15.0


def test_what_one_backfilled_job_takes_beside_the_first_no_other_can(new_floor: NewFloor):
    floor = new_floor(8.0, queue_rule="easy_backfill")
    floor.submit(8.0, 1.0)  # everybody else lines up behind it
    floor.submit(6.0, 10.0)
    first, passes, waits = floor.submit(7.0, 5.0), floor.submit(1.0, 50.0), floor.submit(1.0, 10.5)
    floor.run()
    assert (passes.started_days, first.started_days, waits.started_days) == (1.0, 11.0, 16.0)


def test_who_stays_within_the_share_goes_before_borrowers_that_came_earlier(new_floor: NewFloor):
    floor = new_floor(10.0, (0.5, 0.5))
    floor.submit(5.0, 2.0, 1)
    floor.submit(5.0, 1.0, 1)
    borrower, within = floor.submit(5.0, 1.0, 1, priority=0), floor.submit(5.0, 4.0, 0, priority=9)
    floor.run()
    assert (within.started_days, borrower.started_days) == (1.0, 2.0)


def test_a_preempted_job_loses_what_it_did_since_its_checkpoint_and_pays_a_restart(new_floor: NewFloor):
    # 10 hours of work, a free checkpoint every 2: stopped at 5, going again at 6, a restart of a quarter hour.
    floor = new_floor(
        8.0, (0.0, 1.0), preemption="borrowed", checkpoint_interval_days=2 * HOUR, restart_days=0.25 * HOUR
    )
    job = floor.submit(8.0, 10 * HOUR)
    floor.at(5 * HOUR, lambda: floor.submit(8.0, 1 * HOUR, 1))
    floor.run()
    assert job.lost_days == pytest.approx(1 * HOUR)
    assert job.ended_days == pytest.approx(12.25 * HOUR)
    assert (job.n_preemptions, job.n_failures) == (1, 0)
    assert job.queue_days == pytest.approx(1 * HOUR)
    assert job.used_h100e_days == pytest.approx(8 * 11.25 * HOUR)
    (told,) = floor.stage.trace.of(JobInterrupted)
    assert told.why == Interruption.PREEMPTED
    assert told.lost_h100e_days == pytest.approx(8 * HOUR)


def test_idle_capacity_is_lent_and_taken_back_from_the_youngest(new_floor: NewFloor):
    floor = new_floor(10.0, (0.6, 0.4), preemption="borrowed")
    lent = [floor.submit(2.0, 10.0, 1) for _ in range(5)]
    floor.at(1.0, lambda: floor.submit(4.0, 1.0, 0))
    floor.run(until_days=1.5)
    assert [job.n_preemptions for job in lent] == [0, 0, 0, 1, 1]
    assert floor.cluster.held_h100e(0) == 4.0
    assert floor.cluster.waiting(1) == lent[3:]  # in their old order
    floor.run()
    assert [job.ended_days for job in lent] == [10.0, 10.0, 10.0, 11.0, 11.0]


def test_without_preemption_the_idle_is_kept_for_the_first_until_enough_has_come_back(new_floor: NewFloor):
    floor = new_floor(10.0, (0.6, 0.4))
    for length in (1.0, 2.0, 3.0, 4.0, 5.0):
        floor.submit(2.0, length, 1)
    own, late = floor.submit(6.0, 1.0, 0), floor.submit(2.0, 1.0, 1)
    floor.run()
    assert (own.started_days, late.started_days) == (3.0, 4.0)


def test_nobody_stops_who_cannot_be_stopped_or_for_what_would_still_not_fit(new_floor: NewFloor):
    floor = new_floor(10.0, (0.6, 0.4), preemption="borrowed")
    firm = floor.submit(8.0, 10.0, 1, preemptible=False)
    soft = floor.submit(2.0, 10.0, 1)
    own = floor.submit(6.0, 1.0, 0)
    floor.run()
    assert firm.n_preemptions == soft.n_preemptions == 0
    assert own.started_days == 10.0


def test_a_stricter_priority_goes_first_and_stops_others_only_if_the_rule_says_so(new_floor: NewFloor):
    for rule, started in (("never", 1.0), ("borrowed", 1.0), ("priority", 0.5)):
        floor = new_floor(1.0, preemption=rule)
        running = floor.submit(1.0, 1.0, priority=1)
        floor.at(0.25, lambda floor=floor: floor.submit(1.0, 1.0, priority=1))
        floor.at(0.5, lambda floor=floor: floor.submit(1.0, 1.0, priority=0))
        floor.run()
        assert floor.jobs[2].started_days == started
        assert running.ended_days == (2.0 if rule == "priority" else 1.0)
        assert floor.jobs[1].ended_days == 3.0


def test_a_class_that_held_least_for_its_share_goes_first_under_fair_share(new_floor: NewFloor):
    floor = new_floor(1.0, (0.5, 0.5), queue_rule="fair_share")
    floor.submit(1.0, 10.0, 0)
    more, other = floor.submit(1.0, 1.0, 0), floor.submit(1.0, 1.0, 1)
    floor.run()
    assert (other.started_days, more.started_days) == (10.0, 11.0)


@pytest.mark.parametrize(
    ("weights", "expected"),
    [((1, 1, 1, 1), (10.0, 30.0, 30.0, 30.0)), ((1, 1, 2, 4), (10.0, 12.857, 25.714, 51.429))],
)
def test_fair_share_fills_an_empty_cluster_max_min_fairly(new_floor: NewFloor, weights, expected):
    # Demands of 10, 30, 50, 70 on 100, in jobs of a quarter; everybody waits for the same moment.
    floor = new_floor(100.0, [0.0] + [w / sum(weights) for w in weights], queue_rule="fair_share")
    floor.submit(100.0, 1.0, 0)
    for job_class, demand in enumerate((10, 30, 50, 70), start=1):
        for _ in range(4 * demand):
            floor.submit(0.25, 1.0, job_class)
    floor.run(until_days=1.5)
    held = [floor.cluster.held_h100e(job_class) for job_class in (1, 2, 3, 4)]
    assert held == pytest.approx(expected, abs=0.25)
    assert sum(held) == 100.0


def test_capacity_that_falls_takes_from_borrowers_then_from_the_lax_and_young(new_floor: NewFloor):
    floor = new_floor(10.0, (0.5, 0.5))
    firm = floor.submit(4.0, 10.0, 0, preemptible=False)
    first, second, third = (floor.submit(2.0, 10.0, 1) for _ in range(3))
    floor.at(1.0, lambda: floor.cluster.resize(8.0))
    floor.at(2.0, lambda: floor.cluster.resize(5.0))
    floor.at(3.0, lambda: floor.cluster.resize(3.0))
    floor.run(until_days=1.5)
    assert list(floor.cluster.running()) == [firm, first, second]
    floor.run(until_days=2.5)
    assert list(floor.cluster.running()) == [firm]
    floor.run(until_days=3.5)
    assert list(floor.cluster.running()) == [first]  # the firm one is now larger than all there is
    assert [event.why for event in floor.stage.trace.of(JobInterrupted)] == [Interruption.CAPACITY_LOST] * 4
    floor.run()
    assert [job.ended_days for job in (first, second, third)] == [11.0, 19.0, 28.0]
    assert (firm.n_preemptions, floor.cluster.waiting(0)) == (1, [firm])
    floor.cluster.resize(10.0)
    floor.run()
    assert firm.ended_days == 35.0


def test_a_job_larger_than_the_cluster_lets_others_pass_and_waits_for_capacity(new_floor: NewFloor):
    floor = new_floor(4.0)
    large, small = floor.submit(6.0, 1.0), floor.submit(2.0, 1.0)
    assert (large.started_days, small.started_days) == (pytest.approx(math.nan, nan_ok=True), 0.0)
    assert floor.cluster.n_waiting == 1
    floor.at(5.0, lambda: floor.cluster.resize(6.0))
    floor.run()
    assert (large.started_days, large.queue_days) == (5.0, 5.0)


def test_capacity_that_comes_back_does_not_change_the_order_of_the_line(new_floor: NewFloor):
    floor = new_floor(4.0)
    floor.submit(4.0, 2.0)
    line = [floor.submit(3.0, 1.0), floor.submit(4.0, 1.0), floor.submit(1.0, 1.0)]
    floor.at(1.0, lambda: floor.cluster.resize(0.0))
    floor.at(3.0, lambda: floor.cluster.resize(4.0))
    floor.run()
    assert floor.jobs[0].ended_days == 4.0
    assert [job.started_days for job in line] == [4.0, 5.0, 6.0]


def test_parts_that_add_up_to_the_capacity_fit_in_it(new_floor: NewFloor):
    capacity = 1e5 / 3.0
    floor = new_floor(capacity, (0.7, 0.3))
    floor.submit(0.7 * capacity, 1.0, 0)
    floor.submit(0.3 * capacity, 1.0, 1)
    assert floor.cluster.n_running == 2
    floor = new_floor(capacity)
    floor.submit(capacity, 1.0)
    assert floor.cluster.n_running == 1
    floor = new_floor(capacity)
    for _ in range(7):
        floor.submit(capacity / 7.0, 1.0)
    assert floor.cluster.n_running == 7


def test_who_is_withdrawn_from_the_line_is_not_served_and_its_owner_not_told(new_floor: NewFloor):
    floor = new_floor(1.0)
    floor.submit(1.0, 2.0)
    gone, stays = floor.submit(1.0, 1.0), floor.submit(1.0, 1.0)
    floor.at(1.0, lambda: floor.cluster.withdraw(gone))
    floor.run()
    assert gone not in floor.ended
    assert (gone.ended_days, gone.queue_days, stays.started_days) == (1.0, 1.0, 2.0)
    assert floor.cluster.n_withdrawn == 1


def test_who_is_withdrawn_while_running_makes_room_at_once(new_floor: NewFloor):
    floor = new_floor(1.0)
    gone, waits = floor.submit(1.0, 5.0), floor.submit(1.0, 1.0)
    floor.at(2.0, lambda: floor.cluster.withdraw(gone))
    floor.run()
    assert (gone.running_days, gone.lost_days, waits.started_days) == (2.0, 0.0, 2.0)


def test_wrong_calls_are_refused(new_floor: NewFloor):
    floor = new_floor(1.0)
    job = floor.submit(1.0, 1.0)
    with pytest.raises(ValueError, match="submitted before"):
        floor.cluster.submit(job)
    floor.run()
    with pytest.raises(ValueError, match="neither waiting nor running"):
        floor.cluster.withdraw(job)
    for wrong in (-1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="cannot have"):
            floor.cluster.resize(wrong)


def test_an_owner_may_submit_and_withdraw_from_inside_on_end(new_floor: NewFloor):
    floor = new_floor(2.0)
    first = floor.submit(2.0, 1.0)

    def go_on(_: Job) -> None:
        floor.cluster.withdraw(floor.submit(1.0, 5.0))
        floor.submit(2.0, 1.0)

    first.on_end = go_on
    floor.run()
    assert (floor.cluster.n_withdrawn, floor.cluster.n_ended, floor.jobs[-1].ended_days) == (1, 2, 2.0)


def test_a_failed_job_keeps_its_place_and_starts_again_from_its_checkpoint(new_floor: NewFloor):
    floor = new_floor(8.0, failures_per_h100e_day=0.05, checkpoint_interval_days=1.0, restart_days=0.1)
    job, behind = floor.submit(8.0, 20.0), floor.submit(8.0, 1.0)
    floor.run()
    told = [event for event in floor.stage.trace.of(JobInterrupted) if event.job == 0.0]
    assert len(told) == job.n_failures > 2
    assert job.n_preemptions == 0
    assert job.ended_days == pytest.approx(20.0 + job.lost_days + 0.1 * job.n_failures, abs=0.1 * job.n_failures)
    assert behind.started_days == job.ended_days
    assert job.lost_h100e_days == pytest.approx(sum(event.lost_h100e_days for event in told))


def test_one_jobs_failures_are_its_own(new_floor: NewFloor):
    def failures(others: int) -> tuple[int, float]:
        floor = new_floor(100.0, failures_per_h100e_day=0.01, checkpoint_interval_days=1.0, restart_days=0.1)
        job = floor.submit(4.0, 50.0)
        for _ in range(others):
            floor.submit(3.0, 30.0)
        floor.run()
        return job.n_failures, job.ended_days

    assert failures(0) == failures(5) == failures(20)


def test_preemption_moves_none_of_a_jobs_failures_in_its_own_time(new_floor: NewFloor):
    def failed_at(preempted: bool) -> list[float]:
        floor = new_floor(4.0, (0.0, 1.0), preemption="borrowed", failures_per_h100e_day=0.05)
        floor.submit(4.0, 20.0)
        if preempted:
            floor.at(3.3, lambda: floor.submit(4.0, 2.0, 1))
        floor.run()
        return [
            event.time_days for event in floor.stage.trace.of(JobInterrupted) if event.why == 1 and not event.job_class
        ]

    alone, moved = failed_at(False), failed_at(True)
    assert len(alone) == len(moved) > 1
    for a, b in zip(alone, moved, strict=True):
        later = [0.0, 2.0] if a > 3.3 else [0.0]
        assert any(b - a == pytest.approx(gap, abs=1e-9) for gap in later) or b - a >= 2.0 - 1e-9


def test_luck_does_not_run_out(new_floor: NewFloor):
    floor = new_floor(1.0, failures_per_h100e_day=10.0)
    job = floor.submit(1.0, 20.0)
    floor.run()
    assert job.n_failures > 100
    times = [event.time_days for event in floor.stage.trace.of(JobInterrupted)]
    gaps = {round(b - a, 12) for a, b in zip([0.0, *times], times, strict=False)}
    assert len(gaps) == job.n_failures  # no draw was used twice


def test_the_meter_tells_who_held_what_and_starts_anew(new_floor: NewFloor):
    floor = new_floor(10.0, (0.6, 0.4), checkpoint_interval_days=1.0, checkpoint_days=0.5)
    floor.submit(6.0, 2.0, 0)  # with one write: 2.5 days
    floor.submit(2.0, 4.0, 1)  # with three: 5.5 days
    floor.submit(4.0, 1.0, 1)  # waits for 2.5 days
    floor.run(until_days=2.0)
    first = floor.cluster.read_meter()
    assert (first.capacity_h100e_days, first.frontier_h100e_days, first.experiments_h100e_days) == (20.0, 12.0, 4.0)
    assert (first.idle_h100e_days, first.queue_job_days, first.n_started, first.n_ended) == (4.0, 2.0, 2, 0)
    assert first.checkpoint_h100e_days == pytest.approx(6 * 0.5 + 2 * 0.5)
    floor.at(3.0, lambda: floor.cluster.resize(20.0))
    floor.run(until_days=6.0)
    second = floor.cluster.read_meter()
    assert second.capacity_h100e_days == 10.0 + 3 * 20.0
    assert second.frontier_h100e_days == 3.0
    assert second.experiments_h100e_days == pytest.approx(2 * 3.5 + 4.0)
    assert second.queue_job_days == pytest.approx(0.5)
    assert (second.n_started, second.n_ended) == (1, 3)


def test_shares_can_change_while_jobs_run(new_floor: NewFloor):
    floor = new_floor(10.0, (0.0, 1.0), preemption="borrowed")
    held = floor.submit(10.0, 4.0, 1)
    waits = floor.submit(5.0, 1.0, 0)
    assert waits.n_preemptions == held.n_preemptions == 0
    floor.at(1.0, lambda: floor.cluster.set_shares((0.5, 0.5)))
    floor.run()
    assert (waits.started_days, held.n_preemptions) == (1.0, 1)


def test_the_check_finds_accelerators_that_went_missing(new_floor: NewFloor):
    floor = new_floor(10.0)
    floor.cluster.free_h100e -= 1.0
    with pytest.raises(WorldError, match="free \\+ held = capacity"):
        floor.cluster.check()


class KeptEnvironment(simpy.Environment):
    """SimPy's shorthands (env.timeout and so on) are bound to one environment: they are bound anew after loading."""

    def __getstate__(self) -> tuple[object, ...]:
        return self._now, self._queue, self._eid

    def __setstate__(self, state: tuple[Any, ...]) -> None:
        self.__init__()
        self._now, self._queue, self._eid = state


def test_a_busy_cluster_can_be_pickled_and_goes_on_the_same(new_floor: NewFloor):
    # Nothing in the cluster is a live generator; whether the whole world can be kept is up to the owners.
    def busy():
        floor = new_floor(
            8.0,
            (0.5, 0.5),
            env=KeptEnvironment(),
            preemption="borrowed",
            failures_per_h100e_day=0.02,
            restart_days=0.1,
        )
        for number in range(30):
            floor.submit(1.0 + number % 5, 1.0 + number % 7, number % 2)
        return floor

    whole, split = busy(), busy()
    whole.run()
    split.run(until_days=5.0)
    env, cluster, jobs = pickle.loads(pickle.dumps((split.stage.env, split.cluster, split.jobs)))
    while env.peek() < math.inf:
        env.step()
        cluster.check()
    assert [job.ended_days for job in jobs] == [job.ended_days for job in whole.jobs]
