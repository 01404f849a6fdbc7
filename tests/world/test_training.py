"""Frontier runs: when they start, what they carry, what they cost, and what the truth does to what was believed."""

import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simlab.trace.events import Cause, FrontierRunStarted, IdeaEnded, ModelReleased
from simlab.units import SECONDS_PER_DAY
from simlab.world.capability import horizon_50_minutes
from simlab.world.licences import NEVER_DAYS, Licence, Licences
from simlab.world.scaling import compute_optimal
from simlab.world.training import Training

CALM = {
    "cluster.failures_per_h100e_day": 0.0,
    "cluster.checkpoint_days": 0.0,
    "throughput.mfu_size_exponent": 0.0,
    "training.launch": "cadence",
    "training.cadence_days": 270.0,
    "training.run_days": 100.0,
    "training.rollbacks_per_day": 0.0,
    "training.measurement_noise_nats": 1e-4,
}
"""Runs of exactly 100 days."""
WAITING = CALM | {"training.launch": "wait_while_it_pays", "training.review_days": 7.0}
SHARES = (0.25, 0.75)


def trained(bench, first_launch_day: float = 10.0, initial_gain_nats: float = 0.0) -> Training:
    p = bench.params
    training = Training(
        bench.stage,
        p.training,
        p.throughput,
        p.scaling,
        p.capability,
        bench.pool,
        bench.cluster,
        bench.experiments,
        bench.knowledge,
        "lab",
        SHARES[0],
        2e25,
        initial_gain_nats,
    )
    training.begin(first_launch_day)
    return training


def launches(bench) -> list[FrontierRunStarted]:
    return bench.stage.trace.of(FrontierRunStarted)


def releases(bench) -> list[ModelReleased]:
    """Without the model of day 0."""
    return [row for row in bench.stage.trace.of(ModelReleased) if row.generation]


# -- cadence --------------------------------------------------------------------------------------------------------


def test_runs_start_at_their_cadence_and_end_after_their_days(new_bench):
    bench = new_bench(CALM, shares=SHARES)
    trained(bench)
    bench.stage.env.run(until=1200.0)
    assert [row.time_days for row in launches(bench)] == [10.0, 280.0, 550.0, 820.0, 1090.0]
    assert [row.time_days for row in releases(bench)] == pytest.approx([110.0, 380.0, 650.0, 920.0, 1190.0])
    assert [row.generation for row in releases(bench)] == [1, 2, 3, 4, 5]
    assert [row.waited_days for row in launches(bench)][1:] == pytest.approx([170.0] * 4)


def test_a_cadence_shorter_than_the_run_is_the_run(new_bench):
    bench = new_bench(CALM | {"training.cadence_days": 30.0}, shares=SHARES)
    trained(bench)
    bench.stage.env.run(until=1000.0)
    times = [row.time_days for row in releases(bench)]
    assert [b - a for a, b in pairwise(times)] == pytest.approx([100.0] * (len(times) - 1))


def test_a_run_gets_the_frontiers_share_for_its_days(new_bench):
    bench = new_bench(CALM, shares=SHARES, capacity_h100e=80_000.0)
    trained(bench)
    bench.stage.env.run(until=150.0)
    p = bench.params.throughput
    flop = 20_000.0 * 100.0 * p.peak_flop_per_s * p.mfu_fraction * SECONDS_PER_DAY
    assert launches(bench)[0].n_h100e == 20_000.0
    assert launches(bench)[0].planned_flop == pytest.approx(flop)
    assert releases(bench)[0].run_flop == pytest.approx(flop)
    assert bench.cluster.read_meter().frontier_h100e_days == pytest.approx(20_000.0 * 100.0)


def test_the_ladder_hangs_below_the_run_that_was_launched(new_bench):
    bench = new_bench(CALM, shares=SHARES)
    trained(bench)
    bench.stage.env.run(until=5.0)
    bench.cluster.resize(5e6)
    bench.stage.env.run(until=11.0)
    flop = launches(bench)[0].planned_flop
    assert bench.experiments.target_decades == pytest.approx(math.log10(flop))


def test_the_model_of_day_0_is_on_record(new_bench):
    bench = new_bench(CALM, shares=SHARES, start_days=-50.0)
    trained(bench, initial_gain_nats=-1.0)
    bench.stage.env.run(until=5.0)
    (row,) = bench.stage.trace.of(ModelReleased)
    assert (row.time_days, row.generation, row.run_flop) == (0.0, 0, 2e25)
    assert row.effective_flop == pytest.approx(2e25 / math.e)


