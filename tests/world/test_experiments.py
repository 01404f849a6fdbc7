"""Campaigns: what they cost, how they fail, what they show, and how long a team waits for them."""

import math

import numpy as np
import pytest
from pydantic import ValidationError

from simlab.randomness import Streams
from simlab.trace.events import ExperimentEnded, Outcome
from simlab.units import SECONDS_PER_DAY
from simlab.world.experiments import OFFSET_NOISE
from simlab.world.projects import Stage7

FLAT = {
    "throughput.peak_flop_per_s": 1e15,
    "throughput.mfu_fraction": 0.5,
    "throughput.mfu_size_exponent": 0.0,
    "experiments.runs_per_repeat": 3.0,
    "experiments.largest_job_fraction": 1.0,
    "cluster.failures_per_h100e_day": 0.0,
    "cluster.checkpoint_days": 0.0,
    "ideas.gain_kept_per_decade_fraction": 1.0,
}
"""Half of 1e15 FLOP/s whatever the size, no overheads: costs by mental arithmetic."""
FLOP_PER_DAY = 0.5e15 * SECONDS_PER_DAY


def campaign(bench, project, rung: int = 0, n_repeats: int = 1) -> ExperimentEnded:
    bench.experiments.enter(project, rung)
    bench.test(project, n_repeats)
    bench.stage.env.run()
    return bench.stage.trace.of(ExperimentEnded)[-1]


@pytest.mark.parametrize(("rung", "decades", "run_days"), [(0, 4, 4.0), (1, 3, 8.0), (2, 2, 16.0), (3, 1, 30.0)])
def test_a_rung_costs_its_decade_below_the_target(new_bench, rung, decades, run_days):
    bench = new_bench(FLAT, target_flop=1e27)
    project = bench.project()
    row = campaign(bench, project, rung, n_repeats=2)
    flop = 1e27 * 10.0**-decades * 3.0 * 2
    assert row.flop == pytest.approx(flop)
    assert row.used_h100e_days == pytest.approx(flop / FLOP_PER_DAY)
    assert row.run_days == pytest.approx(run_days)
    assert row.n_h100e == pytest.approx(flop / FLOP_PER_DAY / run_days)
    assert (project.flop, project.used_h100e_days) == (row.flop, row.used_h100e_days)


def test_a_larger_campaign_than_planned_takes_longer_and_costs_more(new_bench):
    bench = new_bench(FLAT)
    plain, large = (campaign(bench, bench.project(idea=i, size=size)) for i, size in enumerate((1.0, 2.5)))
    assert large.n_h100e == pytest.approx(plain.n_h100e)
    assert large.run_days / plain.run_days == pytest.approx(2.5)
    assert large.flop / plain.flop == pytest.approx(2.5)


def test_a_campaign_of_no_size_is_over_at_once(new_bench):
    bench = new_bench(FLAT)
    row = campaign(bench, bench.project(size=0.0))
    assert (row.outcome, row.flop, row.used_h100e_days, row.run_days) == (Outcome.OK, 0.0, 0.0, 0.0)


def test_a_job_too_large_for_its_share_runs_longer_on_what_it_may_hold(new_bench):
    bench = new_bench(FLAT | {"experiments.largest_job_fraction": 0.25}, capacity_h100e=100.0, target_flop=1e27)
    row = campaign(bench, bench.project(), rung=3)
    assert row.n_h100e == pytest.approx(25.0)
    assert row.used_h100e_days == pytest.approx(3e26 / FLOP_PER_DAY)
    assert row.run_days == pytest.approx(3e26 / FLOP_PER_DAY / 25.0)


def test_utilisation_that_falls_with_size_makes_large_campaigns_dearer(new_bench):
    flat = new_bench(FLAT, target_flop=1e27)
    steep = new_bench(FLAT | {"throughput.mfu_size_exponent": 0.1}, target_flop=1e27)
    costs = [campaign(bench, bench.project(), rung=3) for bench in (flat, steep)]
    assert costs[1].flop == costs[0].flop
    # the utilisation is that of the job as it would be without the loss
    size = costs[0].n_h100e / steep.params.throughput.mfu_reference_h100e
    assert size > 1.0
    assert costs[1].used_h100e_days / costs[0].used_h100e_days == pytest.approx(size**0.1)


