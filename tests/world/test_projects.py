"""A project's days: each is counted once, in the stage it was spent in."""

from collections import defaultdict

import pytest

from simlab.randomness import Streams
from simlab.run import simulate
from simlab.trace.events import Cause, ExperimentEnded, IdeaEnded, IdeaProposed, Outcome
from simlab.world.projects import N_STAGES, Stage7


def test_days_go_to_the_stage_that_was_left(new_bench):
    bench = new_bench()
    project, meter = bench.project(), [0.0] * N_STAGES
    project.move(Stage7.BUILDING, 3.0, meter)
    project.move(Stage7.READING, 10.0, meter)
    project.move(Stage7.BUILDING, 10.5, meter)
    project.move(Stage7.WAITING_RUN, 12.0, meter)
    assert (project.days[Stage7.THINKING], project.days[Stage7.BUILDING], project.days[Stage7.READING]) == (3, 8.5, 0.5)
    assert project.days == meter
    assert sum(project.days) == 12.0


def test_the_stages_are_the_columns_of_a_life():
    columns = [
        name
        for name in IdeaEnded._fields
        if name.endswith("_days") and name.split("_days")[0].upper() in Stage7.__members__
    ]
    assert [name.removesuffix("_days").upper() for name in columns] == [stage.name for stage in Stage7]


def test_a_life_is_written_down_as_it_was(new_bench):
    bench = new_bench()
    project = bench.project(idea=9, area=3, true_gain_nats=0.07, believed=(0.05, 0.01), team=bench.team(number=4))
    project.rung, project.n_experiments, project.flop = 2, 3, 1e24
    project.used_h100e_days, project.people_days = 55.0, 77.0
    project.days = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
    row = project.ended(100.0, 1, Cause.SCOOPED)
    assert row[:11] == (100.0, 1, 4, 3, 9, Cause.SCOOPED, 2, 3, 1e24, 55.0, 77.0)
    assert row[11:18] == (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
    assert row[18:20] == (pytest.approx(0.05), 0.07)
    assert row[20:] == (0.0, 0.0)


def test_an_untested_idea_has_no_rung(new_bench):
    assert new_bench().project().ended(0.0, 0, Cause.CANCELLED).rung == -1


@pytest.fixture(scope="module")
def lives(params, change):
    """(proposal, experiments, end) of every idea that a small world took up in 400 days."""
    changes = {f"labs.{lab}.initial_people": 90.0 for lab in params.labs}
    changes |= {"warm_up_days": 0.0, "staffing.leaving_per_day": 0.002, "experiments.patience_days": 2.0}
    changes |= {"experiments.crashing_fraction": 0.3, "training.cadence_days": 60.0, "training.run_days": 30.0}
    trace = simulate(change(params, changes), 400.0, Streams(6), detail=True)
    tests = defaultdict(list)
    for row in trace.of(ExperimentEnded):
        tests[row.lab, row.team, row.area, row.idea].append(row)
    ends = {(row.lab, row.team, row.area, row.idea): row for row in trace.of(IdeaEnded)}
    begins = {(row.lab, row.team, row.area, row.idea): row for row in trace.of(IdeaProposed)}
    assert begins.keys() == ends.keys()
    return [(begins[key], tests[key], ends[key]) for key in begins]


def test_a_life_waited_and_ran_as_its_campaigns_did(lives):
    assert len(lives) > 300
    for _, tests, end in lives:
        if end.cause != Cause.IN_FLIGHT:
            assert end.n_experiments == len(tests)
            assert end.running_days == pytest.approx(sum(row.run_days for row in tests), abs=1e-6)
            assert end.waiting_compute_days == pytest.approx(sum(row.queue_days for row in tests), abs=1e-6)


def test_a_life_ended_at_the_highest_rung_it_was_tested_at(lives):
    for _, tests, end in lives:
        rungs = [int(row.rung) for row in tests]
        assert rungs == sorted(rungs)
        if end.cause != Cause.IN_FLIGHT:
            assert end.rung == max(rungs, default=-1)


def test_every_cause_fits_the_life_it_ended(lives):
    for _, tests, end in lives:
        outcomes = [row.outcome for row in tests]
        if end.cause == Cause.STARVED:
            assert outcomes[-1] == Outcome.WITHDRAWN
        if end.cause == Cause.CRASHED:
            assert outcomes[-1] == Outcome.CRASHED
            assert outcomes.count(Outcome.CRASHED) + outcomes.count(Outcome.DIVERGED) == 3
        if end.cause in (Cause.ADOPTED, Cause.REVERTED):
            assert outcomes[-1] == Outcome.OK
            assert end.waiting_run_days >= 0.0
    assert {Cause.STARVED, Cause.CRASHED, Cause.ADOPTED, Cause.NO_GAIN_SEEN} <= {end.cause for _, _, end in lives}