def test_losses_and_horizons_are_those_of_the_effective_compute(new_bench):
    bench = new_bench(CALM, shares=SHARES)
    trained(bench, initial_gain_nats=0.3)
    bench.knowledge.adopt(bench.project(true_gain_nats=0.5, believed=(0.4, 0.01)))
    bench.stage.env.run(until=150.0)
    (row,) = releases(bench)
    assert (row.algorithmic_gain_nats, row.believed_gain_nats) == pytest.approx((0.8, 0.7))
    assert row.effective_flop == pytest.approx(row.run_flop * math.exp(0.8))
    model = compute_optimal(row.effective_flop, bench.params.scaling)
    assert (row.n_parameters, row.n_tokens, row.loss_nats) == pytest.approx(model)
    assert row.horizon_50_minutes == pytest.approx(horizon_50_minutes(row.effective_flop, bench.params.capability))


# -- rollbacks ------------------------------------------------------------------------------------------------------


def test_rollbacks_cost_a_poisson_number_of_exponential_losses(new_bench):
    changes = {"training.cadence_days": 100.0, "training.rollbacks_per_day": 0.02, "training.rollback_days": 4.0}
    bench = new_bench(CALM | changes, shares=SHARES)
    trained(bench)
    bench.stage.env.run(until=60_000.0)
    lost = np.array([row.days_lost for row in releases(bench)])
    n = len(lost)
    assert n > 500
    # compound Poisson with 2 events of mean 4: mean 8, variance 2 * 2 * 16, no event with chance e^-2
    assert float(np.mean(lost)) == pytest.approx(8.0, abs=4.0 * math.sqrt(64.0 / n))
    share = math.exp(-2.0)
    assert float(np.mean(lost == 0.0)) == pytest.approx(share, abs=4.0 * math.sqrt(share * (1.0 - share) / n))


def test_days_lost_delay_the_release_and_add_no_compute(new_bench):
    changes = {"training.rollbacks_per_day": 0.03, "training.cadence_days": 200.0}
    bench = new_bench(CALM | changes, shares=SHARES)
    trained(bench)
    bench.stage.env.run(until=3000.0)
    rows = releases(bench)
    assert sum(row.days_lost > 0.0 for row in rows) > 5
    for start, end in zip(launches(bench), rows, strict=False):
        assert end.time_days - start.time_days == pytest.approx(100.0 + end.days_lost)
        assert end.run_days == pytest.approx(100.0 + end.days_lost)
        assert end.run_flop == start.planned_flop == pytest.approx(rows[0].run_flop)


# -- waiting while it pays ------------------------------------------------------------------------------------------


def grow(bench, nats_per_day: float) -> None:
    """Let the cluster grow at a constant rate, every half day."""
    initial = bench.cluster.capacity_h100e

    def more(alarm) -> None:
        bench.cluster.resize(initial * math.exp(nats_per_day * bench.stage.env.now))
        bench.stage.set(alarm, 0.5)

    bench.stage.after(0.0, more)


@pytest.mark.parametrize("days_left", [120.0, 150.0, 220.0])
def test_a_waiting_lab_launches_when_the_inverse_of_growth_is_left(new_bench, days_left):
    bench = new_bench(WAITING, shares=SHARES, capacity_h100e=10_000.0)
    trained(bench)
    grow(bench, 1.0 / days_left)
    bench.stage.env.run(until=1400.0)
    starts, ends = [row.time_days for row in launches(bench)], [row.time_days for row in releases(bench)]
    assert len(starts) >= 4
    for previous_end, start, end in zip(ends, starts[1:], ends[1:], strict=False):
        # by review: up to a week later than the day itself, and the growth is measured in half-day steps
        assert -8.0 < (previous_end + 270.0 - days_left) - start < 1.0
        assert end == pytest.approx(previous_end + 270.0)


def test_waiting_is_never_paid_with_a_run_shorter_than_the_shortest(new_bench):
    bench = new_bench(WAITING, shares=SHARES, capacity_h100e=10_000.0)
    trained(bench)
    grow(bench, 1.0 / 40.0)
    bench.stage.env.run(until=700.0)
    for start, end in list(zip(launches(bench), releases(bench), strict=False))[1:]:
        assert 100.0 <= end.time_days - start.time_days < 107.0