def test_days_of_waiting_and_running_are_booked_on_the_idea(new_bench):
    changes = FLAT | {"experiments.largest_job_fraction": 0.6, "experiments.patience_days": 1e4}
    bench = new_bench(changes, capacity_h100e=10.0, target_flop=1e24)
    first, second = bench.project(idea=0), bench.project(idea=1)
    for project in (first, second):
        bench.experiments.enter(project, 2)
        bench.test(project)
    bench.stage.env.run()
    days = 3e22 / FLOP_PER_DAY / 6.0
    assert first.days[Stage7.WAITING_COMPUTE] == 0.0
    assert first.days[Stage7.RUNNING] == pytest.approx(days)
    assert second.days[Stage7.WAITING_COMPUTE] == pytest.approx(days)
    assert second.days[Stage7.RUNNING] == pytest.approx(days)
    assert bench.knowledge.meter == pytest.approx([a + b for a, b in zip(first.days, second.days, strict=True)])


def test_a_crash_has_used_its_part_and_shows_nothing(new_bench):
    bench = new_bench(FLAT)
    whole = campaign(bench, bench.project(idea=0))
    project = bench.project(idea=1, chances=(1e-9, 1.0, 0.25))
    believed = project.belief.moments()
    row = campaign(bench, project)
    assert row.outcome == Outcome.CRASHED
    # the part that was run has distribution function x^2, so it is the root of a uniform draw
    assert row.flop / whole.flop == pytest.approx(0.5)
    assert row.used_h100e_days / whole.used_h100e_days == pytest.approx(0.5)
    assert row.run_days / whole.run_days == pytest.approx(0.5)
    assert row.observed_gain_nats == 0.0
    assert project.belief.moments() == pytest.approx(believed)


def test_crashes_blow_ups_and_the_parts_they_ran_come_as_often_as_said(new_bench):
    changes = FLAT | {"experiments.crashing_fraction": 0.2, "experiments.ladder.0.diverging_fraction": 0.3}
    bench, n = new_bench(changes, capacity_h100e=1e9), 3000
    team = bench.team()
    chances = np.random.default_rng(5).random((n, 3))
    for idea in range(n):
        project = bench.project(idea=idea, team=team, chances=tuple(1.0 - chances[idea]))
        bench.experiments.enter(project, 0)
        bench.test(project)
    bench.stage.env.run()
    rows = bench.stage.trace.of(ExperimentEnded)
    shares = {outcome: np.mean([row.outcome == outcome for row in rows]) for outcome in Outcome}
    # a crash hides the divergence that would have come
    for outcome, share in ((Outcome.CRASHED, 0.2), (Outcome.DIVERGED, 0.8 * 0.3), (Outcome.OK, 0.8 * 0.7)):
        assert shares[outcome] == pytest.approx(share, abs=4.0 * math.sqrt(share * (1.0 - share) / n))
    full = max(row.flop for row in rows)
    parts = np.array([row.flop / full for row in rows if row.outcome != Outcome.OK])
    assert np.mean(parts) == pytest.approx(2.0 / 3.0, abs=4.0 * math.sqrt(1.0 / 18.0 / len(parts)))
    assert np.mean(parts < 0.5) == pytest.approx(0.25, abs=4.0 * math.sqrt(0.1875 / len(parts)))


def test_the_chances_zero_and_one_are_never_and_always(new_bench):
    never = new_bench(FLAT | {"experiments.crashing_fraction": 0.0, "experiments.ladder.0.diverging_fraction": 0.0})
    always = new_bench(FLAT | {"experiments.crashing_fraction": 0.0, "experiments.ladder.0.diverging_fraction": 1.0})
    assert campaign(never, never.project(chances=(1e-12, 1e-12, 0.5))).outcome == Outcome.OK
    assert campaign(always, always.project(chances=(1e-12, 0.999, 0.5))).outcome == Outcome.DIVERGED