def test_without_growth_waiting_does_not_pay(new_bench):
    bench = new_bench(WAITING, shares=SHARES)
    trained(bench)
    bench.stage.env.run(until=1500.0)
    starts, ends = [row.time_days for row in launches(bench)], [row.time_days for row in releases(bench)]
    assert starts[1:] == pytest.approx(ends[: len(starts) - 1])
    assert [b - a for a, b in pairwise(ends)] == pytest.approx([270.0] * (len(ends) - 1))


def test_a_memory_shorter_than_a_run_still_knows_growth(new_bench):
    bench = new_bench(WAITING | {"training.growth_memory_days": 20.0}, shares=SHARES, capacity_h100e=10_000.0)
    trained(bench)
    grow(bench, 1.0 / 130.0)
    bench.stage.env.run(until=1200.0)
    starts, ends = [row.time_days for row in launches(bench)], [row.time_days for row in releases(bench)]
    for previous_end, start in zip(ends, starts[1:], strict=False):
        assert start - previous_end == pytest.approx(140.0, abs=8.0)


def test_adopted_ideas_count_as_growth(new_bench):
    """One part in 150 a day from algorithms alone."""
    bench = new_bench(WAITING, shares=SHARES)
    trained(bench)
    for day in range(1, 1000):
        bench.stage.after(
            float(day),
            lambda alarm: bench.knowledge.adopt(
                bench.project(idea=alarm.owner, true_gain_nats=1.0 / 150.0, believed=(0.1, 0.001))
            ),
            day,
        )
    bench.stage.env.run(until=1000.0)
    starts, ends = [row.time_days for row in launches(bench)], [row.time_days for row in releases(bench)]
    for previous_end, start in zip(ends, starts[1:], strict=False):
        assert start - previous_end == pytest.approx(120.0, abs=8.0)


# -- what runs carry ------------------------------------------------------------------------------------------------


def test_ideas_adopted_after_the_launch_wait_for_the_next_run(new_bench):
    bench = new_bench(CALM, shares=SHARES)
    trained(bench)
    for day, gain in ((5.0, 0.1), (50.0, 0.2), (279.0, 0.4), (281.0, 0.8)):
        bench.stage.env.run(until=day)
        bench.knowledge.adopt(bench.project(idea=int(day), true_gain_nats=gain, believed=(gain, 0.01)))
    bench.stage.env.run(until=700.0)
    assert [row.algorithmic_gain_nats for row in releases(bench)] == pytest.approx([0.1, 0.7, 1.5])
    assert [row.n_kept for row in releases(bench)] == [1, 2, 1]
    ends = {row.idea: row for row in bench.stage.trace.of(IdeaEnded)}
    assert [ends[idea].time_days for idea in (5, 50, 279, 281)] == pytest.approx([110.0, 380.0, 380.0, 650.0])
    assert [ends[idea].waiting_run_days for idea in (5, 50, 279, 281)] == pytest.approx([105.0, 330.0, 101.0, 369.0])
    assert all(row.cause == Cause.ADOPTED for row in ends.values())


def test_a_harmful_idea_is_found_out_by_the_run_and_taken_out(new_bench):
    bench = new_bench(CALM, shares=SHARES)
    trained(bench)
    knowledge = bench.knowledge
    knowledge.adopt(bench.project(idea=1, true_gain_nats=0.2, believed=(0.1, 0.05)))
    knowledge.adopt(bench.project(idea=2, true_gain_nats=-0.15, believed=(0.1, 0.05)))
    bench.stage.env.run(until=109.0)
    assert knowledge.algorithmic_gain_nats == pytest.approx(0.05)
    bench.stage.env.run(until=400.0)
    assert knowledge.algorithmic_gain_nats == pytest.approx(0.2)
    assert knowledge.believed_nats == pytest.approx(0.2, abs=1e-3)
    first, second = releases(bench)
    assert (first.n_kept, first.n_reverted) == (1, 1)
    assert first.algorithmic_gain_nats == pytest.approx(0.05)  # the run carried it
    assert second.algorithmic_gain_nats == pytest.approx(0.2)
    causes = {row.idea: row.cause for row in bench.stage.trace.of(IdeaEnded)}
    assert causes == {1: Cause.ADOPTED, 2: Cause.REVERTED}


def test_measuring_is_a_gaussian_update_of_the_belief(new_bench):
    """Half the precision from before, half from the run: the mean moves half way."""
    bench, n = new_bench(CALM | {"training.measurement_noise_nats": 5e-5}, shares=SHARES), 2000
    trained(bench)
    for idea in range(n):
        bench.knowledge.adopt(bench.project(idea=idea, true_gain_nats=6e-4, believed=(4e-4, 5e-5)))
    bench.stage.env.run(until=150.0)
    believed = np.array([row.believed_gain_nats for row in bench.stage.trace.of(IdeaEnded)])
    assert len(believed) == n
    assert float(np.mean(believed)) == pytest.approx(5e-4, abs=4.0 * 2.5e-5 / n**0.5)
    assert float(np.std(believed)) == pytest.approx(2.5e-5, rel=4.0 / (2.0 * n) ** 0.5)
    assert bench.knowledge.believed_nats == pytest.approx(believed.sum())


def test_only_the_largest_run_so_far_opens_ideas(new_bench):
    bench = new_bench(CALM | {"ideas.opened_per_decade_fraction": 0.5}, shares=SHARES)
    trained(bench)
    area = bench.pool.areas[0]
    before = area.n_open
    bench.stage.env.run(until=200.0)
    assert area.n_open == before
    bench.cluster.resize(1e7)
    bench.stage.env.run(until=300.0)
    assert area.n_open == pytest.approx(before * 1.5)


# -- holding back ---------------------------------------------------------------------------------------------------


def test_while_held_nothing_starts_and_what_runs_goes_on(new_bench):
    bench = new_bench(CALM, shares=SHARES)
    training = trained(bench)
    bench.stage.env.run(until=50.0)
    training.holds.put(0, 1.0)
    bench.stage.env.run(until=600.0)
    training.holds.lift(0)
    bench.stage.env.run(until=1000.0)
    assert [row.time_days for row in launches(bench)] == [10.0, 600.0, 870.0]
    assert [row.time_days for row in releases(bench)] == pytest.approx([110.0, 700.0, 970.0])


def test_a_hold_between_two_launches_changes_nothing(new_bench):
    bench = new_bench(CALM, shares=SHARES)
    training = trained(bench)
    bench.stage.env.run(until=120.0)
    training.holds.put(0, 1.0)
    bench.stage.env.run(until=200.0)
    training.holds.lift(0)
    bench.stage.env.run(until=1200.0)
    assert [row.time_days for row in launches(bench)] == [10.0, 280.0, 550.0, 820.0, 1090.0]


def test_a_hold_before_the_first_launch_does_not_bring_it_forward(new_bench):
    bench = new_bench(CALM, shares=SHARES)
    training = trained(bench, first_launch_day=100.0)
    training.holds.put(0, 1.0)
    bench.stage.env.run(until=20.0)
    training.holds.lift(0)
    bench.stage.env.run(until=500.0)
    assert [row.time_days for row in launches(bench)] == [100.0, 370.0]


def test_a_waiting_lab_that_was_held_goes_on_with_one_review_a_week(new_bench):
    bench = new_bench(WAITING, shares=SHARES, capacity_h100e=10_000.0)
    training = trained(bench)
    grow(bench, 1.0 / 150.0)
    bench.stage.env.run(until=300.0)
    end = releases(bench)[0].time_days
    training.holds.put(0, 1.0)
    bench.stage.env.run(until=330.0)
    training.holds.lift(0)
    bench.stage.env.run(until=700.0)
    assert launches(bench)[1].time_days == pytest.approx(end + 120.0, abs=8.0)
    reviews = [day for day, _ in training._past]
    assert min(b - a for a, b in pairwise(reviews)) >= 7.0


def test_two_holds_hold_until_the_last_is_lifted(new_bench):
    bench = new_bench(CALM, shares=SHARES)
    training = trained(bench)
    for number in (0, 1):
        training.holds.put(number, 1.0)
    bench.stage.env.run(until=20.0)
    training.holds.lift(0)
    bench.stage.env.run(until=30.0)
    assert launches(bench) == []
    training.holds.lift(1)
    bench.stage.env.run(until=40.0)
    assert [row.time_days for row in launches(bench)] == [30.0]