@pytest.mark.parametrize("n_repeats", [1, 4, 16])
def test_noise_falls_with_the_root_of_the_repeats(new_bench, n_repeats):
    changes = FLAT | {"experiments.noise_nats": 0.05, "ideas.transfer_spread_ratio": 0.0}
    bench, n = new_bench(changes), 2000
    team = bench.team()
    noises = Streams(3).rows("noise", lambda rng, shape: rng.standard_normal(shape), 1, n)
    for idea in range(n):
        project = bench.project(idea=idea, team=team, true_gain_nats=0.0, noise=noises[idea][0])
        bench.experiments.enter(project, 0)
        bench.test(project, n_repeats)
    bench.stage.env.run()
    seen = np.array([row.observed_gain_nats for row in bench.stage.trace.of(ExperimentEnded)])
    spread = 0.05 / math.sqrt(n_repeats)
    assert np.std(seen) == pytest.approx(spread, rel=4.0 / math.sqrt(2.0 * n))


def test_a_small_scale_shows_gains_larger_by_what_is_lost_on_the_way_up(new_bench):
    changes = FLAT | {
        "ideas.gain_kept_per_decade_fraction": 0.8,
        "ideas.transfer_floor_fraction": 1.0,
        "ideas.scale_dependent_fraction": 0.0,
        "experiments.noise_nats": 0.0,
    }
    bench = new_bench(changes)
    for rung, decades in enumerate((4, 3, 2, 1)):
        row = campaign(bench, bench.project(idea=rung, true_gain_nats=0.05), rung)
        assert row.observed_gain_nats == pytest.approx(0.05 / 0.8**decades)
        assert row.estimated_gain_nats == pytest.approx(0.05)


def test_noise_is_the_same_in_size_at_every_scale(new_bench):
    changes = FLAT | {"ideas.gain_kept_per_decade_fraction": 0.5, "experiments.noise_nats": 0.03}
    bench = new_bench(changes)
    for rung in range(4):
        row = campaign(bench, bench.project(idea=rung, true_gain_nats=0.0, noise=1.5), rung)
        assert row.observed_gain_nats == pytest.approx(1.5 * 0.03)


def test_an_exact_test_without_slip_tells_the_truth(new_bench):
    changes = {"ideas.transfer_spread_ratio": 0.0, "ideas.scale_dependent_fraction": 0.0, "experiments.noise_nats": 0.0}
    bench = new_bench(FLAT | changes | {"ideas.gain_kept_per_decade_fraction": 0.6})
    project = bench.project(true_gain_nats=0.123, believed=(-0.5, 1.0))
    campaign(bench, project)
    assert project.belief.moments() == pytest.approx((0.123, 0.0), abs=2e-6)


def test_each_campaign_of_an_idea_has_noise_of_its_own(new_bench):
    bench = new_bench(FLAT | {"experiments.noise_nats": 0.02, "ideas.transfer_spread_ratio": 0.0})
    project = bench.project(true_gain_nats=0.0)
    project.draws[OFFSET_NOISE : OFFSET_NOISE + 3] = [1.0, -2.0, 0.5]
    bench.experiments.enter(project, 0)
    for _ in range(3):
        bench.test(project)
        bench.stage.env.run()
    rows = bench.stage.trace.of(ExperimentEnded)
    assert [row.observed_gain_nats for row in rows] == pytest.approx([0.02, -0.04, 0.01])


# -- waiting, giving up, taking out ---------------------------------------------------------------------------------


@pytest.fixture
def crowded(new_bench):
    """Room for one campaign at a time, each of 100 days; teams wait 30 days."""
    changes = {"experiments.patience_days": 30.0, "cluster.preemption": "borrowed"}
    rung = {"below_target_decades": 1.0, "run_days": 100.0, "diverging_fraction": 0.0}
    changes |= {"experiments.ladder": [rung], "experiments.runs_per_repeat": 1.0}
    need_h100e = 1e26 / FLOP_PER_DAY / 100.0
    return new_bench(FLAT | changes, capacity_h100e=1.5 * need_h100e, target_flop=1e27)


def test_a_team_waits_as_long_as_its_patience_and_no_longer(crowded):
    first, second = crowded.project(idea=0), crowded.project(idea=1)
    outcomes = []
    for project in (first, second):
        crowded.experiments.enter(project, 0)
        outcomes.append(crowded.test(project))
    crowded.stage.env.run(until=29.9)
    assert outcomes == [[], []]
    crowded.stage.env.run(until=30.1)
    assert outcomes == [[], [Outcome.WITHDRAWN]]
    assert second.days[Stage7.WAITING_COMPUTE] == pytest.approx(30.0)
    assert (second.flop, second.used_h100e_days) == (0.0, 0.0)
    crowded.stage.env.run()
    assert outcomes == [[Outcome.OK], [Outcome.WITHDRAWN]]
    crowded.cluster.check()


def test_a_campaign_that_started_in_time_is_not_given_up(crowded):
    first, second = crowded.project(idea=0), crowded.project(idea=1)
    for project in (first, second):
        crowded.experiments.enter(project, 0)
    crowded.test(first)
    crowded.stage.env.run(until=80.0)
    outcome = crowded.test(second)
    crowded.stage.env.run()
    assert outcome == [Outcome.OK]
    assert second.days[Stage7.WAITING_COMPUTE] == pytest.approx(20.0)
    assert crowded.stage.env.now == pytest.approx(200.0)


def test_only_waiting_wears_patience_out(crowded):
    """Stopped at day 25 after 5 days of waiting, a campaign is given up after 25 more, not at day 30."""
    first, second = crowded.project(idea=0), crowded.project(idea=1)
    for project in (first, second):
        crowded.experiments.enter(project, 0)
    crowded.test(first)
    outcome = crowded.test(second)
    stage, cluster = crowded.stage, crowded.cluster
    stage.after(5.0, lambda _: crowded.experiments.withdraw(first))
    stage.after(25.0, lambda _: cluster.resize(0.0))
    stage.env.run(until=49.0)
    assert outcome == []
    stage.env.run(until=51.0)
    assert outcome == [Outcome.WITHDRAWN]
    assert second.days[Stage7.WAITING_COMPUTE] == pytest.approx(30.0)
    assert second.days[Stage7.RUNNING] == pytest.approx(20.0)


def test_an_idea_taken_off_the_machines_pays_for_what_it_ran(crowded):
    project = crowded.project()
    crowded.experiments.enter(project, 0)
    outcome = crowded.test(project)
    crowded.stage.env.run(until=25.0)
    crowded.experiments.withdraw(project)
    row = crowded.stage.trace.of(ExperimentEnded)[-1]
    assert row.outcome == Outcome.WITHDRAWN
    assert row.run_days == pytest.approx(25.0)
    assert row.used_h100e_days == pytest.approx(25.0 / 100.0 * 1e26 / FLOP_PER_DAY)
    assert row.flop == pytest.approx(25.0 / 100.0 * 1e26)
    assert project.flop == row.flop
    crowded.stage.env.run()
    assert outcome == []
    crowded.cluster.check()


def test_taking_out_an_idea_without_a_campaign_does_nothing(crowded):
    project = crowded.project()
    crowded.experiments.withdraw(project)
    assert crowded.stage.trace.n_rows(ExperimentEnded) == 0


def test_a_new_target_lifts_the_ladder_with_it(new_bench):
    bench = new_bench(FLAT, target_flop=1e26)
    before = [rung.repeat_flop for rung in bench.experiments.rungs]
    bench.experiments.aim(1e28)
    after = [rung.repeat_flop for rung in bench.experiments.rungs]
    assert [b / a for a, b in zip(before, after, strict=True)] == pytest.approx([100.0] * 4)
    assert bench.experiments.target_decades == pytest.approx(28.0)


def test_a_ladder_that_does_not_climb_is_refused(params, change):
    with pytest.raises(ValidationError, match=r"ladder\.1\.below_target_decades: a rung must lie above"):
        change(params, {"experiments.ladder.1.below_target_decades": 20.0})