# -- licences -------------------------------------------------------------------------------------------------------

SMALL, LARGE = 1e24, 1e30
"""Below and above any run of the bench."""


@pytest.mark.parametrize("rule", [Licence(LARGE, 80.0), Licence(LARGE, NEVER_DAYS), Licence(SMALL, 0.0)])
def test_a_licence_that_no_run_needs_or_that_is_there_at_once_changes_nothing(new_bench, rule):
    bench = new_bench(CALM, shares=SHARES)
    trained(bench).licences.put(0, rule)
    bench.stage.env.run(until=600.0)
    assert [row.time_days for row in launches(bench)] == [10.0, 280.0, 550.0]
    assert {row.planned_flop for row in launches(bench)} == {max(row.planned_flop for row in launches(bench))}


def test_a_lab_that_stays_below_trains_the_threshold_on_all_its_machines_for_fewer_days(new_bench):
    bench = new_bench(CALM, shares=SHARES)
    training = trained(bench)
    whole = training.planned_flop(100.0)
    training.licences.put(0, Licence(whole / 4.0, NEVER_DAYS))
    bench.stage.env.run(until=300.0)
    assert [row.time_days for row in launches(bench)] == [10.0, 280.0]
    assert [row.planned_flop for row in launches(bench)] == [whole / 4.0] * 2
    assert releases(bench)[0].time_days == pytest.approx(35.0)
    assert bench.experiments.target_decades == pytest.approx(math.log10(whole / 4.0))


def test_a_lab_that_waits_launches_the_whole_run_with_its_licence(new_bench):
    bench = new_bench(CALM, shares=SHARES)
    trained(bench).licences.put(0, Licence(SMALL, 45.0))
    bench.stage.env.run(until=400.0)
    assert [row.time_days for row in launches(bench)] == pytest.approx([55.0, 370.0])
    assert releases(bench)[0].time_days == pytest.approx(155.0)


def test_of_several_licences_the_longest_is_waited_for_and_the_lowest_threshold_obeyed(new_bench):
    bench = new_bench(CALM, shares=SHARES)
    training = trained(bench)
    whole = training.planned_flop(100.0)
    rules = Licence(SMALL, 20.0), Licence(SMALL, 45.0), Licence(LARGE, 300.0), Licence(whole / 2.0, NEVER_DAYS)
    for number, rule in enumerate(rules):
        training.licences.put(number, rule)
    bench.stage.env.run(until=100.0)
    assert [(row.time_days, row.planned_flop) for row in launches(bench)] == [(pytest.approx(55.0), whole / 2.0)]


def test_a_licence_no_longer_needed_is_not_waited_for(new_bench):
    bench = new_bench(CALM, shares=SHARES)
    training = trained(bench)
    training.licences.put(0, Licence(SMALL, 90.0))
    bench.stage.env.run(until=30.0)
    training.licences.put(1, Licence(SMALL, 40.0))
    training.licences.lift(0)
    bench.stage.env.run(until=400.0)
    assert [row.time_days for row in launches(bench)] == pytest.approx([50.0, 360.0])  # 40 days after the application


def test_a_licence_given_during_a_pause_is_used_when_it_ends(new_bench):
    bench = new_bench(CALM, shares=SHARES)
    training = trained(bench)
    training.licences.put(0, Licence(SMALL, 20.0))
    bench.stage.env.run(until=15.0)
    training.holds.put(1, 1.0)
    bench.stage.env.run(until=100.0)
    assert launches(bench) == []
    training.holds.lift(1)
    bench.stage.env.run(until=110.0)
    assert [row.time_days for row in launches(bench)] == [100.0]


@given(st.lists(st.tuples(st.floats(1.0, 100.0), st.floats(0.0, 50.0) | st.just(NEVER_DAYS)), max_size=6))
def test_licences_are_the_same_in_any_order(rules):
    found = set()
    for order in (rules, rules[::-1]):
        licences = Licences()
        for number, rule in enumerate(order):
            licences.put(number, Licence(*rule))
        flop = min(60.0, licences.most_flop())
        found.add((licences.most_flop(), repr(licences.threshold_flop()), licences.wait_days(flop)))
        assert licences.wait_days(flop) < NEVER_DAYS  # what may be trained at all is licensed some day
    assert len(found) == 1
